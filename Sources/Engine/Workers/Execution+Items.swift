// The engine's threads for work in large pieces, here and in other modules: generating a book, a past day's columns.

import Synchronization

extension Execution {
    /// Calls `body` for every item below `count`, in ascending order of start, on up to `threadCount` threads; returns
    /// when all have ended. The error of the lowest failing item is thrown, `EngineError.cancelled` when cancelled.
    public func run(count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        try Workers.run(count: count, threadCount: threadCount, cancellation: cancellation) { _, item in
            try body(item)
        }
    }

    /// What `body` gives for every item below `count`, in the order of the items; otherwise as `run`.
    public func pieces<Piece: Sendable>(
        count: Int, _ body: @escaping @Sendable (Int) throws -> Piece
    ) throws -> [Piece] {
        let found = Mutex<[Piece?]>(Array(repeating: nil, count: count))
        try run(count: count) { item in
            let piece = try body(item)
            found.withLock { $0[item] = piece }
        }
        return found.withLock { $0.compactMap { $0 } }
    }

    /// An array that all threads write: `body` gets a range of places and where they begin, and writes every one of them.
    public func array<Value: BitwiseCopyable & Sendable>(
        count: Int, pieceSize: Int, _ body: @escaping (Range<Int>, UnsafeMutablePointer<Value>) throws -> Void
    ) throws -> [Value] {
        // SAFETY: the pieces are disjoint and together the whole; all threads are done when `run` returns.
        try unsafe [Value](unsafeUninitializedCapacity: count) { buffer, done in
            guard let start = buffer.baseAddress else { return }
            unsafe LargePages.advise(start, byteCount: count * MemoryLayout<Value>.stride)
            try Workers.run(
                count: (count + pieceSize - 1) / pieceSize, threadCount: threadCount, cancellation: cancellation
            ) { _, piece in
                let places = piece * pieceSize..<min(count, (piece + 1) * pieceSize)
                try unsafe body(places, start + places.lowerBound)
            }
            done = count
        }
    }
}
