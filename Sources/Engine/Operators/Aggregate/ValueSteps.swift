// Amounts are rarely known to the cent: the values of a column are mostly multiples of a hundred dollars, and their range
// in such steps is short enough for an array with a place for each. The step is guessed from some rows, and each value
// is checked where its place is computed, by the same multiplication; a value between the places stops the operator,
// which begins again without the guess. Group by a number with many values: 28.4 → 8.5 ms (case by-value).

import CSystem
import Values

/// The values low, low + step, low + 2 × step …
struct ValueSteps: Sendable {
    /// A value lies between the places.
    struct Missed: Error {}

    /// Rows looked at for a guess: so many chunks, so many rows of each.
    private static let sampledChunkCount = 16
    private static let sampledRowCount = 256

    let low: Int64
    let step: Int64
    /// How many places there are.
    let count: Int
    /// The number whose product with the odd part of the step is 1, wrapping.
    private let inverse: UInt64
    /// How often the step can be halved.
    private let twos: UInt64
    /// Whether all values less `low` fit 4 bytes.
    private let isNarrow: Bool

    /// The steps of a column whose values have these bounds; nil when the sampled ones have none but 1.
    init?(_ column: Int, _ bounds: Bounds.Range, _ table: Table) throws {
        let sample = try Evaluator(table).integers(column: column, .rows(ValueSteps.sample(table.rowCount)))
        var known: Int64?
        var step: UInt64 = 0
        for (index, value) in sample.values.enumerated() where sample.present.map({ $0[index] != 0 }) ?? true {
            let from = known ?? value
            known = from
            let distance = value > from ? value.magnitude(above: from) : from.magnitude(above: value)
            if step == 0 || distance % step != 0 { step = ValueSteps.divisor(step, distance) }
            if step == 1 { return nil }
        }
        guard let known, step > 1, let step = Int64(exactly: step) else { return nil }
        // The lowest value of all may be one that was not looked at, or less than any.
        low = bounds.lower &+ Int64(known.magnitude(above: bounds.lower) % UInt64(step))
        guard low >= bounds.lower, low <= bounds.upper else { return nil }
        self.step = step
        let range = bounds.upper.magnitude(above: low)
        count = Int(range / UInt64(step)) + 1
        twos = UInt64(step.trailingZeroBitCount)
        let odd = UInt64(step) >> twos
        // Newton's iteration: each round doubles the number of right bits, of which the odd number itself has three.
        var inverse = odd
        for _ in 0..<5 { inverse = inverse &* (2 &- odd &* inverse) }
        self.inverse = inverse
        isNarrow = range <= UInt64(UInt32.max)
    }

    private static func divisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    /// Rows from all over the table.
    private static func sample(_ rowCount: Int) -> [Int32] {
        let chunkCount = (rowCount + Limits.chunkRowCount - 1) / Limits.chunkRowCount
        let sampled = min(chunkCount, sampledChunkCount)
        return (0..<sampled).flatMap { place in
            let first = (place * chunkCount / sampled) << 16
            let count = min(Limits.chunkRowCount, rowCount - first)
            return stride(from: 0, to: count, by: max(1, count / sampledRowCount)).map { Int32(first + $0) }
        }
    }

    /// The value at a place.
    func value(_ place: Int) -> Int64 { low + Int64(place) * step }

    /// 0 for missing values of the column, else 1 + the place; throws `Missed` when a value has none.
    ///
    /// With x = value − low, the place is x ÷ step exactly when x × inverse, its lowest `twos` bits brought to the top, is
    /// below the number of places: whatever is no multiple, or lies elsewhere, gives a larger number.
    func parts(_ column: Int, _ block: Block, _ evaluator: Evaluator) throws -> [UInt32] {
        let last = UInt32(truncatingIfNeeded: count)
        var found: [UInt32]
        let present: Mask?
        if let stored = try stored(column, block, evaluator) {
            found = stored
            present = try evaluator.present(column, block)
        } else {
            let values = try evaluator.integers(column: column, block)
            present = values.present
            let (low, inverse, twos) = (low, inverse, twos)
            found = Kernel.map(values.values) { value in
                let product = UInt64(bitPattern: value &- low) &* inverse
                let place = product &>> twos | product &<< (0 &- twos)
                return UInt32(truncatingIfNeeded: min(place, UInt64(last))) &+ 1
            }
        }
        found = KeyDomain.present(found, present)
        guard Kernel.reduce(found, 0, { max($0, $1) }) <= last else { throw Missed() }
        return found
    }

    /// The parts of neighbouring rows from stored values of up to 4 bytes, as if none were missing; a part above the
    /// number of places for those without one. Nil where the rows do not lie so.
    private func stored(_ column: Int, _ block: Block, _ evaluator: Evaluator) throws -> [UInt32]? {
        guard isNarrow, case .run(let chunk, let start) = block.place else { return nil }
        let reader = try evaluator.reader(column, chunk)
        guard reader.width <= 4 else { return nil }
        let address = unsafe reader.values + start * reader.width
        let shift = UInt32(truncatingIfNeeded: reader.base &- low)
        let (inverse, twos) = (UInt32(truncatingIfNeeded: inverse), UInt32(truncatingIfNeeded: twos))
        let last = UInt32(truncatingIfNeeded: count)
        return unsafe [UInt32](unsafeUninitializedCapacity: block.count) { output, done in
            done = block.count
            guard done > 0, let parts = output.baseAddress else { return }
            // SAFETY: the block's rows lie in the chunk from `start` on; output has room for a part of each.
            switch reader.width {
            case 1:
                unsafe csystem_places_8(
                    address.assumingMemoryBound(to: UInt8.self), done, shift, inverse, twos, last, parts)
            case 2:
                unsafe csystem_places_16(
                    address.assumingMemoryBound(to: UInt16.self), done, shift, inverse, twos, last, parts)
            default:
                unsafe csystem_places_32(
                    address.assumingMemoryBound(to: UInt32.self), done, shift, inverse, twos, last, parts)
            }
        }
    }
}

extension Int64 {
    /// The distance from a number that is not above this one.
    fileprivate func magnitude(above other: Int64) -> UInt64 { UInt64(bitPattern: self &- other) }
}
