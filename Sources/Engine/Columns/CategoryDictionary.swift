// The names behind the codes of a category column. Only grows, so that a code once given means the same name forever.
//
//   base   offsets u32 × (n + 1) │ bytes │ order u32 × n       heap or mapped file, never changed, shared by copies
//   tail   names added since, folded into a new base when it outgrows an eighth of it
//
// Code 0 is "missing"; the first name has code 1. `order` lists codes by name ignoring case, ties by bytes; it serves
// exact lookup, lookup ignoring case, prefixes, ordering and completion. It is built on first use unless given.

import Values
import Synchronization

/// The distinct names of a category column, by code.
public struct CategoryDictionary: Sendable {
    private var base: DictionaryBase
    private var tail: [String] = []
    private var tailCodes: [String: UInt32] = [:]

    /// No names.
    public init() { base = DictionaryBase(NameIndex()) }

    init(_ index: NameIndex) { base = DictionaryBase(index) }

    /// The names with codes 1, 2, 3 … in the order given; equal names share the first one's code.
    public init(_ names: [String]) {
        var index = NameIndex()
        for var name in names { _ = name.withUTF8 { unsafe index.number(of: $0) } }
        base = DictionaryBase(index)
    }

    /// A dictionary over existing bytes, such as parts of a mapped file.
    ///
    /// `offsets` holds u32 × (count + 1), `bytes` the names one after the other, `order` u32 × count codes by name
    /// ignoring case, ties by bytes, when the file has it. Contents are checked when used.
    public init(count: Int, offsets: ByteSlice, bytes: ByteSlice, order: ByteSlice?) throws(EngineError) {
        guard count >= 0, count < Int(UInt32.max), offsets.byteCount >= (count + 1) * 4,
            order.map({ $0.byteCount >= count * 4 }) ?? true
        else { throw .damaged("a dictionary with too few bytes") }
        base = DictionaryBase(count: count, offsets: offsets, bytes: bytes, order: order)
    }

    /// The number of names; codes are 1 … count.
    public var count: Int { base.count + tail.count }

    /// The name of a code; `nil` for 0 and codes that were never given.
    public func name(_ code: UInt32) throws -> String? {
        let index = Int(code) - 1
        if index < 0 || index >= count { return nil }
        return index < base.count ? try base.name(index) : tail[index - base.count]
    }

    /// All names, in order of code: the name of code c is at c − 1.
    public func names() throws -> [String] {
        var all: [String] = []
        all.reserveCapacity(count)
        for index in 0..<base.count { all.append(try base.name(index)) }
        return all + tail
    }

    /// The code of exactly this name; `nil` when there is none.
    ///
    /// - Complexity: O(log n), after an ordering on first use.
    public func code(of name: String) throws -> UInt32? {
        if let code = tailCodes[name] { return code }
        for code in try baseCodes(ignoringCase: name) where try self.name(code)?.utf8.elementsEqual(name.utf8) == true {
            return code
        }
        return nil
    }

    /// The codes of all names that are equal ignoring case, in order of name.
    public func codes(ignoringCase name: String) throws -> [UInt32] {
        let wanted = TextOrder.folded(name)
        return try matches { TextOrder.byteOrder($0, wanted) }
    }

    private func baseCodes(ignoringCase name: String) throws -> ArraySlice<UInt32> {
        let wanted = TextOrder.folded(name)
        return try baseMatches { TextOrder.byteOrder($0, wanted) }
    }

    /// The codes of all names that begin with the prefix ignoring case, in order of name.
    public func codes(withPrefix prefix: String) throws -> [UInt32] {
        let wanted = TextOrder.folded(prefix)
        return try matches { $0.utf8.starts(with: wanted.utf8) ? 0 : TextOrder.byteOrder($0, wanted) }
    }

    /// Up to `limit` names that begin with the prefix ignoring case, in order.
    public func completions(of prefix: String, limit: Int) throws -> [String] {
        try codes(withPrefix: prefix).prefix(max(0, limit)).compactMap { try name($0) }
    }

    /// The code of the name, added if it is new.
    ///
    /// - Complexity: O(log n), amortised; the first call orders the names.
    public mutating func insert(_ name: String) throws -> UInt32 {
        if let code = try code(of: name) { return code }
        guard count < Int(UInt32.max) - 2 else {
            throw EngineError.tooLarge(what: "names of a category", limit: Int(UInt32.max) - 2)
        }
        tail.append(name)
        let code = UInt32(count)
        tailCodes[name] = code
        if tail.count > max(256, min(4096, base.count / 8)) { try fold() }
        return code
    }

    /// For each code its place in the order of names ignoring case; missing (code 0) is last.
    public func ranks() throws -> [UInt32] {
        var ranks = Array(repeating: UInt32.max, count: count + 1)
        for (place, code) in try order().enumerated() { ranks[Int(code)] = UInt32(place) }
        return ranks
    }

    /// All codes in the order of their names, ignoring case, ties by bytes.
    public func order() throws -> [UInt32] {
        let first = try base.order()
        if tail.isEmpty { return first }
        var comparisonCount = 0
        let second = try tail.indices.sorted { left, right in
            comparisonCount += 1
            if comparisonCount & 0xFFF == 0 { try Cancellation.checkAmbient() }
            return TextOrder.precedes(tail[left], tail[right])
        }
        var merged: [UInt32] = []
        merged.reserveCapacity(count)
        var next = 0
        for code in first {
            let name = try base.name(Int(code) - 1)
            while next < second.count, TextOrder.precedes(tail[second[next]], name) {
                merged.append(UInt32(base.count + second[next] + 1))
                next += 1
            }
            merged.append(code)
        }
        while next < second.count {
            merged.append(UInt32(base.count + second[next] + 1))
            next += 1
        }
        return merged
    }

    /// The names as a file keeps them: u32 offsets × (count + 1), bytes, and u32 codes by name × count.
    public func stored() throws -> (offsets: [UInt32], bytes: [UInt8], order: [UInt32]) {
        var folded = self
        try folded.fold()
        return (try folded.base.allOffsets(), try folded.base.allBytes(), try folded.order())
    }

    /// Whether both share the same unchanged names, so that codes of one are valid in the other.
    /// Whether both are the very same dictionary, not merely equal.
    public func isSame(as other: CategoryDictionary) -> Bool { base === other.base && tail == other.tail }

    /// Gives the bytes of names to the body by index (code − 1).
    func withNames<Result>(_ body: (DictionaryNames) throws -> Result) throws -> Result {
        var folded = self
        try folded.fold()
        return try withExtendedLifetime(folded) { try body(folded.base.access()) }
    }

    /// Where the bytes of all names are, valid for as long as this dictionary is held unchanged.
    mutating func accessFolded() throws -> DictionaryNames {
        try fold()
        return try base.access()
    }

    private mutating func fold() throws {
        if tail.isEmpty { return }
        var offsets = try base.allOffsets()
        var bytes = try base.allBytes()
        let order = try self.order()
        for name in tail {
            bytes.append(contentsOf: name.utf8)
            guard bytes.count <= Int(UInt32.max) else {
                throw EngineError.tooLarge(what: "names of a category", limit: Int(UInt32.max))
            }
            offsets.append(UInt32(bytes.count))
        }
        base = DictionaryBase(
            count: count, offsets: ByteSlice(copying: offsets), bytes: ByteSlice(copying: bytes),
            order: ByteSlice(copying: order))
        tail = []
        tailCodes = [:]
    }

    /// Codes whose folded name lies where `place` says 0; `place` ascends with the folded name.
    private func matches(_ place: (String) -> Int) throws -> [UInt32] {
        var found = Array(try baseMatches(place))
        let added = tail.indices.filter { place(TextOrder.folded(tail[$0])) == 0 }
        if added.isEmpty { return found }
        found += added.map { UInt32(base.count + $0 + 1) }
        let named = try found.map { ($0, try name($0) ?? "") }
        return named.sorted { TextOrder.precedes($0.1, $1.1) }.map(\.0)
    }

    private func baseMatches(_ place: (String) -> Int) throws -> ArraySlice<UInt32> {
        let order = try base.order()
        func bound(_ goesLeft: (Int) -> Bool) throws -> Int {
            var low = 0
            var high = order.count
            while low < high {
                let middle = (low + high) / 2
                let name = TextOrder.folded(try base.name(Int(order[middle]) - 1))
                if goesLeft(place(name)) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        let start = try bound { $0 >= 0 }
        let end = try bound { $0 > 0 }
        return order[start..<max(start, end)]
    }
}

/// Raw access to names that somebody else holds for the time being.
@safe struct DictionaryNames {
    let count: Int
    let byteCount: Int
    let offsets: UnsafePointer<UInt32>
    let bytes: UnsafePointer<UInt8>

    /// The bytes of the name at an index (code − 1), clamped to what is there.
    @inline(__always) func name(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = unsafe min(Int(offsets[index]), byteCount)
        let end = unsafe max(start, min(Int(offsets[index + 1]), byteCount))
        return unsafe UnsafeBufferPointer(start: bytes + start, count: end - start)
    }
}

/// Names that never change, shared by all copies of a dictionary.
final class DictionaryBase: Sendable {
    let count: Int
    private let offsets: ByteSlice
    private let bytes: ByteSlice
    private let storedOrder: ByteSlice?
    private let knownOrder = Mutex<[UInt32]?>(nil)

    init(count: Int, offsets: ByteSlice, bytes: ByteSlice, order: ByteSlice?) {
        self.count = count
        self.offsets = offsets
        self.bytes = bytes
        storedOrder = order
    }

    convenience init(_ index: NameIndex) {
        self.init(
            count: index.count, offsets: ByteSlice(copying: index.offsets), bytes: ByteSlice(copying: index.bytes),
            order: nil)
    }

    func access() throws -> DictionaryNames {
        unsafe DictionaryNames(
            count: count, byteCount: bytes.byteCount,
            offsets: try offsets.address().assumingMemoryBound(to: UInt32.self),
            bytes: try bytes.address().assumingMemoryBound(to: UInt8.self))
    }

    func name(_ index: Int) throws -> String {
        guard index >= 0, index < count else { return "" }
        return unsafe String(decoding: try access().name(index), as: UTF8.self)
    }

    func allOffsets() throws -> [UInt32] {
        try unsafe offsets.withBytes { unsafe Array($0.bindMemory(to: UInt32.self).prefix(count + 1)) }
    }

    func allBytes() throws -> [UInt8] {
        let used = Int(try allOffsets().last ?? 0)
        return try unsafe bytes.withBytes { unsafe Array($0.prefix(used)) }
    }

    /// Codes by name ignoring case, ties by bytes; checked to be codes when they come from a file.
    func order() throws -> [UInt32] {
        if let order = knownOrder.withLock({ $0 }) { return order }
        var order: [UInt32]
        if let storedOrder {
            order = try unsafe storedOrder.withBytes { unsafe Array($0.bindMemory(to: UInt32.self).prefix(count)) }
            guard order.allSatisfy({ $0 >= 1 && $0 <= UInt32(count) }) else {
                throw EngineError.damaged("an order of names with unknown codes")
            }
        } else {
            let names = try access()
            order = (0..<UInt32(count)).map { $0 + 1 }
            // Names differ early: compare the first 8 folded bytes as a number, and the rest only on a tie.
            let keys = (0..<count).map { unsafe TextKey.prefix(names.name($0)) }
            var comparisonCount = 0
            try order.sort { left, right in
                comparisonCount += 1
                if comparisonCount & 0x3FFF == 0 { try Cancellation.checkAmbient() }
                let a = keys[Int(left) - 1]
                let b = keys[Int(right) - 1]
                if a != b { return a < b }
                return unsafe TextOrder.order(names.name(Int(left) - 1), names.name(Int(right) - 1)) < 0
            }
        }
        knownOrder.withLock { $0 = order }
        return order
    }
}

/// The first bytes of a text as a number that orders like the text.
enum TextKey {
    /// The first 8 folded bytes, big-endian, zero-filled; texts in order have keys in order (equal keys: undecided).
    static func prefix(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if text.count >= 8, let start = text.baseAddress {
            // SAFETY: eight bytes are there.
            let word = unsafe UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).bigEndian
            if word & 0x8080_8080_8080_8080 == 0 { return folded(word) }
        }
        var key: UInt64 = 0
        let count = min(8, text.count)
        for index in 0..<count {
            let byte = unsafe text[index]
            if byte >= 0x80 {
                var folded = unsafe TextOrder.folded(String(decoding: text, as: UTF8.self))
                return folded.withUTF8 { bytes in
                    var key: UInt64 = 0
                    for index in 0..<min(8, bytes.count) {
                        key |= unsafe UInt64(bytes[index]) << UInt64(56 - index * 8)
                    }
                    return key
                }
            }
            key |= UInt64(TextOrder.fold(byte)) << UInt64(56 - index * 8)
        }
        return key
    }

    /// Eight ASCII bytes, each folded: 32 is added to those from A (65) to Z (90), found by what carries into their
    /// highest bits.
    @inline(__always) private static func folded(_ word: UInt64) -> UInt64 {
        let fromA = word &+ 0x3F3F_3F3F_3F3F_3F3F
        let afterZ = word &+ 0x2525_2525_2525_2525
        return word | (fromA & ~afterZ & 0x8080_8080_8080_8080) >> 2
    }
}
