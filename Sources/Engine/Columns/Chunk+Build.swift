// Making chunks from plain arrays: finds the bounds and the narrowest width.

import CSystem
import Values

extension Chunk {
    /// Integers; `present` is nil when complete, else one bit per row.
    init(integers: [Int64], present: [UInt8]?, missingCount: Int) {
        var minimum = Int64.max
        var maximum = Int64.min
        if let present, missingCount > 0 {
            for row in integers.indices where present[row >> 3] >> UInt8(row & 7) & 1 != 0 {
                minimum = min(minimum, integers[row])
                maximum = max(maximum, integers[row])
            }
        } else {
            for value in integers {
                minimum = min(minimum, value)
                maximum = max(maximum, value)
            }
        }
        let (base, width) = Chunk.frame(minimum, maximum)
        let values = Chunk.packed(integers, base: base, width: width, present: missingCount > 0 ? present : nil)
        self.init(
            layout: ChunkLayout(
                representation: .integer, rowCount: integers.count, width: width, base: base, minimum: minimum,
                maximum: maximum, missingCount: missingCount),
            values: values, validity: missingCount > 0 ? present.map { ByteSlice(copying: $0) } : nil, heapText: nil)
    }

    /// Integers of which one value stands for none.
    init(integers: [Int64], missing: Int64) {
        var (minimum, maximum, missingCount) = (Int64.max, Int64.min, 0)
        var validity: ByteSlice?
        let slice = unsafe integers.withUnsafeBufferPointer { integers in
            guard let start = integers.baseAddress, integers.count > 0 else { return ByteSlice(byteCount: 0) }
            unsafe csystem_integer_bounds(start, integers.count, missing, &minimum, &maximum, &missingCount)
            if missingCount > 0 {
                let bits = ByteSlice(byteCount: (integers.count + 7) / 8)
                // SAFETY: the slice was just made for as many bits; nobody else holds it.
                unsafe csystem_present_bits(
                    start, integers.count, missing, bits.mutableAddress().assumingMemoryBound(to: UInt8.self))
                validity = bits
            }
            return unsafe Chunk.packed(integers, minimum, maximum, missing)
        }
        let (base, width) = Chunk.frame(minimum, maximum)
        self.init(
            layout: ChunkLayout(
                representation: .integer, rowCount: integers.count, width: width, base: base, minimum: minimum,
                maximum: maximum, missingCount: missingCount),
            values: slice, validity: validity, heapText: nil)
    }

    private static func packed(
        _ integers: UnsafeBufferPointer<Int64>, _ minimum: Int64, _ maximum: Int64, _ missing: Int64
    ) -> ByteSlice {
        let (base, width) = frame(minimum, maximum)
        let slice = ByteSlice(byteCount: integers.count * width)
        guard let start = integers.baseAddress else { return slice }
        // SAFETY: the slice was just made for as many values of that width; nobody else holds it.
        let address = unsafe slice.mutableAddress()
        let count = integers.count
        switch width {
        case 1: unsafe csystem_pack_8(start, count, base, missing, address.assumingMemoryBound(to: UInt8.self))
        case 2: unsafe csystem_pack_16(start, count, base, missing, address.assumingMemoryBound(to: UInt16.self))
        case 4: unsafe csystem_pack_32(start, count, base, missing, address.assumingMemoryBound(to: UInt32.self))
        default: unsafe csystem_pack_64(start, count, base, missing, address.assumingMemoryBound(to: UInt64.self))
        }
        return slice
    }

    /// Reals, none of them NaN.
    init(reals: [Double], present: [UInt8]?, missingCount: Int) {
        var minimum = Double.infinity
        var maximum = -Double.infinity
        var values = reals
        for row in reals.indices {
            if missingCount > 0, let present, present[row >> 3] >> UInt8(row & 7) & 1 == 0 {
                values[row] = 0
                continue
            }
            minimum = min(minimum, reals[row])
            maximum = max(maximum, reals[row])
        }
        self.init(
            layout: ChunkLayout(
                representation: .real, rowCount: reals.count, width: 8,
                minimum: Int64(bitPattern: minimum.bitPattern), maximum: Int64(bitPattern: maximum.bitPattern),
                missingCount: missingCount),
            values: ByteSlice(copying: values),
            validity: missingCount > 0 ? present.map { ByteSlice(copying: $0) } : nil,
            heapText: nil)
    }

    /// Codes, 0 for missing.
    init(codes: [UInt32]) {
        var (minimum, maximum, missing) = (UInt32.max, UInt32(0), 0)
        let values = unsafe codes.withUnsafeBufferPointer { codes in
            guard let start = codes.baseAddress, codes.count > 0 else { return ByteSlice(byteCount: 0) }
            unsafe csystem_code_bounds(start, codes.count, &minimum, &maximum, &missing)
            guard maximum < 1 << 16 else { return unsafe ByteSlice(copying: Array(codes)) }
            let width = maximum < 1 << 8 ? 1 : 2
            let slice = ByteSlice(byteCount: codes.count * width)
            // SAFETY: the slice was just made for as many codes of that width; nobody else holds it.
            let address = unsafe slice.mutableAddress()
            if width == 1 {
                unsafe csystem_narrow_8(start, codes.count, address.assumingMemoryBound(to: UInt8.self))
            } else {
                unsafe csystem_narrow_16(start, codes.count, address.assumingMemoryBound(to: UInt16.self))
            }
            return slice
        }
        let none = missing == codes.count
        self.init(
            layout: ChunkLayout(
                representation: .code, rowCount: codes.count, width: maximum < 1 << 8 ? 1 : maximum < 1 << 16 ? 2 : 4,
                minimum: none ? Int64.max : Int64(minimum), maximum: none ? Int64.min : Int64(maximum),
                missingCount: missing),
            values: values, validity: nil, heapText: nil)
    }

    /// Text as offsets (one more than rows, from 0) and bytes.
    init(offsets: [UInt32], bytes: [UInt8], present: [UInt8]?, missingCount: Int) {
        let bounds = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe offsets.withUnsafeBufferPointer { offsets in
                guard let start = offsets.baseAddress else { return (minimum: Int64.max, maximum: Int64.min) }
                return unsafe TextKey.bounds(bytes, start, offsets.count - 1) { row in
                    missingCount == 0 || present.map { $0[row >> 3] >> UInt8(row & 7) & 1 != 0 } ?? true
                }
            }
        }
        self.init(
            layout: ChunkLayout(
                representation: .text, rowCount: offsets.count - 1, width: 4, minimum: bounds.minimum,
                maximum: bounds.maximum, missingCount: missingCount, textByteCount: bytes.count),
            values: ByteSlice(copying: offsets),
            validity: missingCount > 0 ? present.map { ByteSlice(copying: $0) } : nil,
            heapText: ByteSlice(copying: bytes))
    }

    /// An empty chunk with room for growth.
    init(empty representation: Representation) {
        switch representation {
        case .integer: self.init(integers: [], present: nil, missingCount: 0)
        case .real: self.init(reals: [], present: nil, missingCount: 0)
        case .code: self.init(codes: [])
        case .text: self.init(offsets: [0], bytes: [], present: nil, missingCount: 0)
        }
    }

    /// Base and width that hold minimum … maximum; 8 bytes hold everything.
    static func frame(_ minimum: Int64, _ maximum: Int64) -> (base: Int64, width: Int) {
        guard minimum <= maximum else { return (0, 1) }
        let range = UInt64(bitPattern: maximum &- minimum)
        if range < 1 << 8 { return (minimum, 1) }
        if range < 1 << 16 { return (minimum, 2) }
        if range < 1 << 32 { return (minimum, 4) }
        return (Int64.min, 8)
    }

    /// The values less the base in that width, 0 where missing.
    static func packed(_ integers: [Int64], base: Int64, width: Int, present: [UInt8]?) -> ByteSlice {
        switch width {
        case 1: packed(integers, base, present, as: UInt8.self)
        case 2: packed(integers, base, present, as: UInt16.self)
        case 4: packed(integers, base, present, as: UInt32.self)
        default: packed(integers, base, present, as: UInt64.self)
        }
    }

    /// Written where they stay: wide copies on the way would be most of what replaying a journal takes.
    private static func packed<Stored: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ integers: [Int64], _ base: Int64, _ present: [UInt8]?, as stored: Stored.Type
    ) -> ByteSlice {
        let slice = ByteSlice(byteCount: integers.count * MemoryLayout<Stored>.size)
        // SAFETY: the slice was just made for as many values; nobody else holds it.
        let address = unsafe slice.mutableAddress().assumingMemoryBound(to: Stored.self)
        for row in integers.indices {
            unsafe address[row] = Stored(truncatingIfNeeded: integers[row] &- base)
        }
        if let present {
            for row in integers.indices where present[row >> 3] >> UInt8(row & 7) & 1 == 0 { unsafe address[row] = 0 }
        }
        return slice
    }
}
