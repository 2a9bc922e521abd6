// Gives equal byte strings equal numbers, 1, 2, 3 …: the hash index with which dictionaries are built. Only for
// building; a finished dictionary is searched by its order, so that files need no hash table.

import CSystem

/// Distinct byte strings in order of first appearance.
struct NameIndex {
    private(set) var offsets: [UInt32] = [0]
    private(set) var bytes: [UInt8] = []
    /// Half a hash in the upper half, the number of the entry in the lower one; 0 where nothing is. Both in one place: a
    /// lookup among 125,000 names waits for memory once less.
    private var slots: [UInt64] = Array(repeating: 0, count: 64)

    /// Short names that were asked for lately, by their slot, and their numbers; none of them is empty.
    private var recent: [(name: ShortName, number: UInt32)] = []

    var count: Int { offsets.count - 1 }

    /// The number of the bytes, new or known; nil when 4 GiB of names are exceeded.
    mutating func number(of name: UnsafeBufferPointer<UInt8>) -> UInt32? {
        let hash = unsafe ByteHash.hash(name) >> 32
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        // SAFETY: numbers in slots are those of entries, and slots are a power of two that the mask stays within.
        let found = unsafe slots.withUnsafeBufferPointer { slots in
            while true {
                let known = unsafe slots[slot]
                if known == 0 { return UInt32(0) }
                let number = UInt32(truncatingIfNeeded: known)
                if known >> 32 == hash, unsafe matches(Int(number) - 1, name) { return number }
                slot = (slot + 1) & (slots.count - 1)
            }
        }
        if found > 0 { return found }
        guard bytes.count + name.count <= Int(UInt32.max), count < Int(UInt32.max) - 1 else { return nil }
        unsafe bytes.append(contentsOf: name)
        offsets.append(UInt32(bytes.count))
        let number = UInt32(count)
        slots[slot] = hash << 32 | UInt64(number)
        if count * 2 > slots.count { grow() }
        return number
    }

    /// The numbers of texts that lie in `source`, each as its start in the upper and its end in the lower half of a number,
    /// 0 for an empty one; false when 4 GiB of names are exceeded. Places are within the source, and `numbers` has as much
    /// room as there are places.
    ///
    /// Short names are known again by their bytes alone; of the others a few are looked up at a time: what each waits for
    /// in memory is asked for before any of it is needed.
    mutating func numbers(
        of places: UnsafeBufferPointer<UInt64>, in source: UnsafeBufferPointer<UInt8>,
        _ numbers: UnsafeMutablePointer<UInt32>
    ) -> Bool {
        let size = 16
        if recent.isEmpty { recent = Array(repeating: (ShortName(), 0), count: ShortName.slotCount) }
        return unsafe withUnsafeTemporaryAllocation(of: Asked.self, capacity: size) { asked in
            var count = 0
            for index in 0..<places.count {
                let place = unsafe places[index]
                let short = unsafe ShortName(place, source)
                let slot = short?.slot ?? 0
                if place >> 32 == place & 0xFFFF_FFFF {
                    unsafe numbers[index] = 0
                } else if let short, recent[slot].name == short {
                    unsafe numbers[index] = recent[slot].number
                } else {
                    unsafe asked[count] = Asked(index: index, short: short)
                    count += 1
                }
                guard count == size || index == places.count - 1 else { continue }
                unsafe prepare(asked, count, places, source)
                for place in 0..<count {
                    let question = unsafe asked[place]
                    let text = unsafe NameIndex.text(places[question.index], source)
                    guard let number = unsafe answer(question, text) else { return false }
                    unsafe numbers[question.index] = number
                    if let short = question.short { recent[short.slot] = (short, number) }
                }
                count = 0
            }
            return true
        }
    }

    /// Hashes the texts asked for and brings near what their look-up needs.
    private func prepare(
        _ asked: UnsafeMutableBufferPointer<Asked>, _ count: Int, _ places: UnsafeBufferPointer<UInt64>,
        _ source: UnsafeBufferPointer<UInt8>
    ) {
        for index in 0..<count {
            let text = unsafe NameIndex.text(places[asked[index].index], source)
            unsafe asked[index].hash = ByteHash.hash(text) >> 32
        }
        for index in 0..<count {
            unsafe asked[index].known = slots[Int(truncatingIfNeeded: asked[index].hash) & (slots.count - 1)]
        }
        unsafe bytes.withUnsafeBufferPointer { known in
            guard let start = known.baseAddress else { return }
            for index in 0..<count {
                let entry = unsafe Int(UInt32(truncatingIfNeeded: asked[index].known)) - 1
                // SAFETY: entries begin within `bytes`.
                if entry >= 0 { unsafe csystem_prefetch(start + Int(offsets[entry])) }
            }
        }
    }

    private mutating func answer(_ question: Asked, _ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        let number = UInt32(truncatingIfNeeded: question.known)
        if number > 0, question.known >> 32 == question.hash, unsafe matches(Int(number) - 1, text) { return number }
        return unsafe self.number(of: text)
    }

    /// A text that is to be looked up.
    private struct Asked: BitwiseCopyable {
        var index: Int
        var short: ShortName?
        var hash: UInt64 = 0
        var known: UInt64 = 0
    }

    @inline(__always) private static func text(
        _ place: UInt64, _ source: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(rebasing: source[Int(place >> 32)..<Int(place & 0xFFFF_FFFF)])
    }

    /// Gives the bytes of an entry (number − 1) to the body.
    func withName<Result>(_ entry: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        let range = Int(offsets[entry])..<Int(offsets[entry + 1])
        return try unsafe bytes.withUnsafeBufferPointer { try unsafe body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    private func matches(_ entry: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(offsets[entry])
        guard Int(offsets[entry + 1]) - start == name.count else { return false }
        guard let wanted = name.baseAddress else { return true }
        // SAFETY: both are name.count bytes: those of the entry end where the next begins, within `bytes`.
        return unsafe bytes.withUnsafeBufferPointer { known in
            guard let first = known.baseAddress else { return true }
            return unsafe ByteHash.areEqual(first + start, wanted, name.count)
        }
    }

    private mutating func grow() {
        let size = slots.count * 4
        var larger = [UInt64](repeating: 0, count: size)
        for known in slots where known != 0 {
            var slot = Int(truncatingIfNeeded: known >> 32) & (size - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (size - 1) }
            larger[slot] = known
        }
        slots = larger
    }
}

/// A text of up to 16 bytes as numbers that say all of it: two of them are the same text if they are equal.
private struct ShortName: Equatable, BitwiseCopyable {
    static let slotCount = 256
    private let first: UInt64
    private let last: UInt64
    private let count: Int

    /// No text.
    init() { (first, last, count) = (0, 0, 0) }

    /// The text at a place within the source; `nil` for a longer one, and for one at the end of the source.
    @inline(__always)
    init?(_ place: UInt64, _ source: UnsafeBufferPointer<UInt8>) {
        let start = Int(place >> 32)
        let count = Int(place & 0xFFFF_FFFF) - start
        guard count <= 16, start + 8 <= source.count, let base = source.baseAddress else { return nil }
        // SAFETY: eight bytes are there from the start on, and up to the end where there are as many in the text.
        let bytes = unsafe UnsafeRawPointer(base + start)
        let word = unsafe bytes.loadUnaligned(as: UInt64.self)
        if count < 8 {
            first = UInt64(littleEndian: word) & (1 << UInt64(8 * count) - 1)
            last = 0
        } else {
            first = UInt64(littleEndian: word)
            last = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
        }
        self.count = count
    }

    /// Where it may be found again.
    @inline(__always) var slot: Int {
        let mixed = (first ^ last &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(count)) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: mixed >> 56)
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
        return mix(unsafe state ^ rest(bytes, from: place))
    }

    /// The fewer than eight bytes at the end as a number, the first one highest.
    @inline(__always) private static func rest(_ bytes: UnsafeBufferPointer<UInt8>, from place: Int) -> UInt64 {
        let count = bytes.count - place
        if count > 0, place > 0, let start = bytes.baseAddress {
            // The last eight bytes, less those that were taken before. SAFETY: at least eight bytes are there.
            let raw = unsafe UnsafeRawPointer(start)
            let last = unsafe raw.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self).bigEndian
            return last & (1 << UInt64(8 * count) - 1)
        }
        var last: UInt64 = 0
        for index in place..<bytes.count { last = unsafe last << 8 | UInt64(bytes[index]) }
        return last
    }

    /// Whether two stretches of bytes hold the same.
    @inline(__always) static func areEqual(
        _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        let a = unsafe UnsafeRawPointer(left)
        let b = unsafe UnsafeRawPointer(right)
        guard count >= 8 else {
            for index in 0..<count where unsafe left[index] != right[index] { return false }
            return true
        }
        var place = 0
        while place < count - 8 {
            let same =
                unsafe a.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            if !same { return false }
            place += 8
        }
        return unsafe a.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            == b.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    }

    /// A multiply-fold of 64 bits into 64 well-mixed bits.
    @inline(__always) static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        let folded = product.high ^ product.low
        return folded ^ folded >> 29
    }
}
