// The text being edited and the cursor in it, with every motion and change that the editor's own keys make. Pure:
// no terminal, no libedit. The unit of motion is what a person sees as one character, an emoji or an accented letter.

/// A text with a cursor between its code points.
struct EditBuffer: Equatable {
    /// The code points; lines are separated by line feeds.
    var scalars: [Unicode.Scalar] = []
    /// 0…scalars.count.
    var cursor = 0

    init(_ scalars: [Unicode.Scalar] = [], cursor: Int? = nil) {
        self.scalars = scalars
        self.cursor = min(max(0, cursor ?? scalars.count), scalars.count)
    }
    init(_ text: String) { self.init(Array(text.unicodeScalars)) }

    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
    var bytes: [UInt8] { Array(text.utf8) }
    var isEmpty: Bool { scalars.isEmpty }
    var isAtEnd: Bool { cursor == scalars.count }

    // MARK: Places

    /// The byte offset of a place.
    func byteOffset(of place: Int) -> Int { scalars[..<place].reduce(0) { $0 + UTF8.width($1) } }

    /// The first place of the line that holds `place`.
    func lineStart(_ place: Int) -> Int { (scalars[..<place].lastIndex(of: "\n") ?? -1) + 1 }
    /// The place after the last character of the line that holds `place`.
    func lineEnd(_ place: Int) -> Int { scalars[place...].firstIndex(of: "\n") ?? scalars.count }

    /// The place one character before; 0 at the start.
    func before(_ place: Int) -> Int {
        guard place > 0 else { return 0 }
        // A character never crosses a line, and rarely is longer than this.
        let start = max(lineStart(place - 1), place - 32)
        guard start < place - 1 else { return place - 1 }
        var last = start
        var next = start
        while next < place {
            last = next
            next = after(next)
        }
        return last
    }

    /// The place one character after; the end at the end.
    func after(_ place: Int) -> Int {
        guard place < scalars.count else { return scalars.count }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[place..<min(place + 32, scalars.count)])
        return place + max(1, String(view).first?.unicodeScalars.count ?? 1)
    }

    /// The place at the start of the word before.
    func wordBefore(_ place: Int) -> Int {
        var at = place
        while at > 0, !EditBuffer.isWord(scalars[at - 1]) { at -= 1 }
        while at > 0, EditBuffer.isWord(scalars[at - 1]) { at -= 1 }
        return at
    }

    /// The place at the end of the word after.
    func wordAfter(_ place: Int) -> Int {
        var at = place
        while at < scalars.count, !EditBuffer.isWord(scalars[at]) { at += 1 }
        while at < scalars.count, EditBuffer.isWord(scalars[at]) { at += 1 }
        return at
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || scalar.properties.generalCategory == .nonspacingMark
    }

    // MARK: Changes

    /// Puts text before the cursor.
    mutating func insert(_ inserted: [Unicode.Scalar]) {
        scalars.insert(contentsOf: inserted, at: cursor)
        cursor += inserted.count
    }

    /// Takes out what is between the cursor and another place, and gives it back.
    mutating func removeTo(_ place: Int) -> [Unicode.Scalar] {
        let range = min(cursor, place)..<max(cursor, place)
        let removed = Array(scalars[range])
        scalars.removeSubrange(range)
        cursor = range.lowerBound
        return removed
    }

    /// Moves one line up (-1) or down (1), keeping the column where the line is long enough; false when there is none.
    mutating func moveLine(_ step: Int) -> Bool {
        let start = lineStart(cursor)
        let column = cursor - start
        if step < 0 {
            guard start > 0 else { return false }
            let above = lineStart(start - 1)
            cursor = min(above + column, start - 1)
        } else {
            let end = lineEnd(cursor)
            guard end < scalars.count else { return false }
            cursor = min(end + 1 + column, lineEnd(end + 1))
        }
        return true
    }

    /// Joins combining marks with their letters (normalisation form C), the cursor staying where it was seen.
    mutating func compose() {
        guard scalars.contains(where: { $0.value >= 0x300 && CanonicalComposition.mayCombine($0) }) else { return }
        let left = CanonicalComposition.composed(Array(scalars[..<cursor]))
        let all = CanonicalComposition.composed(scalars)
        guard all != scalars else { return }
        scalars = all
        cursor = min(left.count, all.count)
    }
}
