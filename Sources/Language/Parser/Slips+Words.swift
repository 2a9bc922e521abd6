// A word that is none of the language where one is wanted (at the beginning of a statement, as a step, anywhere else):
// which word a slip of the finger was meant to be, where only one is near, and else what may stand there.

import Values

extension Slips {
    /// What may stand before `deals`.
    private static let statuses = ["open", "won", "lost", "closed", "stalled", "overdue", "my", "history"]

    /// What statements may begin with.
    private static let beginnings =
        ["deals", "deal"] + Vocabulary.entries.filter { [.report, .statement, .source].contains($0.role) }.map(\.word)

    /// What may stand behind `|`.
    private static let steps = Vocabulary.entries.filter { [.step, .change, .report, .aggregate].contains($0.role) }
        .map(\.word)

    /// The only word of a list that a slip of the finger makes this one; `nil` without one, or with several.
    private static func meant(by word: String, among words: [String]) -> String? {
        let letters = word.unicodeScalars.map(\.value)
        let limit = letters.count < 6 ? 1 : 2
        let near = Set(
            words.filter { EditDistance.between(letters, $0.unicodeScalars.map(\.value), limit: limit) != nil })
        return near.count == 1 && letters.count > 1 ? near.first : nil
    }

    /// `foo bar`: no word of the language begins it.
    func unknownBeginning() -> Slip? {
        guard place == first + 1, kind(first) == .word, parser.tokens[first].keyword == nil else { return nil }
        let list = word(place) == "deals" ? Slips.statuses : Slips.beginnings
        if let meant = Slips.meant(by: word(first), among: list) {
            return Slip(
                hint: "did you mean \"\(meant)\"?", message: "\"\(text(first, place))\" begins no statement",
                span: SourceSpan(Int(parser.tokens[first].start), Int(parser.tokens[first].end)), replacement: meant)
        }
        return Slip(
            hint: "a query starts with deals, a table, a let or a report; help lists the statements",
            message: "\"\(text(first, place))\" begins no statement, and as a table or let it is not followed by "
                + "\"\(text(place, place + 1))\"")
    }

    /// `| shwo`: no step, but nearly one.
    func unknownStep() -> Slip? {
        guard place > first, kind(place - 1) == .pipe, kind(place) == .word, parser.tokens[place].keyword == nil,
            let meant = Slips.meant(by: word(place), among: Slips.steps)
        else { return nil }
        return Slip(
            hint: "did you mean \"\(meant)\"?", message: "no step is called \"\(word(place))\"",
            span: SourceSpan(Int(parser.tokens[place].start), Int(parser.tokens[place].end)), replacement: meant)
    }

    /// `forecast this quater`: no word that may stand there, but nearly one.
    func nearWord() -> Slip? {
        guard kind(place) == .word, parser.tokens[place].keyword == nil else { return nil }
        let words = parser.expected.compactMap { expected -> String? in
            if case .word(let word, _) = expected.item { word } else { nil }
        }
        return Slips.meant(by: word(place), among: words).map {
            Slip(hint: "did you mean \"\($0)\"?", replacement: $0)
        }
    }
}
