// The cells of a column whose values come up again and again, as numbers and a cell for each: a row costs four bytes, and
// what is counted by value is counted by number, where a text for each row would be made and hashed.

import Engine

/// Cells by row, told apart by number.
struct CategoryCells: Sendable {
    /// By row the place of its cell in `names`; 0 is missing.
    let codes: [UInt32]
    /// The cells; the first is missing.
    let names: [Cell]

    /// The cells of a column.
    init(_ column: Column) throws {
        if column.representation == .code {
            codes = try column.codes()
            names = [.missing] + (try column.dictionary.names().map(Cell.text))
            return
        }
        var codeOfCell: [Cell: UInt32] = [.missing: 0]
        var found: [Cell] = [.missing]
        codes = try column.cells().map { cell in
            if let code = codeOfCell[cell] { return code }
            let code = UInt32(found.count)
            codeOfCell[cell] = code
            found.append(cell)
            return code
        }
        names = found
    }

    /// Nothing, so many times.
    init(missing count: Int) {
        codes = [UInt32](repeating: 0, count: count)
        names = [.missing]
    }

    /// The cell of a row.
    subscript(row: Int) -> Cell { names[Int(codes[row])] }
}
