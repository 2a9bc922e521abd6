// Numbers distinct tuples of 64-bit words 1, 2, 3 …: the hash table behind groups, distinct values and partitions.
//
//   slots  [number or 0]   open addressing, a power of two, at most half full
//   keys   [word × width]  the tuple of number n at (n − 1) × width

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

    /// The numbers of two-word tuples, one tuple a row, `second` nil for zeros; 0 for rows that do not count.
    ///
    /// Known tuples are found in a loop over bare memory, which new ones leave: the slots may move then (35 → 29 ms for
    /// 10 million rows with 2,000 tuples).
    mutating func numbers(of first: [UInt64], _ second: [UInt64]?, _ mask: Mask?) -> [UInt32] {
        precondition(width == 2 && (second?.count ?? first.count) >= first.count)
        precondition((mask?.count ?? first.count) >= first.count)
        var numbers = [UInt32](repeating: 0, count: first.count)
        var row = 0
        while let slot = known(first, second, mask, &numbers, &row) {
            keys.append(first[row])
            keys.append(second?[row] ?? 0)
            numbers[row] = inserted(slot)
            row += 1
        }
        return numbers
    }

    /// Numbers rows from `row` on until one has a new tuple; gives the slot for that, nil at the end.
    private func known(
        _ first: [UInt64], _ second: [UInt64]?, _ mask: Mask?, _ numbers: inout [UInt32], _ row: inout Int
    ) -> Int? {
        let bits = slots.count - 1
        var index = row
        defer { row = index }
        // SAFETY: rows stay below the counts checked by the caller, slots below a power of two, numbers below count.
        return unsafe slots.withUnsafeBufferPointer { slots in
            unsafe keys.withUnsafeBufferPointer { keys in
                unsafe first.withUnsafeBufferPointer { first in
                    unsafe (second ?? []).withUnsafeBufferPointer { other in
                        unsafe numbers.withUnsafeMutableBufferPointer { numbers in
                            while index < first.count {
                                if let mask, mask[index] == 0 {
                                    index += 1
                                    continue
                                }
                                let (a, b) = unsafe (first[index], other.isEmpty ? 0 : other[index])
                                var slot = Int(truncatingIfNeeded: KeyTable.hash(a, b)) & bits
                                while true {
                                    let number = unsafe slots[slot]
                                    if number == 0 { return slot }
                                    let place = Int(number) * 2 - 2
                                    if unsafe keys[place] == a, unsafe keys[place + 1] == b {
                                        unsafe numbers[index] = number
                                        break
                                    }
                                    slot = (slot + 1) & bits
                                }
                                index += 1
                            }
                            return nil
                        }
                    }
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
