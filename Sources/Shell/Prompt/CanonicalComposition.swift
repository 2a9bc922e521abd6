// Normalisation form C for what a keyboard or a paste brings: a letter followed by a combining accent becomes the one
// code point that names in a book are written with. The standard library compares characters by canonical equivalence,
// so a dictionary of the composed letters finds them without a table of compositions.

/// Joins letters and combining marks.
enum CanonicalComposition {
    /// Whether the code point may join the one before it.
    static func mayCombine(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.canonicalCombiningClass != .notReordered || (0x1161...0x11c2).contains(scalar.value)
    }

    /// The text with every letter and mark that have a composed form joined.
    static func composed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard scalars.contains(where: mayCombine) else { return scalars }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        var out: [Unicode.Scalar] = []
        out.reserveCapacity(scalars.count)
        for character in String(view) { out += composed(character) }
        return out
    }

    private static func composed(_ character: Character) -> [Unicode.Scalar] {
        let all = Array(character.unicodeScalars)
        guard all.count > 1 else { return all }
        // The longest beginning that has a composed form; marks that it lacks stay behind it.
        for count in stride(from: min(all.count, 4), through: 2, by: -1) {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: all[..<count])
            let start = String(view)
            guard let first = start.first, start.count == 1 else { continue }
            if let whole = syllable(all[..<count]) ?? letters[first] { return [whole] + all[count...] }
        }
        return all
    }

    /// A Hangul syllable from its letters, by the arithmetic of the Unicode Standard, section 3.12.
    private static func syllable(_ letters: ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
        let values = letters.map { Int($0.value) }
        guard values.count == 2 || values.count == 3, (0x1100...0x1112).contains(values[0]),
            (0x1161...0x1175).contains(values[1])
        else { return nil }
        var value = 0xac00 + ((values[0] - 0x1100) * 21 + values[1] - 0x1161) * 28
        if values.count == 3 {
            guard (0x11a8...0x11c2).contains(values[2]) else { return nil }
            value += values[2] - 0x11a7
        }
        return Unicode.Scalar(UInt32(value))
    }

    /// Latin, Greek and Cyrillic letters with marks and Japanese kana with theirs, by what they look like.
    private static let letters: [Character: Unicode.Scalar] = {
        var found: [Character: Unicode.Scalar] = [:]
        let ranges: [ClosedRange<UInt32>] = [
            0xc0...0x233, 0x370...0x3ff, 0x400...0x4f9, 0x1e00...0x1eff, 0x1f00...0x1fff, 0x304c...0x30fe,
        ]
        for range in ranges {
            for value in range {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let key = Character(scalar)
                // Where two code points look the same, the lower one is the composed form, the other a compatibility.
                if found[key] == nil { found[key] = scalar }
            }
        }
        return found
    }()
}
