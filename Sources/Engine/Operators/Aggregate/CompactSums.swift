// Sums of very many groups in 4 bytes each, because they are added to in no order: what matters is how many of them lie
// in the nearest caches, and that each thread holds all of them (case by-account-top: 52 → 35 ms).
//
// Where a sum leaves the 4 bytes its low half goes on in them, wrapped, and how often it left is kept aside. With too
// many of such departures the owner takes wider sums.

/// The sum of each group, exactly.
struct CompactSums {
    /// The sums modulo 2³², from −2³¹.
    private var low: [Int32] = []
    /// How many times 2³² must be added to a group's `low`.
    private var carries: [UInt32: Int32] = [:]
    /// Which numbers may have carries, by their lowest bits: all sums are read, and few have any.
    private var mayCarry = Mask(repeating: 0, count: 4_096)
    private var departureCount = 0

    var count: Int { low.count }

    /// Whether wider sums would be quicker.
    var isCrowded: Bool { departureCount > low.count / 4 }

    /// The sum of a group.
    subscript(number: Int) -> Int64 {
        guard mayCarry[number & 4_095] != 0 else { return Int64(low[number]) }
        return Int64(low[number]) + Int64(carries[UInt32(truncatingIfNeeded: number)] ?? 0) << 32
    }

    /// Extends the sums for group numbers below `bound`.
    mutating func grow(_ bound: Int) { Accumulator.extend(&low, bound, 0) }

    /// Adds each value to the sum of its number.
    mutating func add(_ numbers: [UInt32], _ values: [Int32]) {
        precondition(values.count >= numbers.count)
        var departures: [Int] = []
        unsafe low.withUnsafeMutableBufferPointer { low in
            unsafe numbers.withUnsafeBufferPointer { numbers in
                unsafe values.withUnsafeBufferPointer { values in
                    for index in 0..<numbers.count {
                        let number = unsafe Int(numbers[index])
                        precondition(number < low.count)
                        let (sum, isOver) = unsafe low[number].addingReportingOverflow(values[index])
                        unsafe low[number] = sum
                        if isOver { departures.append(index) }
                    }
                }
            }
        }
        for index in departures { depart(numbers[index], values[index]) }
    }

    /// Adds the sums of other rows of the same groups.
    mutating func add(_ other: CompactSums) {
        grow(other.count)
        for number in other.low.indices {
            let (sum, isOver) = low[number].addingReportingOverflow(other.low[number])
            low[number] = sum
            if isOver { depart(UInt32(truncatingIfNeeded: number), other.low[number]) }
        }
        for (number, carry) in other.carries { carries[number, default: 0] += carry }
        Kernel.update(&mayCarry, other.mayCarry) { $0 | $1 }
        departureCount += other.departureCount
    }

    private mutating func depart(_ number: UInt32, _ value: Int32) {
        carries[number, default: 0] += value < 0 ? -1 : 1
        mayCarry[Int(number & 4_095)] = 1
        departureCount += 1
    }
}
