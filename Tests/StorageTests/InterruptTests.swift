// Calls of the operating system that are interrupted by signals (EINTR): made again until they are through, at the real
// calls, by a handler that does not ask the kernel to restart them.

import Foundation
import Glibc
import Synchronization
import Testing

@testable import Storage

private let interruptCount = Atomic<Int>(0)

@Suite(.serialized) struct InterruptTests {
    private let files = LocalFileSystem()

    /// A pipe as two files; its ends are closed by the test.
    private func pipePair() throws -> (out: FileDescriptor, in: FileDescriptor) {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        return (FileDescriptor(number: ends[0], path: "out"), FileDescriptor(number: ends[1], path: "in"))
    }

    /// Runs `body` on a thread that a signal interrupts every millisecond until it has ended.
    private func interrupted(_ body: @escaping @Sendable () -> Void, meanwhile: () throws -> Void) throws -> Int {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in interruptCount.add(1, ordering: .relaxed) }
        action.sa_flags = 0
        var before = sigaction()
        #expect(sigaction(SIGUSR2, &action, &before) == 0)
        defer { sigaction(SIGUSR2, &before, nil) }
        let first = interruptCount.load(ordering: .relaxed)
        let hasEnded = Atomic<Bool>(false)
        let place = Mutex<pthread_t?>(nil)
        let thread = Thread {
            // A thread of a pool, from which this one has its mask, is not to be disturbed.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGUSR2)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            place.withLock { $0 = pthread_self() }
            body()
            hasEnded.store(true, ordering: .releasing)
            // Signals that are on their way must find the thread still there.
            usleep(20_000)
        }
        thread.start()
        let sender = Thread {
            while !hasEnded.load(ordering: .acquiring) {
                if let target = place.withLock({ $0 }), !hasEnded.load(ordering: .acquiring) {
                    pthread_kill(target, SIGUSR2)
                }
                usleep(1_000)
            }
        }
        sender.start()
        try meanwhile()
        while !hasEnded.load(ordering: .acquiring) { usleep(1_000) }
        usleep(40_000)
        return interruptCount.load(ordering: .relaxed) - first
    }

    @Test func readsThatWaitAreMadeAgain() throws {
        let (out, into) = try pipePair()
        let found = Mutex<[Result<[UInt8], FileError>]>([])
        let count = try interrupted({ [files] in
            for _ in 0..<3 {
                let result = Result { () throws(FileError) in try files.read(out, byteCount: 100) }
                found.withLock { $0.append(result) }
            }
        }) {
            for number in UInt8(1)...3 {
                usleep(60_000)
                let written = try files.write(into, [number, number].span)
                #expect(written == 2)
            }
        }
        try files.close(out)
        try files.close(into)
        #expect(count > 30, "the reads were not interrupted")
        let bytes = found.withLock { $0.map { try? $0.get() } }
        #expect(bytes == [[1, 1], [2, 2], [3, 3]])
    }

    @Test func writesThatWaitAreMadeAgain() throws {
        let (out, into) = try pipePair()
        let sent = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let failure = Mutex<FileError?>(nil)
        var received: [UInt8] = []
        let count = try interrupted({ [files] in
            do throws(FileError) {
                try files.writeAll(into, sent.span)
            } catch {
                failure.withLock { $0 = error }
            }
            try? files.close(into)
        }) {
            while true {
                let more = try files.read(out, byteCount: 20_000)
                if more.isEmpty { break }
                received += more
                usleep(4_000)
            }
        }
        try files.close(out)
        #expect(failure.withLock { $0 } == nil)
        #expect(received == sent)
        #expect(count > 30, "the writes were not interrupted")
    }

    /// Everything a store does, on real files, while signals arrive.
    @Test func aStoreUnderSignals() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let problem = Mutex<String?>(nil)
        let count = try interrupted({ [files] in
            do {
                let store = Store(path, files)
                _ = try store.beginWriting()
                try store.save(SnapshotContents(id: Sample.id))
                for number in 0..<300 { try store.append([UInt8](repeating: UInt8(number & 0xFF), count: 3000)) }
                try store.save(SnapshotContents(id: Sample.id, generation: 2, sequence: 300))
                for number in 0..<20 { try store.append([UInt8(number)]) }
                try store.close()
            } catch {
                problem.withLock { $0 = "\(error)" }
            }
        }) {}
        #expect(problem.withLock { $0 } == nil)
        #expect(try Store(path, files).read().records.map(\.payload) == (0..<20).map { [UInt8($0)] })
        print("a store under \(count) signals")
    }
}
