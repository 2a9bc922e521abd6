// The values of a patch: one for all rows, one for each, or, where there are many, a column of the engine, which shares
// its memory with the book it came from. All three have the same bytes when they say the same.

public import Engine
import Values

extension Patch {
    /// As many values as rows are meant.
    public enum Values: Sendable {
        /// The same for every row.
        case same(Cell)
        /// One for each row, in the order of the rows.
        case each([Cell])
        /// One for each row, as the rows of a column.
        case column(Engine.Column)

        /// The shorter form of one value per row.
        public init(_ cells: [Cell]) {
            if let first = cells.first, cells.allSatisfy({ $0 == first }) {
                self = .same(first)
            } else {
                self = .each(cells)
            }
        }

        /// The values that a column has in a range of its rows.
        init(_ column: Engine.Column, _ rows: Range<Int>) throws {
            let isMany = rows.count > Patch.manyRowCount
            if isMany, column.missingCount == column.rowCount {
                self = .same(.missing)
            } else if isMany, rows == 0..<column.rowCount {
                self = .column(column)
            } else if isMany {
                self = .column(try column.gathered(Array(rows)))
            } else {
                self = Values(try column.cells(rows))
            }
        }

        /// The values that a column has at some rows.
        init(_ column: Engine.Column, at rows: [Int]) throws {
            self =
                rows.count > Patch.manyRowCount
                ? .column(try column.gathered(rows)) : Values(try column.cells(at: rows))
        }

        /// One value for each of so many rows; `nil` when there is another number of them.
        func cells(_ count: Int) throws -> [Cell]? {
            switch self {
            case .same(let cell): return Array(repeating: cell, count: count)
            case .each(let cells): return cells.count == count ? cells : nil
            case .column(let column): return column.rowCount == count ? try column.cells() : nil
            }
        }

        /// The values as a column of so many rows; `nil` when there is another number of them, or of another kind.
        func column(_ count: Int, name: String, valueType: ValueType) throws -> Engine.Column? {
            switch self {
            case .same(let cell):
                return try Engine.Column(name: name, valueType: valueType, repeating: cell, count: count)
            case .each(let cells):
                return cells.count == count ? try Engine.Column(name: name, valueType: valueType, cells: cells) : nil
            case .column(var column):
                guard column.rowCount == count, column.valueType == valueType else { return nil }
                column.name = name
                return column
            }
        }
    }
}

extension Patch.Values: Equatable {
    /// Whether both say the same, in whichever form.
    public static func == (left: Patch.Values, right: Patch.Values) -> Bool {
        switch (left, right) {
        case (.same(let left), .same(let right)): return left == right
        case (.each(let left), .each(let right)): return left == right
        case (.column(let left), .column(let right)): return (try? left.cells()) == (try? right.cells())
        case (.column(let column), .each(let cells)), (.each(let cells), .column(let column)):
            return (try? column.cells()) == cells
        default: return false
        }
    }
}
