// The estimators against lifelines, where python has it: Kaplan-Meier with late entry and ties, Aalen-Johansen on times
// without ties (lifelines moves tied times apart at random, which is another estimate). The variable DEALSH_PYTHON names
// the interpreter; without it python3 on the path is tried. Where there is none the test says so and is skipped.
//
// lifelines has a subject at risk after its entry, here it is from its first day on: entries are half a day earlier
// there, and all times a day later, because it knows no entry before 0.

import Dispatch
import Foundation
import Pipeline
import Testing

@Suite struct LifelinesTests {
    private struct Sample: Codable {
        var first: [Int]
        var last: [Int]
        var cause: [Int]
        var isTied: Bool
    }

    private struct Estimate: Codable {
        var ages: [Int]
        var survival: [Double]
        var median: Double?
        var won: [Double]?
    }

    private static let program = """
        import json, sys, warnings
        warnings.simplefilter("ignore")
        from lifelines import AalenJohansenFitter, KaplanMeierFitter
        out = []
        for s in json.load(sys.stdin):
            T = [t + 1 for t in s["last"]]
            entry = [t + 0.5 for t in s["first"]]
            ages = sorted({t for t, c in zip(s["last"], s["cause"]) if c > 0})
            k = KaplanMeierFitter().fit(T, [c > 0 for c in s["cause"]], entry=entry)
            row = {"ages": ages, "survival": [float(k.predict(a + 1)) for a in ages]}
            m = float(k.median_survival_time_)
            row["median"] = None if m == float("inf") else m - 1
            if not s["isTied"]:
                a = AalenJohansenFitter(calculate_variance=False).fit(T, s["cause"], 1, entry=None)
                row["won"] = [float(a.predict(x + 1)) for x in ages]
            out.append(row)
        json.dump(out, sys.stdout)
        """

    /// Runs the program on samples; `nil` without python or lifelines.
    private static func run(_ samples: [Sample]) throws -> [Estimate]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["DEALSH_PYTHON"] ?? "python3", "-c", program]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return nil }
        // Written from another thread: a full pipe would wait for a reader that waits for the end of the input.
        let bytes = try JSONEncoder().encode(samples)
        DispatchQueue.global().async {
            try? input.fileHandleForWriting.write(contentsOf: bytes)
            try? input.fileHandleForWriting.close()
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return try JSONDecoder().decode([Estimate].self, from: data)
    }

    private static let isThere: Bool = {
        signal(SIGPIPE, SIG_IGN)
        if let found = try? run([]), found.isEmpty { return true }
        print("skipped: no python with lifelines (DEALSH_PYTHON names one)")
        return false
    }()

    private static func samples(seed: UInt64) -> [Sample] {
        var random = SplitMix(state: seed)
        return (0..<60).map { number in
            let isTied = number % 2 == 0
            let count = Int.random(in: 5...80, using: &random)
            var sample = Sample(first: [], last: [], cause: [], isTied: isTied)
            let distinct = Array(0..<400).shuffled(using: &random)
            for place in 0..<count {
                let last = isTied ? Int.random(in: 0...30, using: &random) : distinct[place]
                let isLate = isTied && Bool.random(using: &random)
                // Someone is there from the beginning, so that nobody is alone at risk when the curve begins.
                sample.first.append(place > 2 && isLate ? Int.random(in: 0...last, using: &random) : 0)
                sample.last.append(isTied && place <= 2 ? max(last, 30 + place) : last)
                sample.cause.append(Int.random(in: 0...2, using: &random))
            }
            return sample
        }
    }

    @Test(.enabled(if: isThere)) func sameAsLifelines() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("lifelines: seed \(seed)")
        let samples = Self.samples(seed: seed)
        let estimates = try #require(try Self.run(samples))
        var (survivals, incidences) = (0, 0)
        for (sample, estimate) in zip(samples, estimates) {
            let observations = sample.last.indices.map { place in
                Observation(
                    firstAge: sample.first[place], lastAge: sample.last[place],
                    cause: sample.cause[place] == 0 ? nil : sample.cause[place] - 1)
            }
            let curve = SurvivalCurve(observations)
            #expect(curve.steps.map(\.age) == estimate.ages)
            for (age, share) in zip(estimate.ages, estimate.survival) {
                #expect(abs(curve.share(after: age) - share) < 1e-9, "seed \(seed), age \(age)")
                survivals += 1
            }
            // A share of one half but for rounding is at most a half here, and may be more there.
            if !estimate.survival.contains(where: { abs($0 - 0.5) < 1e-9 }) {
                #expect(curve.median.map(Double.init) == estimate.median, "seed \(seed)")
            }
            guard let won = estimate.won else { continue }
            let incidence = CumulativeIncidence(observations, causeCount: 2)
            for (age, share) in zip(estimate.ages, won) {
                #expect(abs(incidence.shares(at: age)[0] - share) < 1e-9, "seed \(seed), age \(age)")
                incidences += 1
            }
        }
        #expect(survivals > 500 && incidences > 300)
    }
}

/// A small seeded generator, so that a failure can be run again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
