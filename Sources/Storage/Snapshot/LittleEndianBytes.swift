// Numbers and names as little-endian bytes, and back. The reader never reads past its end and never trusts a length:
// what does not fit is `nil`, and the caller says what was damaged.

/// Collects little-endian numbers and names.
struct LittleEndianWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add<Number: FixedWidthInteger>(_ number: Number) {
        for place in 0..<Number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> Number(8 * place))) }
    }

    /// A count of bytes (u32), the bytes, zeros up to a multiple of 8.
    mutating func add(name: String) {
        add(UInt32(name.utf8.count))
        bytes.append(contentsOf: name.utf8)
        pad()
    }

    mutating func add(_ more: [UInt8]) { bytes += more }

    /// Zeros up to a multiple of 8.
    mutating func pad() { while bytes.count % 8 != 0 { bytes.append(0) } }
}

/// Reads what `LittleEndianWriter` wrote.
struct LittleEndianReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var index: Int

    /// Reads from a place on.
    init(_ bytes: [UInt8], at start: Int = 0) {
        self.bytes = bytes[...]
        index = min(max(0, start), bytes.count)
    }

    /// How many bytes are left.
    var remaining: Int { bytes.count - index }

    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> Number? {
        let count = Number.bitWidth / 8
        guard remaining >= count else { return nil }
        // In one piece: a book of 10 million deals describes itself in 150,000 numbers.
        // SAFETY: as many bytes are left.
        let number = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: index, as: Number.self) }
        index += count
        return Number(littleEndian: number)
    }

    /// Passes over that many bytes.
    mutating func skip(_ byteCount: Int) -> Bool {
        guard byteCount >= 0, byteCount <= remaining else { return false }
        index += byteCount
        return true
    }

    /// An unsigned 64-bit number that fits `Int`.
    mutating func count64() -> Int? { number(UInt64.self).flatMap(Int.init(exactly:)) }
    /// An unsigned 32-bit number.
    mutating func count32() -> Int? { number(UInt32.self).map(Int.init) }

    mutating func name() -> String? {
        guard let count = count32(), count <= remaining else { return nil }
        let text = String(validating: bytes[index..<index + count], as: UTF8.self)
        index += count
        guard align() else { return nil }
        return text
    }

    /// Passes over the zeros up to a multiple of 8.
    mutating func align() -> Bool {
        while index % 8 != 0 {
            guard remaining > 0 else { return false }
            index += 1
        }
        return true
    }
}
