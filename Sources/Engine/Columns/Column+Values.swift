// Plain arrays of a column's values, for code above the engine that walks rows in order (stays in a history, counts of
// names). Operators do not come here: they work on chunks where they lie.

import Values

extension Column {
    /// The integers of rows `range` (all unless told, clamped to the rows there are); missing ones as `missing`.
    public func integers(_ range: Range<Int>? = nil, missing: Int64 = .min) throws -> [Int64] {
        guard representation == .integer else { throw EngineError.typeMismatch("integers of a \(type) column") }
        return try unsafe values(range) { reader, rows, output in
            reader.forEachUnsigned(rows) { place, unsigned in
                unsafe output[place] = reader.base &+ Int64(bitPattern: unsigned)
            }
            guard let validity = unsafe reader.validity else { return }
            for (place, row) in rows.enumerated() where unsafe validity[row >> 3] >> UInt8(row & 7) & 1 == 0 {
                unsafe output[place] = missing
            }
        }
    }

    /// The codes of rows `range` (all unless told, clamped to the rows there are); 0 is missing.
    public func codes(_ range: Range<Int>? = nil) throws -> [UInt32] {
        guard representation == .code else { throw EngineError.typeMismatch("codes of a \(type) column") }
        return try unsafe values(range) { reader, rows, output in
            reader.forEachUnsigned(rows) { place, unsigned in
                unsafe output[place] = UInt32(truncatingIfNeeded: unsigned)
            }
        }
    }

    /// Visits the codes of all rows in order; 0 is missing.
    public func forEachCode(_ body: (_ row: Int, _ code: UInt32) throws -> Void) throws {
        guard representation == .code else { throw EngineError.typeMismatch("codes of a \(type) column") }
        for (index, chunk) in chunks.enumerated() {
            try Cancellation.checkAmbient()
            let reader = try chunk.reader()
            try withExtendedLifetime(chunk) {
                for row in 0..<reader.rowCount { try body(index << 16 + row, reader.code(row)) }
            }
        }
    }

    /// Visits the texts of all rows in order as bytes; `nil` where there is none.
    public func forEachText(_ body: (_ row: Int, _ text: UnsafeBufferPointer<UInt8>?) throws -> Void) throws {
        guard representation == .text else { throw EngineError.typeMismatch("texts of a \(type) column") }
        for (index, chunk) in chunks.enumerated() {
            try Cancellation.checkAmbient()
            let reader = try chunk.reader()
            try withExtendedLifetime(chunk) {
                for row in 0..<reader.rowCount {
                    let text = reader.isPresent(row) ? unsafe reader.textBytes(row) : nil
                    try unsafe body(index << 16 + row, text)
                }
            }
        }
    }

    /// The rows given, in that order (each below the row count), as a column of its own with the same dictionary.
    public func gathered(_ rows: [Int]) throws -> Column {
        let rowCount = rowCount
        guard rows.allSatisfy({ $0 >= 0 && $0 < rowCount }) else {
            throw EngineError.typeMismatch("rows outside of the column")
        }
        var builder =
            representation == .code
            ? ColumnBuilder(name: name, dictionary: dictionary) : ColumnBuilder(name: name, valueType: valueType)
        let chunks = chunks
        var readers: [ChunkReader?] = Array(repeating: nil, count: chunks.count)
        return try withExtendedLifetime(chunks) {
            for (count, row) in rows.enumerated() {
                if count & 0xFFFF == 0 { try Cancellation.checkAmbient() }
                let reader = try readers[row >> 16] ?? chunks[row >> 16].reader()
                readers[row >> 16] = reader
                let place = row & 0xFFFF
                switch representation {
                case .code: builder.append(code: reader.code(place))
                case .integer where reader.isPresent(place): builder.append(reader.integer(place))
                case .real where reader.isPresent(place): builder.append(reader.real(place))
                case .text where reader.isPresent(place): unsafe builder.append(utf8: reader.textBytes(place))
                default: builder.appendMissing()
                }
            }
            return try builder.finish()
        }
    }

    /// The values of the rows given, in that order (each below the row count).
    public func cells(at rows: [Int]) throws -> [Cell] {
        let rowCount = rowCount
        guard rows.allSatisfy({ $0 >= 0 && $0 < rowCount }) else {
            throw EngineError.typeMismatch("rows outside of the column")
        }
        var names: [UInt32: Cell] = [:]
        var open: (chunk: Int, reader: ChunkReader)?
        return try withExtendedLifetime(self) {
            try rows.map { row in
                let reader: ChunkReader
                if let open, open.chunk == row >> 16 {
                    reader = open.reader
                } else {
                    reader = try chunks[row >> 16].reader()
                    open = (row >> 16, reader)
                }
                guard representation == .code else { return try Column.cell(reader, row & 0xFFFF, dictionary) }
                let code = reader.code(row & 0xFFFF)
                if let known = names[code] { return known }
                let cell = try dictionary.name(code).map(Cell.text) ?? .missing
                names[code] = cell
                return cell
            }
        }
    }

    /// The same rows with other names behind the same codes: at least as many, for instance some that no row has yet.
    public func withDictionary(_ names: CategoryDictionary) -> Column {
        guard representation == .code, names.count >= dictionary.count else { return self }
        var copy = self
        copy.dictionary = names
        return copy
    }

    /// Calls `body` for each stretch of rows of one chunk, to write as many values.
    private func values<Value: BitwiseCopyable>(
        _ range: Range<Int>?, _ body: (ChunkReader, Range<Int>, UnsafeMutablePointer<Value>) -> Void
    ) throws -> [Value] {
        let range = (range ?? 0..<rowCount).clamped(to: 0..<rowCount)
        // SAFETY: the stretches follow one another and fill the array; `done` counts what is written.
        return try unsafe [Value](unsafeUninitializedCapacity: range.count) { buffer, done in
            guard let output = buffer.baseAddress else { return }
            var row = range.lowerBound
            while row < range.upperBound {
                try Cancellation.checkAmbient()
                let chunk = chunks[row >> 16]
                let reader = try chunk.reader()
                let end = min(range.upperBound, (row >> 16 + 1) << 16)
                withExtendedLifetime(chunk) {
                    unsafe body(reader, row & 0xFFFF..<row & 0xFFFF + end - row, output + done)
                }
                done += end - row
                row = end
            }
        }
    }
}

extension Table {
    /// A table of the rows given, in that order; none of them counts as deleted.
    public func gathered(_ rows: [Int]) throws -> Table {
        try Table(try columns.map { try $0.gathered(rows) })
    }
}
