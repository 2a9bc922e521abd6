// Threads for big scans: made at the first use, kept asleep between uses, each bound to a processor other than the
// caller's, because a woken thread otherwise tends to land on the processor of the one that wakes it, and a query of
// 2 ms is over before the scheduler moves it.
//
// Work is a number of items handed out in ascending order by one shared counter. The error of the lowest failing item
// is thrown: every lower item has been handed out and finishes, so the choice does not depend on timing.

import CSystem
import Glibc
import Synchronization

/// Runs numbered items on several threads.
enum Workers {
    /// The processors this process may use.
    static let processors: [Int32] = {
        var found = Array(repeating: Int32(0), count: 1024)
        let count = unsafe found.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return unsafe csystem_allowed_processors(start, buffer.count)
        }
        return count > 0 ? Array(found[..<count]) : [0]
    }()

    /// How many threads can run at once.
    static var available: Int { processors.count }

    private static let pool = WorkerPool()

    /// Calls `body(worker, item)` for every item below `count`; `worker` (below `threadCount`) is the same for all
    /// calls from one thread. Without other threads when one would do, or when the pool is busy.
    static func run(
        count: Int, threadCount: Int, cancellation: Cancellation, _ body: @escaping (Int, Int) throws -> Void
    ) throws {
        let job = Job(count: count, cancellation: cancellation, body)
        let helpers = min(threadCount, count) - 1
        if helpers > 0 { pool.run(job, helpers: helpers) } else { job.work(0) }
        try job.finish()
    }

    /// Items with a shared counter.
    final class Job: @unchecked Sendable {
        private let count: Int
        private let body: (Int, Int) throws -> Void
        private let cancellation: Cancellation
        private let next = Atomic<Int>(0)
        private let failed = Atomic<Bool>(false)
        private let failure = Mutex<(item: Int, error: any Error)?>(nil)

        init(count: Int, cancellation: Cancellation, _ body: @escaping (Int, Int) throws -> Void) {
            self.count = count
            self.cancellation = cancellation
            self.body = body
        }

        /// Takes items until there are none left or one has failed.
        func work(_ worker: Int) {
            while !failed.load(ordering: .relaxed) {
                let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard item < count else { return }
                do {
                    try cancellation.check()
                    try body(worker, item)
                } catch {
                    failure.withLock { known in
                        if known.map({ item < $0.item }) ?? true { known = (item, error) }
                    }
                    failed.store(true, ordering: .relaxed)
                }
            }
        }

        /// Throws what the lowest failing item threw.
        func finish() throws {
            if let failure = failure.withLock({ $0 }) { throw failure.error }
        }
    }
}

/// Sleeping threads and the job they are woken for.
@safe private final class WorkerPool: @unchecked Sendable {
    private struct State {
        var job: Workers.Job?
        var generation = 0
        var wanted = 0
        var running = 0
        var threads: [Int32] = []
        var placedAround: Int32 = -1
    }

    private var mutex = unsafe pthread_mutex_t()
    private var wake = pthread_cond_t()
    private var done = pthread_cond_t()
    private var state = State()
    private let busy = Atomic<Bool>(false)

    init() {
        unsafe pthread_mutex_init(&mutex, nil)
        unsafe pthread_cond_init(&wake, nil)
        unsafe pthread_cond_init(&done, nil)
    }

    /// Works on the job with up to that many helpers and returns when nobody works on it any more.
    func run(_ job: Workers.Job, helpers: Int) {
        guard !busy.exchange(true, ordering: .acquiring) else { return job.work(0) }
        defer { busy.store(false, ordering: .releasing) }
        while state.threads.count < helpers, start(state.threads.count + 1) {}
        place()
        unsafe pthread_mutex_lock(&mutex)
        state.job = job
        state.generation += 1
        state.wanted = min(helpers, state.threads.count)
        state.running = state.wanted
        unsafe pthread_cond_broadcast(&wake)
        unsafe pthread_mutex_unlock(&mutex)
        job.work(0)
        unsafe pthread_mutex_lock(&mutex)
        while state.running > 0 { unsafe pthread_cond_wait(&done, &mutex) }
        state.job = nil
        unsafe pthread_mutex_unlock(&mutex)
    }

    /// Starts helper number `worker` (from 1) and waits until it has told its thread number.
    private func start(_ worker: Int) -> Bool {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        unsafe pthread_attr_setstacksize(&attributes, 8 << 20)
        defer { unsafe pthread_attr_destroy(&attributes) }
        let argument = unsafe Unmanaged.passRetained(Helper(self, worker)).toOpaque()
        var thread = pthread_t()
        unsafe pthread_mutex_lock(&mutex)
        defer { unsafe pthread_mutex_unlock(&mutex) }
        guard unsafe pthread_create(&thread, &attributes, runHelper, argument) == 0 else {
            unsafe Unmanaged<Helper>.fromOpaque(argument).release()
            return false
        }
        while state.threads.count < worker { unsafe pthread_cond_wait(&done, &mutex) }
        return true
    }

    /// Binds the helpers to processors around the one that the caller is on.
    private func place() {
        let here = csystem_current_processor()
        guard here != state.placedAround, Workers.processors.count > 1 else { return }
        state.placedAround = here
        let others = Workers.processors.filter { $0 != here }
        for (index, thread) in state.threads.enumerated() {
            _ = csystem_pin_thread(thread, others[index % others.count])
        }
    }

    /// The life of a helper: sleeps until there is a job that wants it, works, says when it is done.
    fileprivate func live(_ worker: Int) {
        var seen = 0
        unsafe pthread_mutex_lock(&mutex)
        seen = state.generation
        state.threads.append(csystem_thread_number())
        state.placedAround = -1
        unsafe pthread_cond_broadcast(&done)
        while true {
            while state.generation == seen { unsafe pthread_cond_wait(&wake, &mutex) }
            seen = state.generation
            guard worker <= state.wanted, let job = state.job else { continue }
            unsafe pthread_mutex_unlock(&mutex)
            job.work(worker)
            unsafe pthread_mutex_lock(&mutex)
            state.running -= 1
            if state.running == 0 { unsafe pthread_cond_broadcast(&done) }
        }
    }
}

private final class Helper {
    let pool: WorkerPool
    let worker: Int

    init(_ pool: WorkerPool, _ worker: Int) {
        self.pool = pool
        self.worker = worker
    }
}

/// The C entry of a helper thread; a named function, because a closure could be bound to an actor.
nonisolated private func runHelper(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    let helper = unsafe Unmanaged<Helper>.fromOpaque(argument).takeRetainedValue()
    helper.pool.live(helper.worker)
    return nil
}
