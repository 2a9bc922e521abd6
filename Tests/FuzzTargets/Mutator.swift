// Small changes of known inputs, from a seed: what finds most faults of readers without knowing their insides. For formats
// with checksums `seal` makes them right again, or nothing behind them would ever be reached.

/// Makes inputs.
public struct Mutator: RandomNumberGenerator {
    private var state: UInt64
    private let corpus: [[UInt8]]
    private static let numbers: [UInt64] = [
        0, 1, 2, 7, 8, 63, 64, 127, 128, 255, 256, 4095, 4096, 65_535, 65_536, 1 << 31 - 1, 1 << 31, 1 << 32 - 1,
        1 << 32, 1 << 40, 1 << 62, 1 << 63 - 1, 1 << 63, .max - 7, .max,
    ]

    /// A mutator of known inputs, at least one.
    public init(seed: UInt64, corpus: [[UInt8]]) {
        state = seed
        self.corpus = corpus.isEmpty ? [[]] : corpus
    }

    /// The next random word (splitmix64).
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    private mutating func below(_ count: Int) -> Int { count <= 0 ? 0 : Int(next() % UInt64(count)) }

    /// One of the known inputs, changed in a few places.
    public mutating func input() -> [UInt8] {
        var bytes = corpus[below(corpus.count)]
        for _ in 0...below(4) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        let length = min(bytes.count - place, 1 + below(below(3) == 0 ? 64 : 4))
        switch below(9) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
        case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: next())
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: below(bytes.count + 1))
        case 4:
            let count = [1, 2, 4, 8][below(4)]
            let number = Mutator.numbers[below(Mutator.numbers.count)] &+ UInt64(below(3)) &- 1
            for index in 0..<min(count, bytes.count - place) {
                bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
            }
        case 5:
            let other = corpus[below(corpus.count)]
            let start = below(other.count)
            bytes.insert(contentsOf: other[start..<start + min(other.count - start, 1 + below(40))], at: place)
        case 6: bytes.removeLast(min(bytes.count, below(below(4) == 0 ? bytes.count + 1 : 9)))
        case 7: bytes.insert(contentsOf: (0...below(4)).map { _ in UInt8(truncatingIfNeeded: next()) }, at: place)
        default:
            let other = below(bytes.count + 1)
            if place < bytes.count, other < bytes.count { bytes.swapAt(place, other) }
        }
    }
}
