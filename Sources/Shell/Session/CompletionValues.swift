// The names in a book with how many deals have each and what those are worth: what Tab shows beside a name. Found once
// for each state of the book, because Tab and the suggestion ask at every key.

import Engine
import Pipeline
import Values

/// The values of the deals' categories, for Tab.
final class CompletionValues {
    /// A value and its deals.
    struct Value {
        var name: String
        /// `41 · $1.2m`.
        var detail: String
    }

    /// Values that are counted; of a field with more only the names that begin as typed are looked up.
    private static let countedMax = 5_000
    /// Names that are offered at most.
    static let offeredMax = 200

    private let book: Book
    private let style: LineStyle
    private var known: [String: [Value]] = [:]

    /// The values of a book as it is now.
    init(_ book: Book, style: LineStyle) {
        self.book = book
        self.style = style
    }

    /// The values of a field that begin as typed, or have a word that does: stages in the pipeline's order, others the
    /// most used first.
    func values(of field: String, beginning typed: String) -> [Value] {
        guard let column = book.deals.column(field), column.representation == .code else { return [] }
        if column.dictionary.count > CompletionValues.countedMax {
            let names = (try? column.dictionary.completions(of: typed, limit: CompletionValues.offeredMax)) ?? []
            return names.map { Value(name: $0, detail: "") }
        }
        let values = known[field] ?? ((try? counted(field, column)) ?? [])
        known[field] = values
        let key = NameIndex.key(typed)
        let begins = values.filter { NameIndex.key($0.name).hasPrefix(key) }
        if key.isEmpty { return begins }
        let holds = values.filter { value in
            let name = NameIndex.key(value.name)
            return !name.hasPrefix(key) && name.split(separator: " ").contains { $0.hasPrefix(key) }
        }
        return Array((begins + holds).prefix(CompletionValues.offeredMax))
    }

    /// The ids of deals that begin as typed, with their names.
    func deals(beginning typed: String) -> [Value] {
        let key = NameIndex.key(typed)
        var out: [Value] = []
        let ids = book.deals.columns[DealColumn.id.index]
        let names = book.deals.columns[DealColumn.name.index]
        // Enough to choose from, soon enough to be asked for at every key.
        for row in 0..<min(book.deals.rowCount, CompletionValues.scannedRowCountMax)
        where !book.deals.deletedRows.contains(row) {
            guard let id = (try? ids.cell(row))?.text, NameIndex.key(id).hasPrefix(key) else { continue }
            out.append(Value(name: id, detail: (try? names.cell(row))?.text ?? ""))
            if out.count == CompletionValues.offeredMax { break }
        }
        return out
    }

    private static let scannedRowCountMax = 20_000

    private func counted(_ field: String, _ column: Column) throws -> [Value] {
        guard let index = book.deals.columnIndex(field) else { return [] }
        let amount = Engine.Expression.column(DealColumn.value.index)
        let table = try Execution(threadCount: 1).aggregate(
            Relation(book.deals), by: [Engine.Key(field, .column(index))],
            [Engine.Measure("count", .count), Engine.Measure("value", .sum(amount))])
        let format = HumanFormat(currency: book.settings.currency, style: style)
        var found: [String: (count: Int64, value: Int64)] = [:]
        for row in 0..<table.rowCount {
            guard let name = try table.cell(row, 0).text else { continue }
            found[name] = (try table.cell(row, 1).integer ?? 0, try table.cell(row, 2).integer ?? 0)
        }
        let names: [String]
        if field == DealColumn.stage.rawValue {
            names = book.stagePlaces.map(\.stage.name)
        } else {
            names = found.keys.sorted { left, right in
                let (a, b) = (found[left]?.count ?? 0, found[right]?.count ?? 0)
                return a != b ? a > b : left < right
            }
        }
        return names.map { name in
            guard let (count, value) = found[name] else { return Value(name: name, detail: format.count(0)) }
            let parts = [format.count(Int(count)), format.compactMoney(Money(cents: value))]
            return Value(name: name, detail: parts.joined(separator: " \(style.dot) "))
        }
    }
}
