// Builds a column row by row, or piece by piece: an import gives each part of a file its own builders and appends
// the finished parts in order. Categories are numbered in order of first appearance.

import Values

/// A column under construction.
public struct ColumnBuilder: Sendable {
    private let name: String
    let valueType: ValueType
    private var chunks: [Chunk] = []
    var integers: [Int64] = []
    private var reals: [Double] = []
    var codes: [UInt32] = []
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    private var present: [UInt8] = []
    private var missingCount = 0
    /// Rows appended that are no chunk yet; fewer than a chunk has.
    private(set) var pendingCount = 0
    var names = NameIndex()
    private var fixedDictionary: CategoryDictionary?
    var excess: EngineError?

    /// A builder of an empty column.
    public init(name: String, valueType: ValueType) {
        self.name = name
        self.valueType = valueType
    }

    /// A builder of an empty column; numbers and percents are integer unless `real`.
    public init(name: String, type: ColumnType, real: Bool = false) {
        self.init(name: name, valueType: ValueType(type, real: real))
    }

    /// A builder of a category column whose codes are appended as they are and belong to `dictionary`.
    init(name: String, dictionary: CategoryDictionary) {
        self.init(name: name, valueType: .category)
        fixedDictionary = dictionary
    }

    /// The number of rows appended so far.
    public var rowCount: Int { chunks.count * Limits.chunkRowCount + pendingCount }

    /// Appends an integer; the column's representation must be integer (a real column takes it as real).
    public mutating func append(_ value: Int64) {
        switch valueType.representation {
        case .integer:
            integers.append(value)
            advance(present: true)
        case .real: append(Double(value))
        case .code, .text: append(String(value))
        }
    }

    /// Appends a real, NaN as missing; the column's representation must be real.
    public mutating func append(_ value: Double) {
        guard valueType.representation == .real, !value.isNaN else { return appendMissing() }
        reals.append(value == 0 ? 0 : value)
        advance(present: true)
    }

    /// Appends a text, also an empty one, to a text or category column.
    public mutating func append(_ value: String) {
        var value = value
        value.withUTF8 { unsafe append(utf8: $0) }
    }

    /// Appends UTF-8 to a text or category column without making a string; ill-formed bytes are kept as they are.
    public mutating func append(utf8 value: UnsafeBufferPointer<UInt8>) {
        switch valueType.representation {
        case .code:
            codes.append(unsafe number(of: value))
            advance(present: true)
        case .text:
            if bytes.count + value.count > Int(UInt32.max) {
                excess = .tooLarge(what: "text of 65,536 rows", limit: Int(UInt32.max))
            } else {
                unsafe bytes.append(contentsOf: value)
            }
            offsets.append(UInt32(bytes.count))
            advance(present: true)
        case .integer, .real: appendMissing()
        }
    }

    /// Appends a row without a value.
    public mutating func appendMissing() {
        switch valueType.representation {
        case .integer: integers.append(0)
        case .real: reals.append(0)
        case .code: codes.append(0)
        case .text: offsets.append(UInt32(bytes.count))
        }
        advance(present: false)
    }

    /// Appends a cell; one of another kind than the column's is a type mismatch (integers become reals where needed).
    public mutating func append(_ cell: Cell) throws(EngineError) {
        switch (cell, valueType.representation) {
        case (.missing, _): appendMissing()
        case (.integer(let value), .integer), (.integer(let value), .real): append(value)
        case (.real(let value), .real): append(value)
        case (.text(let value), .code), (.text(let value), .text): append(value)
        default: throw .typeMismatch("\(cell) in a column of \(valueType.representation)")
        }
    }

    /// Appends a code of the fixed dictionary; 0 is missing.
    mutating func append(code: UInt32) {
        codes.append(code)
        advance(present: true)
    }

    /// Appends all rows of a finished column of the same value type; codes are translated.
    public mutating func append(_ other: Column) throws {
        guard other.valueType == valueType else {
            throw EngineError.typeMismatch("\(other.valueType) appended to \(valueType)")
        }
        var translation: [UInt32] = [0]
        if valueType.representation == .code {
            translation = try other.dictionary.withNames { known in
                try [0]
                    + (0..<known.count).map { index in
                        guard let code = unsafe names.number(of: known.name(index)) else {
                            throw EngineError.tooLarge(what: "names of a category", limit: Int(UInt32.max))
                        }
                        return code
                    }
            }
        }
        for chunk in other.chunks {
            if pendingCount == 0, valueType.representation != .code, chunk.rowCount == Limits.chunkRowCount {
                chunks.append(chunk)
                continue
            }
            let reader = try chunk.reader()
            try withExtendedLifetime(chunk) {
                for row in 0..<reader.rowCount {
                    guard reader.isPresent(row) else {
                        appendMissing()
                        continue
                    }
                    switch valueType.representation {
                    case .integer: append(reader.integer(row))
                    case .real: append(reader.real(row))
                    case .code:
                        let code = Int(reader.code(row))
                        guard code < translation.count else { throw EngineError.damaged("a code without a name") }
                        codes.append(translation[code])
                        advance(present: true)
                    case .text: unsafe append(utf8: reader.textBytes(row))
                    }
                }
            }
        }
    }

    /// The finished column.
    public consuming func finish() throws(EngineError) -> Column {
        if pendingCount > 0 { flush(isLast: true) }
        if let excess { throw excess }
        return Column(
            name: name, valueType: valueType, unchecked: chunks,
            dictionary: fixedDictionary
                ?? (valueType.representation == .code ? CategoryDictionary(names) : CategoryDictionary()))
    }

    /// The code of a name, a new one for a new name.
    mutating func number(of name: UnsafeBufferPointer<UInt8>) -> UInt32 {
        if let code = unsafe names.number(of: name) { return code }
        excess = .tooLarge(what: "names of a category", limit: Int(UInt32.max))
        return 0
    }

    @inline(__always) private mutating func advance(present isPresent: Bool) {
        if !isPresent { markMissing(pendingCount) }
        advance(rowCount: 1)
    }

    /// Counts rows whose values were appended, at most up to the end of the chunk.
    @inline(__always) mutating func advance(rowCount: Int) {
        pendingCount += rowCount
        if pendingCount == Limits.chunkRowCount { flush() }
    }

    /// Appends a full chunk where no rows wait.
    mutating func append(_ chunk: Chunk) { chunks.append(chunk) }

    /// Says that a row of the chunk under construction has no value.
    mutating func markMissing(_ row: Int) {
        if valueType.representation != .code {
            if missingCount == 0 { present = Array(repeating: 0xFF, count: Limits.chunkRowCount / 8) }
            present[row >> 3] &= ~(1 << UInt8(row & 7))
        }
        missingCount += 1
    }

    /// Says that the integers from this row on that are `missing` are none; there are so many of them.
    mutating func markMissing(from first: Int, _ missing: Int64, count: Int) {
        if missingCount == 0 { present = Array(repeating: 0xFF, count: Limits.chunkRowCount / 8) }
        missingCount += count
        // SAFETY: rows are those of `integers`, at most a chunk's, for which `present` has bits.
        unsafe integers.withUnsafeMutableBufferPointer { integers in
            unsafe present.withUnsafeMutableBufferPointer { present in
                for row in first..<integers.count {
                    let isMissing = unsafe integers[row] == missing
                    unsafe integers[row] = isMissing ? 0 : integers[row]
                    unsafe present[row >> 3] &= ~((isMissing ? 1 : 0) << UInt8(truncatingIfNeeded: row & 7))
                }
            }
        }
    }

    /// Makes a chunk of the rows that wait, and keeps their room for those of the next unless it is the last.
    private mutating func flush(isLast: Bool = false) {
        let bits = missingCount > 0 && valueType.representation != .code ? trimmedValidity() : nil
        switch valueType.representation {
        case .integer:
            chunks.append(Chunk(integers: integers, present: bits, missingCount: missingCount))
            integers.removeAll(keepingCapacity: !isLast)
        case .real:
            chunks.append(Chunk(reals: reals, present: bits, missingCount: missingCount))
            reals.removeAll(keepingCapacity: !isLast)
        case .code:
            chunks.append(Chunk(codes: codes))
            codes.removeAll(keepingCapacity: !isLast)
        case .text:
            chunks.append(Chunk(offsets: offsets, bytes: bytes, present: bits, missingCount: missingCount))
            offsets = [0]
            bytes.removeAll(keepingCapacity: !isLast)
        }
        missingCount = 0
        pendingCount = 0
    }

    private func trimmedValidity() -> [UInt8] {
        var bits = Array(present[0..<(pendingCount + 7) / 8])
        if pendingCount % 8 != 0 { bits[bits.count - 1] &= (1 << UInt8(pendingCount % 8)) - 1 }
        return bits
    }
}
