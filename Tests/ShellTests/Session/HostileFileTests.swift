// Snapshots and journals that are cut, changed, or changed and sealed with right checksums, given to the real program: it
// ends by itself, with success or as damaged, and holds at most four times the file in memory beyond what it needs for a
// book of one deal. DEALSH_HOSTILE=2000 tries as many of each kind, DEALSH_PROGRAM names another program.

import Foundation
import FuzzTargets
import Testing

@Suite struct HostileFileTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["DEALSH_HOSTILE"].flatMap { Int($0) } ?? 8
    private static let program = environment["DEALSH_PROGRAM"] ?? ShellCase.binaryFolder + "/dealsh"
    /// What two runs of the same thing differ by: pages that the kernel happens to give or to share.
    private static let noiseByteCount = 1 << 19

    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dealsh-host-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func run(_ arguments: [String]) throws -> MeasuredChild { try MeasuredChild(Self.program, arguments) }

    @Test(arguments: [FuzzTarget.snapshot, .journal])
    func memoryAndTimeAreBounded(target: FuzzTarget) throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let book = folder.appendingPathComponent("book.pipeline").path
        let tiny = folder.appendingPathComponent("tiny.pipeline").path
        #expect(try run(["generate", "--deals", "1", tiny]).exit == 0)
        #expect(try run(["generate", "--deals", "6000", book]).exit == 0)
        if target == .journal {
            // A journal that is worth mentioning: changes of all deals.
            let changes = "deals | set owner = \"N\"; deals | set value = value * 1.37; open deals | slip 1d"
            #expect(try run([book, "--no-init", "-c", changes]).exit == 0)
        }
        let path = target == .journal ? book + ".journal" : book
        let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let beside = target == .journal ? try Data(contentsOf: URL(fileURLWithPath: book)).count : 0
        // What each command needs for nearly nothing: the pages of the program count as its memory, too.
        let commands = [["check"], ["--no-init", "--read-only", "-c", "deals | count by stage; log"]]
        let bases = try commands.map { try run($0 + [tiny]) }
        let base = bases[0]
        let whole = try run(["check", book])
        #expect(bases.allSatisfy { $0.exit == 0 } && whole.exit == 0)
        let fileByteCount = sound.count + beside
        let limit = 4 * fileByteCount + Self.noiseByteCount
        var most = whole.residentByteCount - base.residentByteCount
        #expect(most <= limit, "a sound file of \(fileByteCount) bytes takes \(most)")
        var worst = "the sound file"
        var slowest = whole.duration
        var ends: [Int32: Int] = [:]
        for seed in 0..<UInt64(Self.count) {
            var mutator = Mutator(seed: seed &+ 500, corpus: [sound])
            var bytes = mutator.input()
            switch seed % 4 {
            case 0: bytes = Array(sound.prefix(Int(mutator.next() % UInt64(sound.count))))
            case 1: break
            default: bytes = target.seal(bytes)
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            for (command, base) in zip(commands, bases) {
                let result = try run(command + [book])
                #expect([0, 1, 3].contains(result.exit) && !result.wasKilled, "seed \(seed): \(result)")
                let taken = result.residentByteCount - base.residentByteCount
                #expect(taken <= limit, "seed \(seed): \(taken) bytes for a file of \(fileByteCount)")
                ends[result.exit, default: 0] += 1
                if taken > most { (most, worst) = (taken, "seed \(seed), \(command[0])") }
                slowest = max(slowest, result.duration)
            }
        }
        let ratio = Double(Int(Double(most) / Double(fileByteCount) * 100)) / 100
        print(
            "\(target.rawValue) of \(fileByteCount) bytes, \(2 * Self.count) hostile runs: at most \(ratio) times the file (\(worst)), "
                + "the slowest \(slowest), ended with \(ends.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })"
        )
    }
}
