// Bytes → keys, however the bytes are cut into pieces.

import Testing

@testable import Shell

@Suite struct KeyDecoderTests {
    func keys(_ pieces: [[UInt8]]) -> [Key] {
        var decoder = KeyDecoder()
        var out: [Key] = []
        for piece in pieces {
            decoder.add(piece)
            while let more = decoder.next() { out += more }
        }
        while let more = decoder.next(final: true) { out += more }
        return out.filter { $0 != .ignored }
    }
    func keys(_ text: String) -> [Key] { keys([Array(text.utf8)]) }

    @Test(arguments: [
        ("\u{1b}[A", Key.action(.up)), ("\u{1b}OA", .action(.up)), ("\u{1b}[1;5C", .action(.wordRight)),
        ("\u{1b}[1;3D", .action(.wordLeft)), ("\u{1b}[1;2C", .action(.right)), ("\u{1b}[1~", .action(.lineStart)),
        ("\u{1b}[8~", .action(.lineEnd)), ("\u{1b}OF", .action(.lineEnd)), ("\u{1b}[3~", .action(.deleteForward)),
        ("\u{1b}[3;5~", .action(.killWordForward)), ("\u{1b}Oc", .action(.wordRight)), ("é", .character("é")),
        ("\u{1b}", .character("\u{1b}")),
    ])
    func oneKey(text: String, key: Key) {
        #expect(keys(text) == [key])
    }

    @Test func sequencesWithoutMeaningVanish() {
        #expect(keys("\u{1b}[15~\u{1b}[1;2P\u{1b}]0;title\u{7}\u{1b}P1$r\u{1b}\\\u{1b}[[Bx") == [.character("x")])
        // What a keyboard cannot type cannot be an action either.
        #expect(keys("\u{80}\u{85}x") == [.character("x")])
    }

    @Test func metaIsAnEscapeAndTheCharacter() {
        #expect(keys("\u{1b}b") == [.character("\u{1b}"), .character("b")])
        #expect(keys("\u{1b}\u{1b}[C") == [.character("\u{1b}"), .action(.right)])
    }

    @Test func pastesHaveLineFeedsAndNoControlEnd() {
        let text = "\u{1b}[200~deals\r\n| top\r3\u{1b}[A\r\n\r\u{1b}[201~x"
        #expect(keys(text) == [.paste(Array("deals\n| top\n3\u{1b}[A".unicodeScalars)), .character("x")])
    }

    @Test func illFormedBytesBecomeReplacements() {
        #expect(keys([[0xff, 0x41]]) == [.character("\u{fffd}"), .character("A")])
        #expect(keys([[0xe2, 0x82], [0x41]]) == [.character("\u{fffd}"), .character("A")])
        #expect(keys([[0xe2, 0x82]]) == [.character("\u{fffd}")])
    }

    @Test func sequencesBoundInEditrcStayAsTheyAre() {
        var decoder = KeyDecoder()
        decoder.boundSequences = [Array("\u{1b}[15~".utf8)]
        decoder.add(Array("\u{1b}[15~".utf8))
        #expect(decoder.next() == "\u{1b}[15~".unicodeScalars.map { .character($0) })
    }

    @Test func theCutOfThePiecesDoesNotMatter() {
        let seed: UInt64 = 7
        var numbers = SeededNumbers(seed: seed)
        let items = [
            "a", "é", "東", "👩‍👩‍👧", "\u{1b}[A", "\u{1b}[3;5~", "\u{1b}[15~", "\r", "\t",
            "\u{1b}[200~x\ry\u{1b}[20\u{1b}[201~", "\u{1b}]0;t\u{7}", "\u{1b}OH", "\u{1b}b",
        ]
        for _ in 0..<500 {
            let bytes = (0..<10).flatMap { _ in Array((items.randomElement(using: &numbers) ?? "").utf8) }
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...5, using: &numbers)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(keys(pieces) == keys([bytes]), "seed \(seed)")
        }
    }

    @Test func randomBytesNeverStopIt() {
        let seed: UInt64 = 11
        var numbers = SeededNumbers(seed: seed)
        let alphabet: [UInt8] = [
            0x1b, 0x5b, 0x4f, 0x32, 0x30, 0x31, 0x7e, 0x3b, 0x41, 0xe2, 0x82, 0xff, 0x5d, 0x07, 0x00,
        ]
        for _ in 0..<3_000 {
            var decoder = KeyDecoder()
            decoder.add(
                (0..<Int.random(in: 0...30, using: &numbers)).map { _ in alphabet.randomElement(using: &numbers) ?? 0 })
            var count = 0
            while decoder.next(final: true) != nil, count < 1_000 { count += 1 }
            #expect(count < 1_000, "seed \(seed)")
        }
    }
}
