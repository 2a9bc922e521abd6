// Gives equal byte strings equal numbers, 1, 2, 3 …: the hash index with which dictionaries are built. Only for
// building; a finished dictionary is searched by its order, so that files need no hash table.

/// Distinct byte strings in order of first appearance.
struct NameIndex {
    private(set) var offsets: [UInt32] = [0]
    private(set) var bytes: [UInt8] = []
    private var hashes: [UInt32] = []
    private var slots: [UInt32] = Array(repeating: 0, count: 64)

    var count: Int { offsets.count - 1 }

    /// The number of the bytes, new or known; nil when 4 GiB of names are exceeded.
    mutating func number(of name: UnsafeBufferPointer<UInt8>) -> UInt32? {
        let hash = unsafe ByteHash.hash(name)
        let short = UInt32(truncatingIfNeeded: hash >> 32)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while true {
            let number = slots[slot]
            if number == 0 { break }
            let entry = Int(number) - 1
            if hashes[entry] == short, unsafe matches(entry, name) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard bytes.count + name.count <= Int(UInt32.max), count < Int(UInt32.max) - 1 else { return nil }
        unsafe bytes.append(contentsOf: name)
        offsets.append(UInt32(bytes.count))
        hashes.append(short)
        let number = UInt32(count)
        slots[slot] = number
        if count * 2 > slots.count { grow() }
        return number
    }

    /// Gives the bytes of an entry (number − 1) to the body.
    func withName<Result>(_ entry: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        let range = Int(offsets[entry])..<Int(offsets[entry + 1])
        return try unsafe bytes.withUnsafeBufferPointer { try unsafe body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    private func matches(_ entry: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(offsets[entry])
        guard Int(offsets[entry + 1]) - start == name.count else { return false }
        for index in 0..<name.count where unsafe bytes[start + index] != name[index] { return false }
        return true
    }

    private mutating func grow() {
        let size = slots.count * 4
        slots = Array(repeating: 0, count: size)
        for entry in 0..<count {
            let start = Int(offsets[entry])
            let end = Int(offsets[entry + 1])
            let hash = unsafe bytes.withUnsafeBufferPointer {
                unsafe ByteHash.hash(UnsafeBufferPointer(rebasing: $0[start..<end]))
            }
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(entry + 1)
        }
    }
}

/// Hashing of bytes and integers with a fixed seed: group tables must not depend on the run.
enum ByteHash {
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state = UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var place = 0
        if let start = bytes.baseAddress {
            let raw = unsafe UnsafeRawPointer(start)
            while place + 8 <= bytes.count {
                state = unsafe mix(state ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                place += 8
            }
        }
        var last: UInt64 = 0
        while place < bytes.count {
            last = unsafe last << 8 | UInt64(bytes[place])
            place += 1
        }
        return mix(state ^ last)
    }

    /// A multiply-fold of 64 bits into 64 well-mixed bits.
    @inline(__always) static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        let folded = product.high ^ product.low
        return folded ^ folded >> 29
    }
}
