// XXH64 (Yann Collet's xxHash specification 0.1.1), the checksum of snapshot parts: not for secrets, but every flipped
// byte changes it, at the speed of memory. Streaming, because a chunk is written from several pieces.
//
//   input ─32 bytes─▶ four lanes ─┐
//   rest < 32 bytes kept ─────────┴─▶ merge, mix in the rest, avalanche

/// XXH64 of bytes given piece by piece.
public struct XXH64: Sendable {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private let seed: UInt64
    private var lanes: SIMD4<UInt64>
    private var kept: [UInt8] = []
    private var byteCount: UInt64 = 0

    /// No bytes yet.
    public init(seed: UInt64 = 0) {
        self.seed = seed
        lanes = SIMD4(seed &+ XXH64.prime1 &+ XXH64.prime2, seed &+ XXH64.prime2, seed, seed &- XXH64.prime1)
        kept.reserveCapacity(32)
    }

    /// The checksum of all bytes of a buffer.
    public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var hash = XXH64(seed: seed)
        unsafe hash.update(bytes)
        return hash.value
    }

    /// The checksum of an array.
    public static func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe hash($0, seed: seed) }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount &+= UInt64(bytes.count)
        var offset = 0
        if !kept.isEmpty {
            offset = min(32 - kept.count, bytes.count)
            unsafe kept.append(contentsOf: bytes[..<offset])
            guard kept.count == 32 else { return }
            // SAFETY: the array holds 32 bytes.
            unsafe kept.withUnsafeBytes { unsafe XXH64.consume($0, from: 0, to: 32, &lanes) }
            kept.removeAll(keepingCapacity: true)
        }
        let end = offset + (bytes.count - offset) & ~31
        unsafe XXH64.consume(bytes, from: offset, to: end, &lanes)
        unsafe kept.append(contentsOf: bytes[end...])
    }

    /// Adds an array's bytes.
    public mutating func update(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }

    /// The checksum of what was added so far.
    public var value: UInt64 {
        var hash: UInt64
        if byteCount >= 32 {
            hash = XXH64.rotate(lanes[0], 1) &+ XXH64.rotate(lanes[1], 7)
            hash = hash &+ XXH64.rotate(lanes[2], 12) &+ XXH64.rotate(lanes[3], 18)
            for lane in 0..<4 {
                hash = (hash ^ XXH64.round(0, lanes[lane])) &* XXH64.prime1 &+ XXH64.prime4
            }
        } else {
            hash = seed &+ XXH64.prime5
        }
        hash = hash &+ byteCount
        var index = 0
        while index + 8 <= kept.count {
            hash = XXH64.rotate(hash ^ XXH64.round(0, word(index, 8)), 27) &* XXH64.prime1 &+ XXH64.prime4
            index += 8
        }
        if index + 4 <= kept.count {
            hash = XXH64.rotate(hash ^ word(index, 4) &* XXH64.prime1, 23) &* XXH64.prime2 &+ XXH64.prime3
            index += 4
        }
        while index < kept.count {
            hash = XXH64.rotate(hash ^ UInt64(kept[index]) &* XXH64.prime5, 11) &* XXH64.prime1
            index += 1
        }
        hash = (hash ^ hash >> 33) &* XXH64.prime2
        hash = (hash ^ hash >> 29) &* XXH64.prime3
        return hash ^ hash >> 32
    }

    /// Little-endian bytes of the rest as a number.
    private func word(_ index: Int, _ count: Int) -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<count { word |= UInt64(kept[index + place]) << UInt64(8 * place) }
        return word
    }

    private static func consume(
        _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int, _ lanes: inout SIMD4<UInt64>
    ) {
        var a = lanes[0]
        var b = lanes[1]
        var c = lanes[2]
        var d = lanes[3]
        var index = start
        while index < end {
            // SAFETY: end ≤ bytes.count and end − start is a multiple of 32.
            a = unsafe round(a, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            b = unsafe round(b, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)))
            c = unsafe round(c, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 16, as: UInt64.self)))
            d = unsafe round(d, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 24, as: UInt64.self)))
            index += 32
        }
        lanes = SIMD4(a, b, c, d)
    }

    @inline(__always) private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotate(lane &+ input &* prime2, 31) &* prime1
    }

    @inline(__always) private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
        word << count | word >> (64 - count)
    }
}
