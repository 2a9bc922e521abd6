// What the open book offers to Tab and to help, kept for one state of the book: the suggestion asks at every key, and
// counting the deals of every owner is no work for a key.

import Engine
import Pipeline
import Query
import Values

/// The names of a book, for Tab and help.
final class CompletionValues {
    /// Values that are counted at once and kept; of a field with more only those that begin as typed are looked up.
    private static let keptCountMax = 5_000
    /// Names that are offered at most.
    private static let offeredCountMax = 200

    private let book: Book
    private let candidates: Candidates
    private let format: HumanFormat
    private var kept: [String: [Candidate]] = [:]
    /// The fields of the deals.
    private(set) lazy var fields = (try? candidates.fields()) ?? []
    /// The tables of the book, deals first, and what `let` defined.
    private(set) lazy var tables = ((try? candidates.tables()) ?? []) + candidates.lets()

    /// The names of a book as it is now; one thread, because a key is no time to wake the others.
    init(_ book: Book, today: Day, style: LineStyle) {
        self.book = book
        candidates = Candidates(book, today: today, execution: Execution(threadCount: 1))
        format = HumanFormat(currency: book.settings.currency, style: style)
    }

    /// The columns of a table, or the fields of the deals where there is no such table.
    func columns(of table: String?) -> [Candidate] {
        guard let table else { return fields }
        let columns = (try? candidates.columns(of: table)) ?? []
        return columns.isEmpty ? fields : columns
    }

    /// The names in a column of a table that begin as typed; `nil` where the book has no such table.
    func values(of column: String, in table: String, beginning typed: String) -> [Candidate]? {
        guard let rows = book.table(named: table)?.rows else { return nil }
        guard let found = rows.column(column), found.representation == .code else { return [] }
        let names = (try? found.dictionary.names()) ?? []
        let key = NameIndex.key(typed)
        return names.filter { NameIndex.key($0).hasPrefix(key) }.prefix(CompletionValues.offeredCountMax).map {
            candidates.name($0)
        }
    }

    /// The values of a field that begin as typed, then those with another word that does.
    func values(of field: String, beginning typed: String) -> [Candidate] {
        guard let column = book.deals.column(field), column.representation == .code else { return [] }
        if column.dictionary.count > CompletionValues.keptCountMax {
            guard !typed.isEmpty else { return [] }
            return (try? candidates.values(of: field, beginningWith: typed)) ?? []
        }
        let all = kept[field] ?? (try? candidates.values(of: field, atMost: CompletionValues.keptCountMax)) ?? []
        kept[field] = all
        let key = NameIndex.key(typed)
        let begins = all.filter { NameIndex.key($0.name).hasPrefix(key) }
        let holds = all.filter { candidate in
            let name = NameIndex.key(candidate.name)
            return !name.hasPrefix(key) && name.split(separator: " ").contains { $0.hasPrefix(key) }
        }
        return Array((begins + holds).prefix(CompletionValues.offeredCountMax))
    }

    /// The deals whose id or name begins as typed.
    func deals(beginning typed: String) -> [Candidate] {
        typed.isEmpty ? [] : (try? candidates.deals(beginningWith: typed)) ?? []
    }

    /// What is shown beside a name: `41 · $1.2m`, or a remark.
    func detail(_ candidate: Candidate) -> String? {
        guard let count = candidate.count else { return candidate.remark }
        guard let value = candidate.value, count > 0 else { return format.count(count) }
        return "\(format.count(count)) \(format.style.dot) \(format.compactMoney(value))"
    }

    /// The name of this field that most deals have, as a statement writes it.
    func usual(_ field: String) -> String? {
        let all = values(of: field, beginning: "")
        return all.max { ($0.count ?? 0) < ($1.count ?? 0) }?.written
    }
}
