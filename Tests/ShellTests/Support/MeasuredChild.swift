// A program with what it took: its end, its time and the most memory it held, as MemoryProbe measures them.

import Foundation

/// What became of a program that was run.
struct MeasuredChild {
    /// The exit status; negative: the signal that ended it.
    let exit: Int32
    /// The most memory that was resident at once, shared pages of the program and mapped files included.
    let residentByteCount: Int
    let duration: Duration
    /// Whether it was killed because it took too long.
    let wasKilled: Bool

    private struct Unmeasured: Error {
        var output: String
    }

    /// Runs a program without input and output.
    init(_ program: String, _ arguments: [String], secondsMax: Int = 20) throws {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: ShellCase.binaryFolder + "/MemoryProbe")
        probe.arguments = [String(secondsMax), program] + arguments
        let pipe = Pipe()
        probe.standardOutput = pipe
        try probe.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        probe.waitUntilExit()
        let numbers = output.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        guard numbers.count == 4 else { throw Unmeasured(output: output) }
        exit = Int32(numbers[0])
        residentByteCount = numbers[1] * 1024
        duration = .microseconds(numbers[2])
        wasKilled = numbers[3] == 1
    }
}
