// How operators run: on how many threads, until when, with how much memory. No result depends on any of it.

import Synchronization
import Values

/// A flag that one thread raises and the running operators look at, at least every block of rows.
public final class Cancellation: Sendable {
    private let raised = Atomic<Bool>(false)
    private let asking: (@Sendable () -> Bool)?

    /// A flag that is down; `asking` is asked as well, as often, by every thread.
    public init(asking: (@Sendable () -> Bool)? = nil) { self.asking = asking }

    /// Raises the flag; operators that see it throw `EngineError.cancelled`.
    public func cancel() { raised.store(true, ordering: .relaxed) }

    /// Takes the flag down for the next run.
    public func reset() { raised.store(false, ordering: .relaxed) }

    /// Whether the flag is up.
    public var isCancelled: Bool { raised.load(ordering: .relaxed) || asking?() ?? false }

    /// Throws `EngineError.cancelled` when the flag is up.
    public func check() throws(EngineError) { if isCancelled { throw .cancelled } }
}

extension Cancellation {
    private static let ambientFlag = Mutex<Cancellation?>(nil)

    /// The flag of the program as a whole, for walks over columns that nobody hands an execution; `nil` for none.
    public static var ambient: Cancellation? {
        get { ambientFlag.withLock { $0 } }
        set { ambientFlag.withLock { $0 = newValue } }
    }

    /// Runs what must not stop half-way without the flag of the program.
    public static func withoutAmbient<Result>(_ body: () throws -> Result) rethrows -> Result {
        let flag = ambient
        ambient = nil
        defer { ambient = flag }
        return try body()
    }

    /// Throws `EngineError.cancelled` when the program's flag is up. Meant to be called once for a chunk of rows.
    public static func checkAmbient() throws(EngineError) { try ambient?.check() }
}

/// Told how far long work has come: what the work is, how much is done, and of how much. Called on the thread that works,
/// often, so that whoever shows it decides when.
public typealias WorkProgress = @Sendable (_ work: String, _ done: Int, _ total: Int) -> Void

/// What operators run with.
public struct Execution: Sendable {
    /// The threads to use at most, the calling one included.
    public var threadCount: Int
    /// Raised to stop.
    public var cancellation: Cancellation
    /// Groups of one aggregate at most, a guard against results nobody can use.
    public var groupCountMax: Int
    /// Told of long work; `nil` where nobody watches.
    public var progress: WorkProgress?

    /// By default: as many threads as the process may use, never cancelled.
    public init(
        threadCount: Int? = nil, cancellation: Cancellation = Cancellation(), groupCountMax: Int = 100_000_000
    ) {
        self.threadCount = max(1, threadCount ?? Workers.available)
        self.cancellation = cancellation
        self.groupCountMax = groupCountMax
    }
}
