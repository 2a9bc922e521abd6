// What the machine gives, measured beside the queries: how much faster all processors add words from their nearest
// cache than one does, and how fast all of them read an array far larger than the caches. A machine whose second thread
// adds little is busy and proves nothing about queries. Memory does not tell that: here and there one thread takes all
// that it gives.

import Glibc
import Synchronization

/// The machine's proof.
enum Machine {
    private static let wordCount = 32 << 20
    private static let cachedWordCount = 1 << 10

    /// How many times as fast all processors are together as one.
    static func scaling() -> Double {
        let words = [UInt64](repeating: 1, count: cachedWordCount * processorCount)
        let one = best(Array(words[..<cachedWordCount]), 1, times: 30_000)
        return Double(processorCount) * one / best(words, processorCount, times: 30_000)
    }

    /// Bytes per second that all processors read together.
    static func bandwidth() -> Int {
        let words = [UInt64](repeating: 1, count: wordCount)
        return Int(Double(wordCount * 8) / best(words, processorCount, times: 1))
    }

    private static let processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// Seconds for the sum of all words, taken so many times; the best of several rounds.
    private static func best(_ words: [UInt64], _ threadCount: Int, times: Int) -> Double {
        var best = Duration.seconds(1_000)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let sum = Parallel.sum(words, threadCount, times: times)
            precondition(sum == UInt64(words.count * times))
            best = min(best, start.duration(to: .now))
        }
        let (seconds, attoseconds) = best.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

/// Sums on threads.
enum Parallel {
    private final class Part: Sendable {
        let words: ArraySlice<UInt64>
        let times: Int
        let sum = Atomic<UInt64>(0)
        init(_ words: ArraySlice<UInt64>, _ times: Int) {
            self.words = words
            self.times = times
        }

        func run() {
            for _ in 0..<times {
                var total: UInt64 = 0
                words.withUnsafeBufferPointer { words in
                    for word in words { total &+= word }
                }
                sum.wrappingAdd(total, ordering: .relaxed)
            }
        }
    }

    static func sum(_ words: [UInt64], _ threadCount: Int, times: Int) -> UInt64 {
        let parts = (0..<threadCount).map {
            Part(words[words.count * $0 / threadCount..<words.count * ($0 + 1) / threadCount], times)
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
