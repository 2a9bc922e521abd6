// The rows of an answer, computed a page at a time: an answer of ten million rows costs what is looked at. Periods and
// labels leave here as the words that people read; up to here they are numbers, so that they sort and compare.

public import Engine
import Values

/// Rows that are computed when they are read.
public struct AnswerRows: Sendable {
    private let relation: Relation
    private let output: [OutputColumn]
    private let execution: Execution
    /// The number of rows.
    public let count: Int

    /// Rows of a relation without a pending condition, one column per output.
    init(_ relation: Relation, _ output: [OutputColumn], count: Int, _ execution: Execution) {
        self.relation = relation
        self.output = output
        self.count = count
        self.execution = execution
    }

    /// All rows of a finished table.
    public init(_ table: Table, _ execution: Execution = Execution()) {
        relation = Relation(table)
        output = table.columns.enumerated().map { index, column in
            OutputColumn(
                name: column.name, formula: .column(index), meaning: .text, type: column.valueType, isKey: false)
        }
        count = table.liveRowCount
        self.execution = execution
    }

    /// Rows of the range (clamped) with the columns chosen, in that order.
    public func page(_ range: Range<Int>, of chosen: [Int]) throws -> Table {
        let range = range.clamped(to: 0..<count)
        let whole = range.count == count
        let part = whole ? relation : try execution.slice(relation, skip: range.lowerBound, count: range.count)
        let columns = chosen.map { (name: output[$0].name, expression: output[$0].formula) }
        var table = try execution.materialize(part, columns)
        for (place, index) in chosen.enumerated() {
            guard let words = output[index].meaning.wording else { continue }
            try table.replaceColumn(place, with: table.columns[place].worded(words))
        }
        return table
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
