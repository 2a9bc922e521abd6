// The values of some rows of a column, given by a list in which negative numbers stand for "no row": what a table of the
// past is made of, for a million rows at a time. Beside `gathered`, which makes columns and knows no such gaps.

import Values

extension Column {
    /// The integers of the rows, in that order; `missing` where a value is missing or the number negative.
    public func integers(at rows: [Int32], missing: Int64 = .min) throws -> [Int64] {
        guard representation == .integer else { throw EngineError.typeMismatch("integers of a \(type) column") }
        return try picked(rows, missing) { reader, row in reader.isPresent(row) ? reader.integer(row) : missing }
    }

    /// The codes of the rows, in that order; 0 where a value is missing or the number negative.
    public func codes(at rows: [Int32]) throws -> [UInt32] {
        guard representation == .code else { throw EngineError.typeMismatch("codes of a \(type) column") }
        return try picked(rows, 0) { reader, row in reader.code(row) }
    }

    private func picked<Value>(
        _ rows: [Int32], _ none: Value, _ value: (ChunkReader, Int) -> Value
    ) throws -> [Value] {
        guard rows.allSatisfy({ $0 < rowCount }) else { throw EngineError.typeMismatch("rows outside of the column") }
        var result: [Value] = []
        result.reserveCapacity(rows.count)
        var place = 0
        // Neighbours are mostly of one chunk: its reader is made once for all of them.
        while place < rows.count {
            try Cancellation.checkAmbient()
            guard let first = rows[place...].first(where: { $0 >= 0 }) else {
                result.append(contentsOf: repeatElement(none, count: rows.count - place))
                break
            }
            let index = Int(first) >> 16
            let chunk = chunks[index]
            let reader = try chunk.reader()
            withExtendedLifetime(chunk) {
                while place < rows.count {
                    let row = Int(rows[place])
                    if row >= 0, row >> 16 != index { break }
                    result.append(row < 0 ? none : value(reader, row & 0xFFFF))
                    place += 1
                }
            }
        }
        return result
    }
}

extension RowSet {
    /// The rows whose mark is set.
    public init(marked marks: [Bool]) {
        var chunks: [ChunkRows] = []
        var total = 0
        for start in stride(from: 0, to: marks.count, by: Limits.chunkRowCount) {
            let end = min(marks.count, start + Limits.chunkRowCount)
            var words = [UInt64](repeating: 0, count: Limits.chunkRowCount / 64)
            var count = 0
            for row in start..<end where marks[row] {
                words[(row - start) >> 6] |= 1 << UInt64((row - start) & 63)
                count += 1
            }
            chunks.append(count == 0 ? .none : .bits(words))
            total += count
        }
        self.init(chunks: chunks, count: total)
    }
}
