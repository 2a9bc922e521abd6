// What the memory of the machine gives, measured beside the queries: sums of 64-bit words over an array far larger than
// the caches, on one thread and on all. A machine whose second thread adds little proves nothing about queries.

import Glibc
import Synchronization

/// Reading memory as fast as it goes.
enum Bandwidth {
    private static let wordCount = 32 << 20

    /// Bytes per second for one thread, and for all processors; the best of several rounds each.
    static func measured() -> (one: Int, all: Int) {
        let words = [UInt64](repeating: 1, count: wordCount)
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return (best(words, 1), best(words, processors))
    }

    private static func best(_ words: [UInt64], _ threadCount: Int) -> Int {
        var best = Duration.seconds(1_000)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let sum = Parallel.sum(words, threadCount)
            let elapsed = start.duration(to: .now)
            if sum != UInt64(words.count) { return 0 }
            best = min(best, elapsed)
        }
        let (seconds, attoseconds) = best.components
        return Int(Double(words.count * 8) / (Double(seconds) + Double(attoseconds) / 1e18))
    }
}

/// Sums on threads.
enum Parallel {
    private final class Part: Sendable {
        let words: ArraySlice<UInt64>
        let sum = Atomic<UInt64>(0)
        init(_ words: ArraySlice<UInt64>) { self.words = words }

        func run() {
            var total: UInt64 = 0
            words.withUnsafeBufferPointer { words in
                for word in words { total &+= word }
            }
            sum.store(total, ordering: .relaxed)
        }
    }

    static func sum(_ words: [UInt64], _ threadCount: Int) -> UInt64 {
        let parts = (0..<threadCount).map {
            Part(words[words.count * $0 / threadCount..<words.count * ($0 + 1) / threadCount])
        }
        var threads: [pthread_t] = []
        for part in parts.dropFirst() {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(part).toOpaque()
            if pthread_create(&thread, nil, runPart, argument) == 0 { threads.append(thread) } else { part.run() }
        }
        parts.first?.run()
        for thread in threads { pthread_join(thread, nil) }
        return parts.reduce(0) { $0 &+ $1.sum.load(ordering: .relaxed) }
    }

    nonisolated private static let runPart: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        guard let argument = $0 else { return nil }
        Unmanaged<Part>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }
}
