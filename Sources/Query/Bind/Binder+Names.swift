// Finds what a written name means: a column of the rows at this point, or a value that a category can have (rule 3 of
// the language). Bare words match without regard to case, then by unique prefix; quoted ones only whole. Words that
// follow a name in the source and would complete a longer known name are told, never guessed.

import Engine
import Language
import Pipeline
import Values

/// A name of a category that exists.
struct KnownName {
    /// As the data spell it.
    var text: String
    /// Its codes in the column's dictionary (several when names differ by case only); empty for other names.
    var codes: [UInt32]
    /// Its place in a fixed list; `nil` for other names.
    var place: Int?
}

extension Binder {
    // MARK: Columns

    /// What an identifier could stand for among the columns.
    enum ColumnMatch {
        case exact(Int)
        case prefix(Int)
        case several([Int])
        case none
    }

    func columnMatch(_ text: String, prefix: Bool = true) -> ColumnMatch {
        // A name as it is needs no index over all of them, which took a sixth of a lookup of one deal (one-deal).
        if let index = scope.columns.firstIndex(where: { $0.name == text }) { return .exact(index) }
        return switch NameIndex(scope.columns.map(\.name)).match(text, prefix: prefix) {
        case .exact(let index): .exact(index)
        case .prefix(let index): .prefix(index)
        case .several(let found): .several(found)
        case .none: .none
        }
    }

    /// The columns' names, for messages.
    var columnNames: NameList {
        scope.isDeals && !scope.isChosen
            ? NameList("field", names: scope.columns.map(\.name))
            : NameList("column", names: scope.columns.map(\.name))
    }

    /// The value of a column, which from now on counts as mentioned.
    mutating func column(_ index: Int, at span: SourceSpan) throws(Diagnostic) -> Bound {
        scope.columns[index].isShown = true
        return try columnQuietly(index, at: span)
    }

    /// The value of a column.
    mutating func columnQuietly(_ index: Int, at span: SourceSpan) throws(Diagnostic) -> Bound {
        switch scope.columns[index].definition {
        case .bound(var bound):
            bound.span = span
            return bound
        case .field: return try dealField(scope.columns[index].name, at: span)
        }
    }

    /// A field of the deals by its exact name, whatever the columns of the moment are.
    mutating func dealField(_ name: String, at span: SourceSpan) throws(Diagnostic) -> Bound {
        if var known = fieldCache[name] {
            known.span = span
            return known
        }
        let field = try wrapping(span) { try book.field(named: name, today: calendar.today) }
        guard let field else { throw columnNames.unknown(name, at: span) }
        let bound = meaning(of: field, at: span)
        fieldCache[name] = bound
        return bound
    }

    private func meaning(of field: Field, at span: SourceSpan) -> Bound {
        switch field.name {
        case DerivedField.status.rawValue:
            return Bound(
                field.definition, .name(NameKind("status")), at: span,
                names: .list(StageKind.allCases.map(\.rawValue)))
        case DerivedField.category.rawValue:
            return Bound(
                field.definition, .name(NameKind("category")), at: span,
                names: .list(ForecastCategory.allCases.map(\.rawValue)))
        default:
            var names: NameSource?
            if let column = field.column, field.valueType == .category {
                names = .codes(book.deals.columns[column].dictionary)
            }
            return Bound(
                field.definition, Meaning(field.valueType, named: field.name, isStage: field.name == "stage"),
                at: span, names: names)
        }
    }

    // MARK: Names of categories

    /// The names that values can have.
    func nameList(_ bound: Bound) throws(Diagnostic) -> NameList {
        let kind: NameKind = if case .name(let kind) = bound.meaning { kind } else { NameKind("label") }
        return try wrapping(bound.span) {
            if kind.isStage {
                let stages = try book.stageNames()
                return NameList(kind.singular, plural: kind.plural, names: stages.names, counts: stages.counts)
            }
            return NameList(kind.singular, plural: kind.plural, names: try bound.names?.all() ?? [])
        }
    }

    /// The name that was written, among those the values can have; an error when it is not there.
    func known(_ written: WrittenName, of bound: Bound) throws(Diagnostic) -> KnownName {
        if let found = try find(written, of: bound) { return found }
        throw try nameList(bound).unknown(written.text, at: written.span)
    }

    /// The name that was written, or `nil` when it is not there; an error when several fit.
    func find(_ written: WrittenName, of bound: Bound) throws(Diagnostic) -> KnownName? {
        switch bound.names {
        case .codes(let dictionary):
            let exact = try wrapping(written.span) { try dictionary.codes(ignoringCase: written.text) }
            let beginning =
                written.isBare
                ? try wrapping(written.span) { try dictionary.codes(withPrefix: written.text) } : []
            let begun = try wrapping(written.span) { try beginning.compactMap { try dictionary.name($0) } }
            try checkFollowingWords(written, begun, exists: !exact.isEmpty)
            if !exact.isEmpty {
                let text = try wrapping(written.span) { try dictionary.name(exact[0]) } ?? written.text
                return KnownName(text: text, codes: exact)
            }
            let folded = Set(begun.map(NameIndex.key))
            if folded.count == 1 { return KnownName(text: begun[0], codes: beginning) }
            if folded.count > 1 {
                let list = try nameList(bound)
                throw list.ambiguous(written.text, begun.compactMap { list.index.exact($0) }, at: written.span)
            }
            return nil
        case .names, .list:
            let names = try wrapping(written.span) { try bound.names?.all() ?? [] }
            let index = NameIndex(names)
            let begun = written.isBare ? index.beginning(with: written.text).map { names[$0] } : []
            try checkFollowingWords(written, begun, exists: index.exact(written.text) != nil)
            switch index.match(written.text, prefix: written.isBare) {
            case .exact(let place), .prefix(let place): return KnownName(text: names[place], codes: [], place: place)
            case .several(let places): throw try nameList(bound).ambiguous(written.text, places, at: written.span)
            case .none: return nil
            }
        case nil: return nil
        }
    }

    /// An error when the words after a bare name would make it a longer known one: `at University of Arizona`.
    private func checkFollowingWords(_ written: WrittenName, _ names: [String], exists: Bool) throws(Diagnostic) {
        guard written.isBare, !names.isEmpty else { return }
        let words = written.text.lowercased().split(separator: " ")
        let following = wordsAfter(written.span)
        guard !following.isEmpty else { return }
        for name in names {
            let parts = name.lowercased().split(whereSeparator: \.isWhitespace)
            guard parts.count > words.count, let last = words.last else { continue }
            let rest = parts[words.count...]
            guard parts.prefix(words.count - 1).elementsEqual(words.dropLast()),
                parts[words.count - 1].hasPrefix(last), following.count >= rest.count,
                zip(rest, following).allSatisfy({ $0 == $1 })
            else { continue }
            let quoted = NameList.written(name)
            let hint = exists ? "\"\(written.text)\" alone is written in quotes too" : "write it in quotes: \(quoted)"
            throw Diagnostic(
                .nameNeedsQuotes, "\"\(written.text)\" and the words after it make the name \"\(name)\"",
                at: written.span, hint: hint, notes: exists ? ["\(quoted) or \"\(written.text)\""] : [],
                fix: exists ? nil : Diagnostic.Fix(written.span, quoted))
        }
    }

    /// The words on the same line after a place, lower case, until something that is no word.
    private func wordsAfter(_ span: SourceSpan) -> [Substring.SubSequence] {
        let line = source.line(at: span.end).span
        let rest = source.text(SourceSpan(span.end, max(span.end, line.end))).lowercased()
        guard rest.first?.isWhitespace ?? false else { return [] }
        var words: [Substring] = []
        for word in rest.split(whereSeparator: \.isWhitespace) {
            let clean = word.prefix { !"|,;()=<>\"".contains($0) }
            if clean.isEmpty { break }
            words.append(clean)
            if clean.count < word.count { break }
        }
        return words
    }
}

extension Meaning {
    /// What values of a column with this name mean by their type alone.
    init(_ type: ValueType, named name: String, isStage: Bool = false) {
        switch type.type {
        case .text: self = .text
        case .category: self = .name(NameKind(name, isStage: isStage))
        case .number: self = .number
        case .money: self = .money
        case .percent: self = .percent
        case .date: self = .day
        case .duration: self = .duration
        case .boolean: self = .yesNo
        case .instant: self = .instant
        }
    }
}

/// A name as it was written, whichever node of the syntax tree held it.
struct WrittenName {
    /// The words joined by one blank each, or what the quotes hold.
    var text: String
    /// Whether it was written without quotes, and so may be the beginning of a name.
    var isBare: Bool
    /// Where it stands.
    var span: SourceSpan

    init(_ text: String, isBare: Bool, at span: SourceSpan) {
        self.text = text
        self.isBare = isBare
        self.span = span
    }

    /// A name of one or more words, or in quotes.
    init(_ name: Name) { self.init(name.text, isBare: name.style == .bare, at: name.span) }
    /// One word.
    init(_ identifier: Identifier) { self.init(identifier.text, isBare: !identifier.isBackticked, at: identifier.span) }
    /// A quoted text.
    init(_ literal: TextLiteral) { self.init(literal.text, isBare: false, at: literal.span) }
}
