// The rows of an answer, computed a page at a time: an answer of ten million rows costs what is looked at. Periods and
// labels leave here as the words that people read; up to here they are numbers, so that they sort and compare.

public import Engine
import Pipeline
import Synchronization
import Values

/// Rows that are computed when they are read.
public struct AnswerRows: Sendable {
    private let relation: Relation
    private let output: [OutputColumn]
    private let execution: Execution
    private let fields: FieldSource?
    private let order: RowOrder
    /// The number of rows.
    public let count: Int

    /// Rows of a relation without a pending condition, one column per output; `fields` defines those without a formula.
    init(_ relation: Relation, _ output: [OutputColumn], count: Int, _ execution: Execution, fields: FieldSource?) {
        self.relation = relation
        self.output = output
        self.count = count
        self.execution = execution
        self.fields = fields
        order = RowOrder()
    }

    /// All rows of a finished table.
    public init(_ table: Table, _ execution: Execution = Execution()) {
        let columns = table.columns.enumerated().map { index, column in
            OutputColumn(
                name: column.name, formula: .column(index), meaning: .text, type: column.valueType, isKey: false)
        }
        self.init(Relation(table), columns, count: table.liveRowCount, execution, fields: nil)
    }

    /// Rows of the range (clamped) with the columns chosen, in that order.
    public func page(_ range: Range<Int>, of chosen: [Int]) throws -> Table {
        let range = range.clamped(to: 0..<count)
        var columns: [(name: String, expression: Formula)] = []
        for index in chosen { columns.append((name: output[index].name, expression: try formula(output[index]))) }
        var table = try execution.materialize(try part(range), columns)
        for (place, index) in chosen.enumerated() {
            guard let words = output[index].meaning.wording else { continue }
            try table.replaceColumn(place, with: table.columns[place].worded(words))
        }
        return table
    }

    private func formula(_ column: OutputColumn) throws -> Formula {
        if let formula = column.formula { return formula }
        return try fields?.formula(column.name, column.type) ?? .constant(.missing, column.type)
    }

    /// The rows of a range; found once for all pages.
    private func part(_ range: Range<Int>) throws -> Relation {
        if range.count == count { return relation }
        if case .all = relation.rows, relation.table.deletedRows.isEmpty {
            return Relation(relation.table, rows: .ordered(range.map { Int32($0) }))
        }
        let rows = try order.rows(of: relation, execution)
        return Relation(relation.table, rows: .ordered(Array(rows[range])))
    }
}

/// Where fields that no formula has asked for are defined.
struct FieldSource {
    private let book: Book
    private let today: Day

    init(_ book: Book, _ today: Day) {
        self.book = book
        self.today = today
    }

    /// The formula of a field of the deals; of one that the book does not have, no value.
    func formula(_ name: String, _ type: ValueType) throws -> Formula {
        try book.field(named: name, today: today)?.definition ?? .constant(.missing, type)
    }
}

/// The row numbers of an answer in its order, found when a first page is read and kept for the others.
private final class RowOrder: Sendable {
    private let found = Mutex<[Int32]?>(nil)

    func rows(of relation: Relation, _ execution: Execution) throws -> [Int32] {
        if let rows = found.withLock({ $0 }) { return rows }
        let rows = try execution.rows(relation)
        found.withLock { $0 = rows }
        return rows
    }
}

extension Column {
    /// A category of the same rows in which each number is replaced by its words; each distinct number is worded once.
    func worded(_ words: (Int64) -> String) throws -> Column {
        var known: [Int64: String] = [:]
        var builder = ColumnBuilder(name: name, valueType: .category)
        for cell in try cells() {
            guard let number = cell.integer else {
                builder.appendMissing()
                continue
            }
            if let text = known[number] {
                builder.append(text)
            } else {
                let text = words(number)
                known[number] = text
                builder.append(text)
            }
        }
        return try builder.finish()
    }
}
