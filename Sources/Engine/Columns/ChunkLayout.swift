// The description of a chunk without its bytes: what a snapshot file keeps in its table of chunks, and what a chunk
// checks its bytes against.
//
// Bytes of a chunk (little-endian, `values` at a multiple of 8):
//
//   REPRESENTATION  SLICE      OFFSET      SIZE              MEANING
//   integer         values     i × width   width 1 2 4 8     value = base &+ unsigned (0 where missing)
//   real            values     i × 8       8                 IEEE double, never NaN (0 where missing)
//   code            values     i × width   width 1 2 4       code into the dictionary; 0 = missing; no validity
//   text            values     i × 4       4 × (rows + 1)    u32 offsets into `text`, ascending, from 0
//                   text       …           last offset       UTF-8
//   integer real text  validity  i ÷ 8     (rows + 7) ÷ 8    bit i % 8 set = there is a value; absent when complete

/// What a chunk's bytes mean.
public struct ChunkLayout: Hashable, Sendable {
    /// How values are held.
    public var representation: Representation
    /// The number of rows, 0 … `Limits.chunkRowCount`.
    public var rowCount: Int
    /// Bytes per value: integer 1, 2, 4 or 8; real 8; code 1, 2 or 4; text 4 (its offsets).
    public var width: Int
    /// Added (wrapping) to every unsigned value of an integer chunk; 0 otherwise.
    public var base: Int64
    /// A lower bound of the values (reals: the bit pattern; codes: as integers; texts: their first 8 folded bytes,
    /// big-endian and zero-filled, with the highest bit turned, or 0 in both when unknown). May be loose, never wrong.
    /// Above `maximum` when every row is missing.
    public var minimum: Int64
    /// An upper bound of the values, likewise.
    public var maximum: Int64
    /// How many rows have no value; exact.
    public var missingCount: Int
    /// Bytes of text; 0 for other representations.
    public var textByteCount: Int

    /// A description; `Chunk.init(layout:…)` checks it.
    public init(
        representation: Representation, rowCount: Int, width: Int, base: Int64 = 0, minimum: Int64, maximum: Int64,
        missingCount: Int, textByteCount: Int = 0
    ) {
        self.representation = representation
        self.rowCount = rowCount
        self.width = width
        self.base = base
        self.minimum = minimum
        self.maximum = maximum
        self.missingCount = missingCount
        self.textByteCount = textByteCount
    }

    /// Bytes of the `values` slice.
    public var valuesByteCount: Int { (representation == .text ? rowCount + 1 : rowCount) * width }
    /// Whether a `validity` slice exists.
    public var hasValidity: Bool { missingCount > 0 && representation != .code }
    /// Bytes of the `validity` slice; 0 when the chunk is complete or holds codes.
    public var validityByteCount: Int { hasValidity ? (rowCount + 7) / 8 : 0 }

    /// What is wrong with the description by itself; `nil` when it is sound.
    public var fault: String? {
        if rowCount < 0 || rowCount > 65_536 { return "\(rowCount) rows in a chunk" }
        if missingCount < 0 || missingCount > rowCount { return "\(missingCount) missing of \(rowCount) rows" }
        let fits =
            switch representation {
            case .integer: width == 1 || width == 2 || width == 4 || width == 8
            case .real: width == 8
            case .code: width == 1 || width == 2 || width == 4
            case .text: width == 4
            }
        if !fits { return "values of \(width) bytes" }
        if representation != .integer && base != 0 { return "a base where none belongs" }
        if textByteCount < 0 || textByteCount > Int(UInt32.max) || (representation != .text && textByteCount != 0) {
            return "\(textByteCount) bytes of text"
        }
        return nil
    }

    /// What the bytes contradict: codes above `codeMax`, offsets that go back, bounds or counts that are wrong, NaN.
    /// `nil` when they are sound. For the verification of mapped chunks; reads every byte once.
    ///
    /// The buffers must have exactly the sizes that the layout gives; without `text` the bounds of texts are not looked
    /// at.
    public func contentFault(
        values: UnsafeRawBufferPointer, validity: UnsafeRawBufferPointer?, text: UnsafeRawBufferPointer? = nil,
        codeMax: UInt32
    ) -> String? {
        if let fault { return fault }
        guard values.count == valuesByteCount, unsafe (validity?.count ?? 0) == validityByteCount else {
            return "a wrong number of bytes"
        }
        if unsafe isCertainlySound(values: values, validity: validity, text: text, codeMax: codeMax) { return nil }
        var missing = 0
        for row in 0..<rowCount {
            if let validity = unsafe validity, unsafe validity[row >> 3] >> UInt8(row & 7) & 1 == 0 {
                missing += 1
                if representation == .integer, unsafe unsigned(values, row) != 0 {
                    return "a value in a row that is missing"
                }
                continue
            }
            switch representation {
            case .integer:
                let value = unsafe base &+ Int64(bitPattern: unsigned(values, row))
                if value < minimum || value > maximum { return "a value outside of the chunk's bounds" }
            case .real:
                let value = unsafe Double(bitPattern: values.loadUnaligned(fromByteOffset: row * 8, as: UInt64.self))
                if value.isNaN { return "a value that is not a number" }
                let lower = Double(bitPattern: UInt64(bitPattern: minimum))
                let upper = Double(bitPattern: UInt64(bitPattern: maximum))
                if value < lower || value > upper { return "a value outside of the chunk's bounds" }
            case .code:
                let code = unsafe unsigned(values, row)
                if code == 0 { missing += 1 }
                if code > UInt64(codeMax) { return "a code that is not in the dictionary" }
                if code != 0, Int64(code) < minimum || Int64(code) > maximum {
                    return "a code outside of the chunk's bounds"
                }
            case .text: break
            }
        }
        if representation == .text {
            var last: UInt32 = 0
            for row in 0...rowCount {
                let offset = unsafe values.loadUnaligned(fromByteOffset: row * 4, as: UInt32.self)
                if row == 0 ? offset != 0 : offset < last { return "text offsets that do not ascend from 0" }
                last = offset
            }
            if Int(last) != textByteCount { return "text offsets that end elsewhere than the text" }
            if unsafe !textsLieWithinBounds(values: values, validity: validity, text: text) {
                return "a text outside of the chunk's bounds"
            }
        }
        return missing == missingCount ? nil : "\(missing) missing values instead of \(missingCount)"
    }

    private func unsigned(_ values: UnsafeRawBufferPointer, _ row: Int) -> UInt64 {
        switch width {
        case 1: unsafe UInt64(values[row])
        case 2: unsafe UInt64(values.loadUnaligned(fromByteOffset: row * 2, as: UInt16.self))
        case 4: unsafe UInt64(values.loadUnaligned(fromByteOffset: row * 4, as: UInt32.self))
        default: unsafe values.loadUnaligned(fromByteOffset: row * 8, as: UInt64.self)
        }
    }
}
