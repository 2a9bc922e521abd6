// Changing the length of a table by many rows at once, and its columns' places: what a change that is replayed or taken
// back needs beside single rows. Row numbers never change; only the end moves.

import Values

extension Table {
    /// Appends rows given as columns of the table's types, in its order and of one length. Nothing changes if it throws.
    /// Gives the number of the first new row.
    ///
    /// - Complexity: the new rows, and one copy of each last chunk that somebody else holds too; for many rows of
    ///   categories the whole column.
    @discardableResult
    public mutating func append(columns added: [Column]) throws -> Int {
        try checkAppend(columns: added)
        let first = rowCount
        let count = added.first?.rowCount ?? 0
        if count == 0 { return first }
        if count > Limits.blockRowCount {
            columns = try zip(columns, added).map { old, new in
                var builder = ColumnBuilder(name: old.name, valueType: old.valueType)
                try builder.append(old)
                try builder.append(new)
                return try builder.finish()
            }
            rowCount += count
            return first
        }
        let cells = try added.map { try $0.cells() }
        var grown = try zip(columns, cells).map { column, values in
            var column = column
            if column.representation == .code {
                for case .text(let name) in values { _ = try column.dictionary.insert(name) }
            }
            return column
        }
        // The table's own columns must let go of their chunks, or each last one would be copied.
        columns = []
        defer { columns = grown }
        for index in grown.indices { try grown[index].appendUnchecked(cells[index], at: first) }
        rowCount += count
        return first
    }

    /// Throws what appending these rows would throw.
    public func checkAppend(columns added: [Column]) throws {
        guard added.count == columns.count, !columns.isEmpty,
            zip(columns, added).allSatisfy({ $0.valueType == $1.valueType && $1.rowCount == added[0].rowCount })
        else { throw EngineError.typeMismatch("\(added.count) columns appended to \(columns.count)") }
        guard added[0].rowCount <= Limits.tableRowCountMax - rowCount else {
            throw EngineError.tooLarge(what: "rows of a table", limit: Limits.tableRowCountMax)
        }
        for (column, added) in zip(columns, added) {
            let textByteCount =
                column.chunks.suffix(1).reduce(0) { $0 + $1.layout.textByteCount }
                + added.chunks.reduce(0) { $0 + $1.layout.textByteCount }
            guard textByteCount <= Int(UInt32.max) || added.rowCount > Limits.blockRowCount else {
                throw EngineError.tooLarge(what: "text", limit: Int(UInt32.max))
            }
            if rowCount & 0xFFFF != 0 { try column.chunks.last?.verify() }
            for chunk in added.chunks { try chunk.verify() }
        }
    }

    /// Takes the last rows away, deleted or not; at most as many as there are.
    public mutating func removeLast(_ count: Int) throws {
        guard count >= 0, count <= rowCount else {
            throw EngineError.typeMismatch("\(count) rows taken from a table of \(rowCount)")
        }
        if count == 0 { return }
        let left = rowCount - count
        for column in columns where left & 0xFFFF != 0 { try column.chunks[left >> 16].verify() }
        if !deletedRows.isEmpty {
            for row in deletedRows.rows.reversed() {
                if row < left { break }
                deletedRows.remove(row)
            }
            deletedRows.chunks.removeLast(max(0, deletedRows.chunks.count - (left + 0xFFFF) >> 16))
        }
        for index in columns.indices {
            columns[index].chunks.removeLast(columns[index].chunks.count - (left + 0xFFFF) >> 16)
            if left & 0xFFFF != 0 { try columns[index].chunks[left >> 16].shorten(to: left & 0xFFFF) }
        }
        rowCount = left
    }

    /// Puts a column, as long as the table, before the one at `index`, or at the end.
    public mutating func insert(_ column: Column, at index: Int) throws {
        guard (0...columns.count).contains(index) else { throw EngineError.damaged("a column outside of the table") }
        try add(column)
        columns.insert(columns.removeLast(), at: index)
    }
}

extension Column {
    /// Appends cells of the right kind, whose names the dictionary holds.
    fileprivate mutating func appendUnchecked(_ cells: [Cell], at first: Int) throws {
        var known: [String: UInt32] = [:]
        for (offset, cell) in cells.enumerated() {
            let row = first + offset
            if row & 0xFFFF == 0 { chunks.append(Chunk(empty: representation)) }
            let chunk = row >> 16
            switch representation {
            case .integer: chunks[chunk].setInteger(cell.integer, at: row & 0xFFFF)
            case .real: chunks[chunk].setReal(cell.real ?? cell.integer.map(Double.init), at: row & 0xFFFF)
            case .code:
                var code: UInt32 = 0
                if let name = cell.text {
                    if let found = known[name] {
                        code = found
                    } else {
                        code = try dictionary.insert(name)
                        known[name] = code
                    }
                }
                chunks[chunk].setCode(code, at: row & 0xFFFF)
            case .text: try chunks[chunk].appendText(cell.text)
            }
        }
    }
}

extension Chunk {
    /// Drops the rows from `count` on (at least 1 stays). Bounds of whole numbers and codes become exact again: a file's
    /// reader may hold them against another table.
    fileprivate mutating func shorten(to count: Int) throws {
        let reader = try reader()
        var missing = 0
        var lower = Int64.max
        var upper = Int64.min
        withExtendedLifetime(self) {
            for row in 0..<layout.rowCount {
                let isPresent = reader.isPresent(row)
                if row >= count {
                    missing += isPresent ? 0 : 1
                } else if isPresent, layout.representation == .integer {
                    lower = min(lower, reader.integer(row))
                    upper = max(upper, reader.integer(row))
                } else if isPresent, layout.representation == .code {
                    lower = min(lower, Int64(reader.code(row)))
                    upper = max(upper, Int64(reader.code(row)))
                }
            }
        }
        if layout.representation == .integer || layout.representation == .code, lower <= upper {
            layout.minimum = lower
            layout.maximum = upper
        }
        if layout.representation == .text {
            layout.textByteCount = try unsafe values.withBytes {
                unsafe Int($0.loadUnaligned(fromByteOffset: count * 4, as: UInt32.self))
            }
        }
        layout.missingCount -= missing
        layout.rowCount = count
        if layout.missingCount == 0 { validity = nil }
    }
}
