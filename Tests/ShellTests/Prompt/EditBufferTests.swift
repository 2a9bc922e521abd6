// Motions and changes in the text being typed, and undoing them.

import Foundation
import Testing

@testable import Shell

@Suite struct EditBufferTests {
    @Test func motionGoesByWhatIsSeen() {
        let buffer = EditBuffer("a👩‍👩‍👧é🇩🇪b")
        var places = [0]
        while let last = places.last, last < buffer.scalars.count { places.append(buffer.after(last)) }
        #expect(places.count == 6)
        var back = [buffer.scalars.count]
        while let last = back.last, last > 0 { back.append(buffer.before(last)) }
        #expect(back.reversed() == places)
    }

    @Test func wordsAndLines() {
        var buffer = EditBuffer("deals where next_step\n  | top 3\nx")
        #expect(buffer.wordBefore(21) == 12)
        #expect(buffer.wordAfter(5) == 11)
        let isMovedDown = buffer.moveLine(1)
        #expect(!isMovedDown)
        let isMovedUp = buffer.moveLine(-1)
        #expect(isMovedUp)
        #expect(buffer.cursor == 23)
        buffer.cursor = buffer.lineEnd(buffer.cursor)
        #expect(buffer.cursor == 31)
        let removed = buffer.removeTo(buffer.lineStart(buffer.cursor))
        #expect(removed == Array("  | top 3".unicodeScalars))
        #expect(buffer.text == "deals where next_step\n\nx")
    }

    @Test func byteOffsets() {
        let buffer = EditBuffer("aé東🎉b")
        #expect((0...buffer.scalars.count).map(buffer.byteOffset) == [0, 1, 3, 6, 10, 11])
    }

    @Test func combiningMarksAreComposed() {
        var buffer = EditBuffer("Zoe\u{308} e\u{301} が \u{1112}\u{1161}\u{11ab} x\u{301}")
        buffer.cursor = 4
        buffer.compose()
        #expect(
            buffer.text.unicodeScalars.map(\.value) == "Zo\u{eb} \u{e9} が \u{d55c} x\u{301}".unicodeScalars.map(\.value)
        )
        #expect(buffer.cursor == 3)
    }

    @Test func compositionAgreesWithFoundation() {
        // Every letter of four alphabets with every common mark, and with two of them.
        let bases = Array(0x41...0x5a) + Array(0x61...0x7a) + Array(0x391...0x3c9) + Array(0x410...0x44f)
        var composedCount = 0
        for base in bases {
            for mark in 0x300...0x33f {
                let values = [UInt32(base), UInt32(mark)].compactMap(Unicode.Scalar.init)
                var view = String.UnicodeScalarView()
                view.append(contentsOf: values)
                let expected = Array(String(view).precomposedStringWithCanonicalMapping.unicodeScalars)
                #expect(CanonicalComposition.composed(values) == expected)
                if expected.count == 1 { composedCount += 1 }
            }
        }
        #expect(composedCount > 400)
        for text in ["e\u{302}\u{301}", "\u{1112}\u{1161}\u{11ab}", "か\u{3099}", "x\u{301}y"] {
            #expect(
                CanonicalComposition.composed(Array(text.unicodeScalars))
                    == Array(text.precomposedStringWithCanonicalMapping.unicodeScalars))
        }
    }

    @Test func undoAndRedo() {
        var stack = UndoStack()
        var buffer = EditBuffer()
        for letter in "open deals".unicodeScalars {
            buffer.insert([letter])
            stack.record(buffer)
        }
        buffer.insert(Array("pasted text".unicodeScalars))
        stack.record(buffer)
        var texts: [String?] = []
        for _ in 0..<3 { texts.append(stack.undo()?.text) }
        texts.append(stack.redo()?.text)
        #expect(texts == ["open deals", "open ", "open", "open "])
        stack.record(EditBuffer("new"))
        texts = [stack.redo()?.text, stack.undo()?.text]
        #expect(texts == [nil, "open "])
    }

    @Test func statesOfALargeTextAreBounded() {
        var stack = UndoStack()
        var buffer = EditBuffer(Array(repeating: "x", count: 1_000_000))
        for _ in 0..<20 {
            buffer.insert(["y", "z"])
            stack.record(buffer)
        }
        var states = 0
        while stack.undo() != nil { states += 1 }
        #expect((1...5).contains(states))
    }
}
