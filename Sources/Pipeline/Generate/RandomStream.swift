// The generator's own source of chance. A stream belongs to one thing (a deal, an account, a quarter) and is derived
// from the seed and that thing's number, so that what it gives depends neither on the order of work nor on threads.

/// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, one addition and one mixing step per number.
struct RandomStream {
    private var state: UInt64

    /// What a stream is for; streams of different subjects are unrelated although their numbers coincide.
    enum Subject: UInt64 {
        case arrival = 1, account, owner, quarter, deal, description
    }

    /// The stream of one thing.
    init(seed: UInt64, _ subject: Subject, _ number: Int) {
        let mixed = RandomStream.mix(seed &+ subject.rawValue &* 0xD1B5_4A32_D192_ED03)
        state = RandomStream.mix(mixed ^ RandomStream.mix(UInt64(bitPattern: Int64(number)) &+ 0x9E37_79B9_7F4A_7C15))
    }

    /// Mixes 64 bits: a bijection in which every input bit moves about half of the output bits.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 64 random bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return RandomStream.mix(state)
    }

    /// An even chance for each number of 0 ..< bound (by multiplication; the bias is below bound ÷ 2^32).
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }

    /// True with a chance of that many in 1,000.
    mutating func chance(_ perMille: Int) -> Bool { below(1_000) < perMille }

    /// A number in (0, 1), never 0, so that its logarithm exists: the middle of one of 2^52 equal steps.
    mutating func unit() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

    /// An exponential waiting time with mean 1.
    mutating func exponential() -> Double { -ExactMath.log(unit()) }

    /// A standard normal deviate by Marsaglia's polar method; the second one is dropped to keep the state a number.
    mutating func normal() -> Double {
        while true {
            let x = 2 * unit() - 1
            let y = 2 * unit() - 1
            let square = x * x + y * y
            if square < 1, square > 0 { return x * (-2 * ExactMath.log(square) / square).squareRoot() }
        }
    }

    /// A lognormal factor with median 1 and this standard deviation of its logarithm.
    mutating func lognormal(_ deviation: Double) -> Double { ExactMath.exp(deviation * normal()) }

    /// An index of a list of weights; `cumulative` holds their running sums, the last of which is the total.
    mutating func pick(_ cumulative: [Int]) -> Int {
        guard let total = cumulative.last, total > 0 else { return 0 }
        let drawn = below(total)
        var index = 0
        while cumulative[index] <= drawn { index += 1 }
        return index
    }
}

extension Array where Element == Int {
    /// The running sums of weights, as `RandomStream.pick` takes them.
    var cumulative: [Int] {
        var sum = 0
        return map {
            sum += $0
            return sum
        }
    }
}
