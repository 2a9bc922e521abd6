// For every system call of a random session, and every way it can go wrong: what is on the disk afterwards must be the
// state before or after the change or save in hand, with everything that was acknowledged, and fit to go on with.
// DEALSH_FAULT_SCRIPTS=200 tries as many scripts.

import Foundation
import Testing

@testable import Storage

@Suite("Whatever call fails, wherever the process or the power stops, nothing acknowledged is lost")
struct StoreFaultTests {
    private static let scriptCount =
        ProcessInfo.processInfo.environment["DEALSH_FAULT_SCRIPTS"].flatMap { Int($0) } ?? 2

    @Test func everyCallInEveryWay() {
        var points = 0
        var cuts = 0
        var failures = 0
        for seed in 0..<UInt64(Self.scriptCount) {
            let script = StoreAction.script(seed: seed, count: 14)
            let whole = ModelFileSystem(seed: seed)
            let session = StoreSession(whole)
            session.run(script)
            #expect(session.failureCount == 0 && session.book.changes.count > 2, "seed \(seed)")
            let callCount = whole.callCount
            for fault in Fault.allCases {
                for call in 1...callCount {
                    let files = ModelFileSystem(seed: seed &* 1000 &+ UInt64(call))
                    files.arm(call: call, fault)
                    let session = StoreSession(files)
                    session.run(script)
                    points += 1
                    failures += session.failureCount
                    let place: Comment = "script \(seed), call \(call) (\(files.faultyCall)), \(fault)"
                    session.check(files.afterKill(), afterPowerCut: false, place)
                    for cut in 0..<1 as Range<UInt64> {
                        cuts += 1
                        session.check(
                            files.afterPowerCut(seed: cut &+ UInt64(call)), afterPowerCut: true, "\(place), cut \(cut)")
                    }
                }
            }
        }
        #expect(failures > points / 2)
        print("\(points) fault points, \(points) kills and \(cuts) power cuts; \(failures) actions failed")
    }

    /// What mends a torn journal can be stopped as well, again and again.
    @Test func recoveryMayFailToo() {
        var points = 0
        for seed in 0..<UInt64(Self.scriptCount) {
            let script = StoreAction.script(seed: seed, count: 10)
            let whole = ModelFileSystem(seed: seed)
            StoreSession(whole).run(script)
            var random = SeededGenerator(seed: seed)
            for _ in 0..<60 {
                let files = ModelFileSystem(seed: seed)
                files.arm(call: Int.random(in: 1...whole.callCount, using: &random), .stop)
                let session = StoreSession(files)
                session.run(script)
                var left = files.afterPowerCut(seed: UInt64.random(in: 0...99, using: &random))
                for _ in 0..<3 {
                    guard let found = try? ListBook.found(left), left.bytes(ListBook.path) != nil else { break }
                    left.arm(
                        call: Int.random(in: 1...25, using: &random),
                        Fault.allCases.randomElement(using: &random) ?? .stop)
                    let store = Store(ListBook.path, left)
                    _ = try? store.read()
                    _ = try? store.beginWriting()
                    points += 1
                    left = left.afterPowerCut(seed: UInt64.random(in: 0...99, using: &random))
                    #expect((try? ListBook.found(left)) == found, "script \(seed)")
                }
                session.check(left, afterPowerCut: true, "script \(seed), after recovery was stopped")
            }
        }
        print("\(points) recoveries stopped")
    }
}
