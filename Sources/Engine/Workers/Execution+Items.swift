// The engine's threads for other modules that have work in large pieces, such as generating a book.

extension Execution {
    /// Calls `body` for every item below `count`, in ascending order of start, on up to `threadCount` threads; returns
    /// when all have ended. The error of the lowest failing item is thrown, `EngineError.cancelled` when cancelled.
    public func run(count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        try Workers.run(count: count, threadCount: threadCount, cancellation: cancellation) { _, item in
            try body(item)
        }
    }
}
