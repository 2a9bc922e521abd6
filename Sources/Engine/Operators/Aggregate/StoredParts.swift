// The numbers of groups that a function of one column gives, straight from the stored values of neighbouring rows: its
// quarter for each day. Rows mostly lie in order of time, so that a chunk holds a few days and a quarter begins in it once
// or not at all: then a comparison with each such beginning takes the place of a look into the table for every row, which
// no vector instruction does (case by-quarter).

import Values

/// A table of a function's parts: `parts[v − low]` for each value v.
struct StoredParts {
    let low: Int64
    let parts: [UInt32]

    /// The beginnings of other parts between the bounds of a chunk; at most so many are compared with.
    private static let stepCountMax = 3
    /// Bounds further apart than this are not looked through: it would be done for each block of rows.
    private static let rangeMax = 512

    /// The part of each of the rows of a chunk whose base is at least `low`; nil for values of 8 bytes.
    func found(_ reader: ChunkReader, start: Int, count: Int) -> [UInt32]? {
        guard reader.base >= low else { return nil }
        let address = unsafe reader.values + start * reader.width
        switch reader.width {
        case 1: return unsafe found(address, UInt8.self, reader, count)
        case 2: return unsafe found(address, UInt16.self, reader, count)
        case 4: return unsafe found(address, UInt32.self, reader, count)
        default: return nil
        }
    }

    @inline(__always) private func found<Stored: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ address: UnsafeRawPointer, _ stored: Stored.Type, _ reader: ChunkReader, _ count: Int
    ) -> [UInt32] {
        if let (first, steps) = steps(Stored.self, reader) {
            if steps.isEmpty { return [UInt32](repeating: first, count: count) }
            // A step that is none adds 0.
            let none = (from: Stored.max, rise: UInt32(0))
            let one = steps[0]
            let two = steps.count > 1 ? steps[1] : none
            let three = steps.count > 2 ? steps[2] : none
            // SAFETY: the caller's address has `count` values.
            return unsafe Kernel.load(address, Stored.self, count) { value in
                first &+ ((0 &- (value >= one.from ? 1 : 0)) & one.rise)
                    &+ ((0 &- (value >= two.from ? 1 : 0)) & two.rise)
                    &+ ((0 &- (value >= three.from ? 1 : 0)) & three.rise)
            }
        }
        let shift = UInt64(bitPattern: reader.base &- low)
        let last = UInt64(parts.count - 1)
        return unsafe parts.withUnsafeBufferPointer { parts in
            // SAFETY: places are cut to the last part.
            unsafe Kernel.load(address, Stored.self, count) { unsafe parts[Int(min(UInt64($0) &+ shift, last))] }
        }
    }

    /// The part of the lowest stored value, and from which stored values on the part is another, by how much (wrapping);
    /// nil when there are too many such values. Whatever the bytes hold, the sums are parts of the table.
    private func steps<Stored: FixedWidthInteger & UnsignedInteger>(
        _ stored: Stored.Type, _ reader: ChunkReader
    ) -> (first: UInt32, steps: [(from: Stored, rise: UInt32)])? {
        let lowest = reader.minimum.subtractingReportingOverflow(low)
        let highest = reader.maximum.subtractingReportingOverflow(low)
        guard !lowest.overflow, !highest.overflow, lowest.partialValue >= 0,
            highest.partialValue < Int64(parts.count), lowest.partialValue <= highest.partialValue,
            highest.partialValue - lowest.partialValue <= StoredParts.rangeMax
        else { return nil }
        var first = parts[Int(lowest.partialValue)]
        var last = first
        var steps: [(from: Stored, rise: UInt32)] = []
        for place in Int(lowest.partialValue)...Int(highest.partialValue) where parts[place] != last {
            let rise = parts[place] &- last
            last = parts[place]
            let from = Int64(place) &+ low &- reader.base
            // Bounds may be loose: a step below every stored value is always taken, one above all of them never.
            if from <= 0 {
                first = first &+ rise
            } else if let from = Stored(exactly: from) {
                guard steps.count < StoredParts.stepCountMax else { return nil }
                steps.append((from, rise))
            }
        }
        return (first, steps)
    }
}
