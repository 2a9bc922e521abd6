// Changing rows. Everything that history, undo and what-ifs do to a book ends in these few calls.

import Values

extension Table {
    /// Replaces one value. A text new to a category is added to its dictionary.
    public mutating func set(row: Int, column: Int, to cell: Cell) throws {
        try set(rows: [row], column: column, to: [cell])
    }

    /// Replaces the values of several rows of one column; `cells` holds one per row, in the same order. A later entry
    /// for the same row wins. Nothing changes if it throws.
    ///
    /// - Complexity: number of rows; for text columns the chunks touched.
    public mutating func set(rows: [Int], column index: Int, to cells: [Cell]) throws {
        guard rows.count == cells.count, rows.allSatisfy({ $0 >= 0 && $0 < rowCount }) else {
            throw EngineError.typeMismatch("rows outside of the table")
        }
        let representation = columns[index].representation
        for cell in cells { try Table.check(cell, representation) }
        let touched = Set(rows.map { $0 >> 16 })
        for chunk in touched { try columns[index].chunks[chunk].verify() }
        switch representation {
        case .integer:
            for (row, cell) in zip(rows, cells) {
                columns[index].chunks[row >> 16].setInteger(cell.integer, at: row & 0xFFFF)
            }
        case .real:
            for (row, cell) in zip(rows, cells) {
                columns[index].chunks[row >> 16].setReal(Table.real(cell), at: row & 0xFFFF)
            }
        case .code:
            let codes = try Table.codes(cells, &columns[index].dictionary)
            for (row, code) in zip(rows, codes) {
                columns[index].chunks[row >> 16].setCode(code, at: row & 0xFFFF)
            }
        case .text:
            var byChunk: [Int: [(row: Int, text: String?)]] = [:]
            for (row, cell) in zip(rows, cells) { byChunk[row >> 16, default: []].append((row & 0xFFFF, cell.text)) }
            for (chunk, changes) in byChunk { try columns[index].chunks[chunk].setTexts(changes) }
        }
    }

    /// Appends a row, one cell per column in their order, and gives its row number. Nothing changes if it throws.
    @discardableResult public mutating func append(row cells: [Cell]) throws -> Int {
        guard cells.count == columns.count, !columns.isEmpty else {
            throw EngineError.typeMismatch("\(cells.count) cells for \(columns.count) columns")
        }
        guard rowCount < Limits.tableRowCountMax else {
            throw EngineError.tooLarge(what: "rows of a table", limit: Limits.tableRowCountMax)
        }
        for (column, cell) in zip(columns, cells) {
            try Table.check(cell, column.representation)
            if case .text(let text) = cell, text.utf8.count > Int(Int32.max) {
                throw EngineError.tooLarge(what: "text", limit: Int(Int32.max))
            }
            if rowCount & 0xFFFF != 0 { try column.chunks.last?.verify() }
        }
        let row = rowCount
        // Codes first: a dictionary that cannot be read must not leave half a row.
        var codes = Array(repeating: UInt32(0), count: cells.count)
        for index in columns.indices where columns[index].representation == .code {
            codes[index] = try Table.codes([cells[index]], &columns[index].dictionary)[0]
        }
        for index in columns.indices {
            let representation = columns[index].representation
            if row & 0xFFFF == 0 { columns[index].chunks.append(Chunk(empty: representation)) }
            let chunk = row >> 16
            let cell = cells[index]
            switch representation {
            case .integer: columns[index].chunks[chunk].setInteger(cell.integer, at: row & 0xFFFF)
            case .real: columns[index].chunks[chunk].setReal(Table.real(cell), at: row & 0xFFFF)
            case .code: columns[index].chunks[chunk].setCode(codes[index], at: row & 0xFFFF)
            case .text: try columns[index].chunks[chunk].appendText(cell.text)
            }
        }
        rowCount += 1
        return row
    }

    /// Deletes a row; its values stay until rows are moved. Says whether it was there and not yet deleted.
    @discardableResult public mutating func delete(row: Int) -> Bool {
        row < rowCount && deletedRows.insert(row)
    }

    /// Deletes rows, in the place of those that were.
    public mutating func delete(rows: RowSet) { deletedRows = rows }

    /// Takes a deletion back; says whether the row was deleted.
    @discardableResult public mutating func restore(row: Int) -> Bool { deletedRows.remove(row) }

    static func check(_ cell: Cell, _ representation: Representation) throws {
        switch (cell, representation) {
        case (.missing, _), (.integer, .integer), (.integer, .real), (.real, .real), (.text, .code), (.text, .text):
            return
        default: throw EngineError.typeMismatch("\(cell) in a column of \(representation)")
        }
    }

    private static func real(_ cell: Cell) -> Double? { cell.real ?? cell.integer.map(Double.init) }

    private static func codes(_ cells: [Cell], _ dictionary: inout CategoryDictionary) throws -> [UInt32] {
        var known: [String: UInt32] = [:]
        return try cells.map { cell in
            guard let text = cell.text else { return 0 }
            if let code = known[text] { return code }
            let code = try dictionary.insert(text)
            known[text] = code
            return code
        }
    }
}

extension Chunk {
    /// Verifies the bytes before they are read for a change.
    func verify() throws {
        try values.region.verify()
        try validity?.region.verify()
        try text?.region.verify()
    }
}
