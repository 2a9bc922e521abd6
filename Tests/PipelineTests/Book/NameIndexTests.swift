// What a typed name means among known ones.

import Testing
import Values

@testable import Pipeline

struct NameIndexTests {
    /// Two letters swapped in a part of a name, even of a short one.
    @Test func swappedLettersOfAPart() {
        let owners = NameIndex(["Dana Ruiz", "Marco Bianchi", "Tom Becker", "Priya Shah"])
        #expect(owners.near("Dnaa") == ["Dana Ruiz"])
        #expect(owners.near("Riuz") == ["Dana Ruiz"])
        #expect(owners.near("Bekcer") == ["Tom Becker"])
        #expect(owners.near("Zoe").isEmpty)
        #expect(owners.near("Nina").isEmpty)
    }

    let stages = NameIndex(
        [
            "Initial Contact", "Qualification", "Demo Scheduled", "Proposal Sent", "Negotiation", "Closed Won",
            "Closed Lost",
        ])

    @Test func exactIgnoresCaseAndBlanks() {
        #expect(stages.match("negotiation") == .exact(4))
        #expect(stages.match("  Closed   won ") == .exact(5))
        #expect(NameIndex(["acme", "Acme"]).exact("Acme") == 1)
        #expect(NameIndex(["acme", "Acme"]).exact("ACME") == 0)
        #expect(NameIndex(["O'Brien"]).exact("O\u{2019}Brien") == 0)
    }

    @Test func prefixOnlyWhenUnique() {
        #expect(stages.match("Demo") == .prefix(2))
        #expect(stages.match("closed") == .several([5, 6]))
        #expect(stages.match("Demo", prefix: false) == .none)
        #expect(stages.match("Lead") == .none)
    }

    @Test func nearNames() {
        #expect(stages.near("Negotiaton").first == "Negotiation")
        #expect(stages.near("Proposl").first == "Proposal Sent")
        #expect(stages.near("Won").first == "Closed Won")
        #expect(stages.near("xyzzy").isEmpty)
        #expect(NameIndex(["Dana", "Dane"], counts: [1, 5]).near("Danx") == ["Dane", "Dana"])
    }

    @Test func emptyTextIsNoName() {
        #expect(stages.match("") == .several([0, 1, 2, 3, 4, 5, 6]))
        #expect(stages.near("").isEmpty)
    }

    /// The banded distance against the textbook table of every prefix pair.
    @Test func distanceAgainstFullTable() {
        func full(_ a: [UInt32], _ b: [UInt32]) -> Int {
            var d = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
            for i in 0...a.count { d[i][0] = i }
            for j in 0...b.count { d[0][j] = j }
            for i in stride(from: 1, through: a.count, by: 1) {
                for j in stride(from: 1, through: b.count, by: 1) {
                    let cost = a[i - 1] == b[j - 1] ? 0 : 1
                    d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost)
                    if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                        d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1)
                    }
                }
            }
            return d[a.count][b.count]
        }
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<3000 {
            let a = (0..<next(9)).map { _ in UInt32(next(3)) }
            let b = (0..<next(9)).map { _ in UInt32(next(3)) }
            let limit = next(5)
            let distance = full(a, b)
            #expect(
                EditDistance.between(a, b, limit: limit) == (distance <= limit ? distance : nil), "\(a) \(b) \(limit)")
        }
    }
}
