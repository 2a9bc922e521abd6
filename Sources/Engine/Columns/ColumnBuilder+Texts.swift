// Whole stretches of texts into a column, as they lie in a file: 9 million cells took 0.29 s of processor time with a call
// for each, 0.21 s so. Texts are copied once into the bytes of the chunk under construction, names are looked up a few at
// a time.

import Values

extension ColumnBuilder {
    /// Appends texts that lie in `bytes`, each as its start in the upper and its end in the lower half of a number; one
    /// without bytes stands for no value. For text and category columns; places outside of the bytes stop here.
    public mutating func append(texts places: [UInt64], in bytes: Span<UInt8>) {
        precondition(valueType.representation == .code || valueType.representation == .text)
        for place in places {
            precondition(place >> 32 <= place & 0xFFFF_FFFF && place & 0xFFFF_FFFF <= UInt64(bytes.count))
        }
        // SAFETY: all places are within the bytes.
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe places.withUnsafeBufferPointer { places in
                var first = 0
                while first < places.count {
                    let end = min(places.count, first + Limits.chunkRowCount - pendingCount)
                    let some = unsafe UnsafeBufferPointer(rebasing: places[first..<end])
                    if valueType.representation == .code {
                        unsafe appendNames(some, source)
                    } else {
                        unsafe appendTexts(some, source)
                    }
                    advance(rowCount: end - first)
                    first = end
                }
            }
        }
    }

    private mutating func appendNames(_ places: UnsafeBufferPointer<UInt64>, _ source: UnsafeBufferPointer<UInt8>) {
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: places.count) { found in
            guard let start = found.baseAddress else { return }
            unsafe found.initialize(repeating: 0)
            if unsafe !names.numbers(of: places, in: source, start) {
                excess = .tooLarge(what: "names of a category", limit: Int(UInt32.max))
            }
            unsafe codes.append(contentsOf: found)
        }
    }

    private mutating func appendTexts(_ places: UnsafeBufferPointer<UInt64>, _ source: UnsafeBufferPointer<UInt8>) {
        let first = bytes.count
        var end = first
        for index in 0..<places.count {
            let place = unsafe places[index]
            if place >> 32 == place & 0xFFFF_FFFF { markMissing(pendingCount + index) }
            end += Int(place & 0xFFFF_FFFF) - Int(place >> 32)
            offsets.append(UInt32(truncatingIfNeeded: end))
        }
        guard end <= Int(UInt32.max) else {
            excess = .tooLarge(what: "text of 65,536 rows", limit: Int(UInt32.max))
            for index in offsets.indices.suffix(places.count) { offsets[index] = UInt32(first) }
            return
        }
        // Short texts are copied 32 bytes at a time, what is too much being overwritten by the next ones.
        let spare = 32
        bytes.append(contentsOf: repeatElement(0, count: end - first + spare))
        unsafe bytes.withUnsafeMutableBytes { target in
            guard var to = unsafe target.baseAddress.map({ unsafe $0 + first }), let from = source.baseAddress else {
                return
            }
            for index in 0..<places.count {
                let place = unsafe places[index]
                let start = Int(place >> 32)
                let count = Int(place & 0xFFFF_FFFF) - start
                // SAFETY: `spare` bytes are behind the last text, and the source is asked for no more than it has.
                let text = unsafe UnsafeRawPointer(from + start)
                if count <= spare, start + spare <= source.count {
                    unsafe to.storeBytes(
                        of: text.loadUnaligned(as: SIMD32<UInt8>.self), as: SIMD32<UInt8>.self)
                } else {
                    unsafe to.copyMemory(from: text, byteCount: count)
                }
                unsafe to += count
            }
        }
        bytes.removeLast(spare)
    }
}
