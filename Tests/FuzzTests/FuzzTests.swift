// Every reader of bytes from outside under the mutator. DEALSH_FUZZ_SECONDS is the time for each target (1 by default),
// DEALSH_FUZZ_SEED where to begin. Before an input is read it is written to `dealsh-fuzz-TARGET` in the folder for
// temporary files, where it still is when the program traps.

import Foundation
import FuzzTargets
import Testing

@Suite(.serialized) struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["DEALSH_FUZZ_SECONDS"].flatMap { Double($0) } ?? 1
    private static let firstSeed = environment["DEALSH_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

    /// The known inputs of a target: those it knows itself, and the files of its folder.
    private static func corpus(_ target: FuzzTarget) throws -> [[UInt8]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Corpora/\(target.rawValue)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return target.seeds
            + (try names.sorted().map { [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))) })
    }

    /// Inputs that once did harm, and all that the mutator starts from.
    @Test(arguments: FuzzTarget.allCases)
    func knownInputs(target: FuzzTarget) throws {
        let corpus = try FuzzTests.corpus(target)
        #expect(!corpus.isEmpty)
        for bytes in corpus { target.run(bytes) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func changedInputs(target: FuzzTarget) throws {
        let corpus = try FuzzTests.corpus(target)
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("dealsh-fuzz-\(target.rawValue)")
        let clock = ContinuousClock()
        let end = clock.now + .seconds(FuzzTests.seconds)
        var inputCount = 0
        var byteCount = 0
        var slowest = Duration.zero
        var seed = FuzzTests.firstSeed
        while clock.now < end {
            var mutator = Mutator(seed: seed, corpus: corpus)
            var bytes = mutator.input()
            if mutator.next() % 8 != 0 { bytes = target.seal(bytes) }
            try Data(bytes).write(to: place)
            let time = clock.measure { target.run(bytes) }
            #expect(time < .seconds(5), "seed \(seed) took \(time)")
            slowest = max(slowest, time)
            inputCount += 1
            byteCount += bytes.count
            seed += 1
        }
        try? FileManager.default.removeItem(at: place)
        print("fuzz \(target.rawValue): \(inputCount) inputs, \(byteCount) bytes, the slowest \(slowest)")
        #expect(inputCount > 5)
    }
}
