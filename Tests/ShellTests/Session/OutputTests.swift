// The ways of bytes out of the program: gathering, pipes that close, disks that are full; and progress bars.

import Glibc
import Testing

@testable import Shell

@Suite struct OutputTests {
    @Test func gathersUntilFlushed() throws {
        let (reading, writing) = try pipe()
        let output = Output(descriptor: writing)
        output.write("a")
        output.line("b")
        #expect(output.bytes == Array("ab\n".utf8))
        output.close()
        #expect(read(reading) == "ab\n")
        close(reading)
    }

    @Test func aReaderThatGoesAwayIsNoFailure() throws {
        signal(SIGPIPE, SIG_IGN)
        let (reading, writing) = try pipe()
        close(reading)
        let output = Output(descriptor: writing)
        output.line("lost")
        output.flush()
        #expect(output.isClosed)
        #expect(output.failure == 0)
        output.line("also lost")
        output.flush()
        close(writing)
    }

    @Test func aFullDiskIsAFailure() {
        let descriptor = open("/dev/full", O_WRONLY)
        let output = Output(descriptor: descriptor)
        output.line("lost")
        output.flush()
        #expect(output.failure == ENOSPC)
        close(descriptor)
    }

    @Test func memoryKeepsEverything() {
        let output = Output.inMemory()
        for _ in 0..<50_000 { output.write("1234567890") }
        output.flush()
        #expect(output.bytes.count == 500_000)
    }

    @Test func progressTellsRateAndTimeLeft() {
        #expect(
            ProgressBar.line("generate", 250_000, of: 1_000_000, "deals", .milliseconds(500), .unicode)
                == "generate ██████░░░░░░░░░░░░░░░░░░ 25%  500k deals/s  2 s left")
        #expect(
            ProgressBar.line("check", 0, of: 10, "bytes", .seconds(1), .ascii)
                == "check ........................ 0%")
        #expect(
            ProgressBar.line("check", 10, of: 10_000, "bytes", .seconds(1), .ascii).hasSuffix("17 min left"))
    }

    private func pipe() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func read(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
