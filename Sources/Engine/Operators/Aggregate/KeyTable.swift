// Numbers distinct tuples of 64-bit words 1, 2, 3 …: the hash table behind groups, distinct values and partitions.
//
//   slots  [number or 0]   open addressing, a power of two, at most half full
//   keys   [word × width]  the tuple of number n at (n − 1) × width

import Values

struct KeyTable {
    let width: Int
    private(set) var keys: [UInt64] = []
    private(set) var count = 0
    private var slots: [UInt32]

    init(width: Int) {
        self.width = max(1, width)
        slots = Array(repeating: 0, count: 256)
    }

    /// The word of a number at a place of the tuple.
    func word(_ number: Int, _ place: Int) -> UInt64 { keys[(number - 1) * width + place] }

    /// The number of a one-word tuple.
    @inline(__always) mutating func number(of word: UInt64) -> UInt32 {
        var slot = Int(truncatingIfNeeded: ByteHash.mix(word)) & (slots.count - 1)
        while true {
            let number = slots[slot]
            if number == 0 {
                keys.append(word)
                return inserted(slot)
            }
            if keys[Int(number) - 1] == word { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    /// The number of a two-word tuple.
    @inline(__always) mutating func number(of first: UInt64, _ second: UInt64) -> UInt32 {
        var slot = Int(truncatingIfNeeded: KeyTable.hash(first, second)) & (slots.count - 1)
        while true {
            let number = slots[slot]
            if number == 0 {
                keys.append(first)
                keys.append(second)
                return inserted(slot)
            }
            let place = (Int(number) - 1) * 2
            if keys[place] == first, keys[place + 1] == second { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    /// The numbers of tuples of one or two words, one tuple a row, `second` nil for zeros; 0 for rows that do not count.
    ///
    /// First every row looks where its tuple lies if it is known and nothing stands in its way: loops without a branch
    /// wait for memory many rows at a time. The other rows follow one by one (case by-account-stage: 3.4 → 0.6 s).
    mutating func numbers(of first: [UInt64], _ second: [UInt64]?, _ mask: Mask?) -> [UInt32] {
        precondition(width <= 2 && (second?.count ?? first.count) >= first.count)
        precondition((mask?.count ?? first.count) >= first.count)
        let second = width == 2 ? second ?? [UInt64](repeating: 0, count: first.count) : nil
        var numbers = likely(first, second)
        for row in 0..<first.count where numbers[row] == 0 && mask.map({ $0[row] != 0 }) ?? true {
            numbers[row] = second.map { number(of: first[row], $0[row]) } ?? number(of: first[row])
        }
        return mask.map { Kernel.map(numbers, $0) { $0 & (0 &- UInt32($1)) } } ?? numbers
    }

    /// The numbers of the tuples of another table, both of one word, from its number 1.
    mutating func numbers(ofThoseIn other: KeyTable) -> [UInt32] {
        precondition(width == 1 && other.width == 1)
        var numbers: [UInt32] = []
        numbers.reserveCapacity(other.count + 1)
        for start in stride(from: 0, to: other.count, by: Limits.blockRowCount) {
            let words = Array(other.keys[start..<min(other.count, start + Limits.blockRowCount)])
            numbers += self.numbers(of: words, nil, nil)
        }
        return numbers
    }

    /// The number in the first slot of each tuple if it is its own, else 0.
    private func likely(_ first: [UInt64], _ second: [UInt64]?) -> [UInt32] {
        if count == 0 { return [UInt32](repeating: 0, count: first.count) }
        let bits = slots.count - 1
        // SAFETY: slots are masked to a power of two, and numbers in them are up to the number of tuples; 0 is looked up
        // like 1, and stays 0.
        return unsafe slots.withUnsafeBufferPointer { slots in
            unsafe keys.withUnsafeBufferPointer { keys in
                guard let second else {
                    let found = Kernel.map(first) { unsafe slots[Int(truncatingIfNeeded: ByteHash.mix($0)) & bits] }
                    return Kernel.map(found, first) { unsafe keys[max(Int($0), 1) - 1] == $1 ? $0 : 0 }
                }
                let found = Kernel.map(first, second) {
                    unsafe slots[Int(truncatingIfNeeded: KeyTable.hash($0, $1)) & bits]
                }
                return Kernel.map(found, first, second) { number, a, b in
                    let place = max(Int(number), 1) * 2 - 2
                    let difference = unsafe (keys[place] ^ a) | (keys[place + 1] ^ b)
                    return difference == 0 ? number : 0
                }
            }
        }
    }

    /// The number of a tuple of `width` words.
    mutating func number(of words: [UInt64]) -> UInt32 {
        if width == 1 { return number(of: words[0]) }
        if width == 2 { return number(of: words[0], words[1]) }
        var slot = Int(truncatingIfNeeded: KeyTable.hash(words[...])) & (slots.count - 1)
        while true {
            let number = slots[slot]
            if number == 0 {
                keys.append(contentsOf: words)
                return inserted(slot)
            }
            let first = (Int(number) - 1) * width
            var isEqual = true
            for place in 0..<width where keys[first + place] != words[place] {
                isEqual = false
                break
            }
            if isEqual { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    /// Numbers the tuple that was just added to `keys`.
    private mutating func inserted(_ slot: Int) -> UInt32 {
        count += 1
        slots[slot] = UInt32(truncatingIfNeeded: count)
        let number = UInt32(truncatingIfNeeded: count)
        if count * 2 > slots.count { grow() }
        return number
    }

    private mutating func grow() {
        let size = slots.count * 4
        slots = Array(repeating: 0, count: size)
        for entry in 0..<count {
            let first = entry * width
            let hash =
                switch width {
                case 1: ByteHash.mix(keys[first])
                case 2: KeyTable.hash(keys[first], keys[first + 1])
                default: KeyTable.hash(keys[first..<first + width])
                }
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(truncatingIfNeeded: entry + 1)
        }
    }

    @inline(__always) private static func hash(_ first: UInt64, _ second: UInt64) -> UInt64 {
        ByteHash.mix(first ^ second &* 0xA24B_AED4_963E_E407)
    }

    @inline(__always) private static func hash(_ words: ArraySlice<UInt64>) -> UInt64 {
        var state: UInt64 = 0
        for word in words { state = ByteHash.mix(state ^ word) }
        return state
    }
}
