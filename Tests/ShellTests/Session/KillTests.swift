// The real program, killed with SIGKILL at random moments while it changes and saves a book: what it had acknowledged
// must be in the book afterwards, and nothing else but the change that it had in hand. scripts/kill-test kills the release
// program a few thousand times: DEALSH_KILLS is how often, DEALSH_KILL_CHANGES how many changes a script has,
// DEALSH_KILL_SEED where to begin, DEALSH_PROGRAM the program.

import Foundation
import Glibc
import Testing

@Suite struct KillTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let killCount = environment["DEALSH_KILLS"].flatMap { Int($0) } ?? 12
    private static let changeCount = environment["DEALSH_KILL_CHANGES"].flatMap { Int($0) } ?? 400
    private static let seed = environment["DEALSH_KILL_SEED"].flatMap { UInt64($0) } ?? 11
    private static let program = environment["DEALSH_PROGRAM"] ?? ShellCase.binaryFolder + "/dealsh"
    /// How long a script of so many changes runs before it is killed, at most: it must not come to its end.
    private static var longestMicroseconds: UInt32 { UInt32(min(changeCount, 8_000)) * 750 }

    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dealsh-kill-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Runs the program to its end and gives what it wrote.
    private static func run(_ arguments: [String], in folder: URL) throws -> (
        output: String, errors: String, exit: Int32
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["HOME": folder.path, "LC_ALL": "C.UTF-8"]
        process.standardInput = FileHandle.nullDevice
        let output = folder.appendingPathComponent("out")
        let errors = folder.appendingPathComponent("err")
        for place in [output, errors] { try Data().write(to: place) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return (
            try String(contentsOf: output, encoding: .utf8), try String(contentsOf: errors, encoding: .utf8),
            process.terminationStatus
        )
    }

    /// Starts the program, kills it after a moment and gives what it had said of its changes.
    private static func killed(_ arguments: [String], after microseconds: UInt32, in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["HOME": folder.path, "LC_ALL": "C.UTF-8"]
        process.standardInput = FileHandle.nullDevice
        let output = folder.appendingPathComponent("acknowledged")
        try Data().write(to: output)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: output)
        try process.run()
        usleep(microseconds)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return try String(contentsOf: output, encoding: .utf8)
    }

    @Test func acknowledgedChangesOutlastKills() throws {
        let folder = try KillTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try KillTests.run(["generate", "--deals", "60", "book.pipeline"], in: folder)
        #expect(made.exit == 0, "\(made.errors)")
        var random = SeededNumbers(seed: KillTests.seed)
        let start = try KillTests.run(
            ["book.pipeline", "--no-init", "-c", "deals | first 1 | set value = $0; save"], in: folder)
        #expect(start.exit == 0, "\(start.errors)")
        var value = 0
        var survived = 0
        var changes = 0
        var inHandCount = 0
        var longest = 0
        for round in 0..<KillTests.killCount {
            let script = folder.appendingPathComponent("script.pql")
            var text = ""
            let savesEvery = [25, 400, Int.max][round % 3]
            for number in value + 1...value + KillTests.changeCount {
                text += "deals | first 1 | set value = $\(number)\n"
                if number % savesEvery == 0 { text += "save\n" }
            }
            try Data(text.utf8).write(to: script)
            // Mostly early, so that there are many kills; now and then after thousands of changes.
            let latest = round % 40 == 39 ? KillTests.longestMicroseconds : min(300_000, KillTests.longestMicroseconds)
            let moment = UInt32.random(in: 0...latest, using: &random)
            let told = try KillTests.killed(
                ["book.pipeline", "-F", "csv", "--no-init", "-f", script.path]
                    + (round % 5 == 4 ? ["--sync", "end"] : []), after: moment, in: folder)
            let acknowledged = told.split(separator: "\n").filter { $0.hasPrefix("set value") }.count
            let check = try KillTests.run(["check", "book.pipeline"], in: folder)
            #expect(check.exit == 0, "round \(round): \(check.output)\(check.errors)")
            let seen = try KillTests.run(
                ["book.pipeline", "-F", "csv", "--no-init", "-c", "deals | first 1 | show value"], in: folder)
            let found = seen.output.split(separator: "\n").compactMap { Int($0) }.last ?? 0
            let isExact = found == value + acknowledged || found == value + acknowledged + 1
            #expect(
                seen.exit == 0 && isExact,
                "seed \(KillTests.seed), round \(round), after \(moment) µs: \(value) + \(acknowledged), found \(found)"
            )
            if found == value + acknowledged + 1 { inHandCount += 1 }
            longest = max(longest, acknowledged)
            changes += acknowledged
            value = found
            survived += 1
        }
        print(
            "\(survived) kills survived, \(changes) acknowledged changes, at most \(longest) before a kill; "
                + "\(inHandCount) times the change in hand was kept, too")
    }

    /// An export that is killed leaves the file of the export before it, and what it leaves beside it goes with the next.
    @Test func killedExportsLeaveTheOldFileAndNothingElse() throws {
        let folder = try KillTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try KillTests.run(["generate", "--deals", "1500", "book.pipeline"], in: folder)
        #expect(made.exit == 0, "\(made.errors)")
        let export = ["book.pipeline", "--no-init", "-c", "deals | save \"x.csv\""]
        let start = ContinuousClock.now
        #expect(try KillTests.run(export, in: folder).exit == 0)
        let whole = try Data(contentsOf: folder.appendingPathComponent("x.csv"))
        let microseconds = UInt32((ContinuousClock.now - start) / .microseconds(1))
        func leftovers() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".tmp") }.count
        }
        var random = SeededNumbers(seed: KillTests.seed)
        var leftCount = 0
        for round in 0..<min(KillTests.killCount / 2, 200) {
            let moment = UInt32.random(in: 0...microseconds, using: &random)
            _ = try KillTests.killed(export, after: moment, in: folder)
            #expect(try Data(contentsOf: folder.appendingPathComponent("x.csv")) == whole, "round \(round)")
            leftCount += try leftovers()
            #expect(try leftovers() <= 1, "seed \(KillTests.seed), round \(round): what was left before is still there")
        }
        #expect(try KillTests.run(export, in: folder).exit == 0)
        #expect(try leftovers() == 0)
        print("exports killed, \(leftCount) left a temporary file, the next cleared each away")
    }
}
