// The description of a table, decoded and checked, as a Table whose columns lie in the mapped file.
internal import Engine
internal import Values

/// Reads descriptions of tables.
enum SnapshotTable {
    /// The table that a section describes; the cursor ends behind the description.
    static func read(_ record: SectionRecord, _ cursor: inout SnapshotCursor) throws(Diagnostic) -> Table {
        let bytes = try cursor.description(record)
        var decoder = Decoder(
            bytes: bytes, reader: LittleEndianReader(bytes), record: record, cursor: cursor.ahead)
        let table = try decoder.table()
        cursor.move(to: decoder.cursor)
        try cursor.pass(record)
        return table
    }

    private struct Decoder {
        let bytes: [UInt8]
        var reader: LittleEndianReader
        let record: SectionRecord
        var cursor: SnapshotCursor

        func damaged(_ what: String) -> Diagnostic {
            cursor.file.damaged("table \"\(record.name)\"", at: record.offset + reader.index, what)
        }

        mutating func table() throws(Diagnostic) -> Table {
            guard let rowCount = reader.count64(), rowCount <= Limits.tableRowCountMax else {
                throw damaged("more rows than a table can hold")
            }
            let deleted = try deletedRows(rowCount)
            guard let columnCount = reader.count64(), columnCount <= reader.remaining / 16 else {
                throw damaged("more columns than it has room for")
            }
            var columns: [Column] = []
            for _ in 0..<columnCount { columns.append(try column(rowCount)) }
            guard reader.remaining == 0 else { throw damaged("bytes behind the last column") }
            guard columnCount > 0 || rowCount == 0 else { throw damaged("rows without columns") }
            do {
                return try Table(columns, deletedRows: deleted)
            } catch {
                throw damaged("columns that do not fit together")
            }
        }

        private mutating func deletedRows(_ rowCount: Int) throws(Diagnostic) -> RowSet {
            let name = "table \"\(record.name)\", deleted rows"
            let (offset, byteCount, checksum) = try place()
            guard byteCount == 0 || byteCount == (rowCount + 7) / 8 else {
                throw damaged("a wrong number of deletion bits")
            }
            let region = try unsafe cursor.part(
                PartName(name), offset, byteCount, checksum, before: record.offset
            ) { _ in nil }
            guard byteCount > 0 else { return RowSet() }
            let bits: [UInt8]
            do {
                bits = try unsafe region.withBytes { unsafe Array($0) }
            } catch {
                throw error as? Diagnostic ?? damaged("deletion bits that cannot be read")
            }
            var rows: [Int] = []
            for (index, byte) in bits.enumerated() where byte != 0 {
                for bit in 0..<8 where byte >> UInt8(bit) & 1 == 1 {
                    guard index * 8 + bit < rowCount else { throw damaged("a deleted row behind the last") }
                    rows.append(index * 8 + bit)
                }
            }
            return RowSet(rows)
        }

        private mutating func column(_ rowCount: Int) throws(Diagnostic) -> Column {
            guard let typeNumber = reader.number(UInt8.self), let representationNumber = reader.number(UInt8.self),
                reader.number(UInt16.self) != nil, let name = reader.name()
            else { throw damaged("a column that ends too early") }
            guard let type = ColumnType(rawValue: typeNumber),
                let representation = Representation(rawValue: representationNumber),
                let valueType = ValueType(type, representation)
            else { throw damaged("a column of unknown type \(typeNumber)") }
            let title = "table \"\(record.name)\", column \"\(name)\""
            var dictionary = CategoryDictionary()
            var codeMax: UInt32 = 0
            if representation == .code {
                dictionary = try self.dictionary(title)
                codeMax = UInt32(dictionary.count)
            }
            let expected = (rowCount + Limits.chunkRowCount - 1) / Limits.chunkRowCount
            guard let chunkCount = reader.count64(), chunkCount == expected, chunkCount <= reader.remaining / 64 else {
                throw damaged("a wrong number of chunks in column \"\(name)\"")
            }
            let directory = ChunkDirectory(
                title: title, representation: representation, rowCount: rowCount, codeMax: codeMax,
                mapped: cursor.mapped, file: cursor.file, description: bytes, start: reader.index)
            for index in 0..<chunkCount { try check(directory, index) }
            let column = Column(
                name: name, valueType: valueType, dictionary: dictionary, rowCount: rowCount,
                chunks: { try directory.chunks() })
            cursor.note(column, directory)
            return column
        }

        /// Checks an entry and its place, and passes over it.
        private mutating func check(_ directory: ChunkDirectory, _ index: Int) throws(Diagnostic) {
            guard let entry = directory.entry(index), reader.skip(ChunkDirectory.entryByteCount) else {
                throw damaged("a chunk that ends too early")
            }
            if let fault = directory.fault(entry, index) {
                throw cursor.file.damaged(directory.name(index).text, at: entry.offset, fault)
            }
            try cursor.take(directory.name(index), entry.offset, entry.byteCount, before: record.offset)
        }

        private mutating func dictionary(_ title: String) throws(Diagnostic) -> CategoryDictionary {
            guard let count = reader.count64(), count < Int(UInt32.max) - 2 else {
                throw damaged("more names than a dictionary can hold")
            }
            let (offset, byteCount, checksum) = try place()
            let fixed = (2 * count + 1) * 4
            guard byteCount >= fixed else { throw damaged("a dictionary of \(count) names in \(byteCount) bytes") }
            let region = try unsafe cursor.part(
                PartName("\(title), names"), offset, byteCount, checksum, before: record.offset
            ) { bytes in
                unsafe DictionaryCheck.fault(bytes, count: count)
            }
            guard let offsets = ByteSlice(region, offset: 0, byteCount: (count + 1) * 4),
                let order = ByteSlice(region, offset: (count + 1) * 4, byteCount: count * 4),
                let names = ByteSlice(region, offset: fixed, byteCount: byteCount - fixed),
                let dictionary = try? CategoryDictionary(count: count, offsets: offsets, bytes: names, order: order)
            else { throw damaged("a dictionary that does not fit its bytes") }
            return dictionary
        }

        private mutating func place() throws(Diagnostic) -> (offset: Int, byteCount: Int, checksum: UInt64) {
            guard let offset = reader.count64(), let byteCount = reader.count64(),
                let checksum = reader.number(UInt64.self)
            else { throw damaged("a place that ends too early") }
            return (offset, byteCount, checksum)
        }
    }
}

/// The inner rules of a dictionary's bytes.
private enum DictionaryCheck {
    /// Offsets ascend from 0 to the size of the text; the order is a permutation of the codes.
    static func fault(_ bytes: UnsafeRawBufferPointer, count: Int) -> String? {
        let fixed = (2 * count + 1) * 4
        // SAFETY: the caller has checked that there are at least `fixed` bytes.
        func number(_ index: Int) -> UInt32 {
            unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
        }
        guard number(0) == 0 else { return "names that do not begin at 0" }
        for index in 0..<count where number(index) > number(index + 1) { return "offsets of names that go back" }
        guard Int(number(count)) == bytes.count - fixed else { return "names that end elsewhere than their bytes" }
        var seen = [Bool](repeating: false, count: count)
        for index in 0..<count {
            let code = Int(number(count + 1 + index))
            guard code >= 1, code <= count, !seen[code - 1] else { return "an order of names that is no permutation" }
            seen[code - 1] = true
        }
        return nil
    }
}
