// Real exports that are not part of the project: in the folder named by DEALSH_DATA, or beside the package.
// Tests that use them are skipped, and say so, where they are absent.
import Foundation

enum SharedData {
    static let folder: String? = {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let beside = here.appendingPathComponent("../../../shared/data").standardizedFileURL.path
        let candidates = [ProcessInfo.processInfo.environment["DEALSH_DATA"], beside]
        return candidates.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0) }
    }()

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: (folder ?? "") + "/" + path)))
    }
}

/// A small generator with a seed, so that a failing random test can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
