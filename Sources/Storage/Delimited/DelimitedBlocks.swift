// Large files are scanned in parallel: cut near equal parts, each moved on to the next line end outside of quotes.
//
// Which line ends those are is guessed where no quote is near: then most probably all are. A block that is read to its end
// without an open quote ends where the guess said, and so the next one began where it should; by induction from the
// first, all did. Where that fails, the parity of the quotes before a line end tells, provided that every quote opens,
// closes or doubles: each block checks that for itself (`isRegular`), and the induction is the same. If that fails too,
// the caller scans the file again as one block. The guess saves a pass over all bytes: 8 of 540 ms of processor time for
// an import of 164 MB.
internal import CSystem
internal import Engine
internal import Values

/// Cutting and scanning of blocks.
enum DelimitedBlocks {
    /// Smaller blocks are not worth the cutting: an import of 8.5 MB takes 34 ms whether its scan is shared or not; one of
    /// 164 MB takes 0.29 s with blocks and 0.33 s without.
    static let blockByteCountMin = 1 << 20

    /// The scans of blocks of about `byteCount` bytes, in order; none when one block is enough or where it cannot be told
    /// where rows begin. Throws `EngineError.cancelled`.
    static func scan(
        _ bytes: FileBytes, _ range: Range<Int>, delimiter: UInt8, byteCount size: Int,
        nearByteCount: Int = nearByteCount, _ execution: Execution
    ) throws -> [DelimitedScan] {
        guard range.count >= 2 * size else { return [] }
        let targets = Array(stride(from: range.lowerBound, to: range.upperBound, by: size)) + [range.upperBound]
        let isGuess = bytes.withSpan { bytes in
            targets.dropFirst().dropLast().allSatisfy { hasNoQuote(bytes, within: nearByteCount, of: $0) }
        }
        for isCounting in isGuess ? [false, true] : [true] {
            let areOdd =
                isCounting
                ? try execution.pieces(count: targets.count - 1) { part in
                    bytes.withSpan { quoteCountIsOdd($0.extracting(targets[part]..<targets[part + 1])) }
                } : Array(repeating: false, count: targets.count - 1)
            guard let blocks = bytes.withSpan({ cut($0, range, targets, areOdd) }) else { continue }
            let scans = try execution.pieces(count: blocks.count) { block in
                bytes.withSpan { DelimitedScan($0, blocks[block], delimiter: delimiter) }
            }
            let areClosed = scans.allSatisfy { $0.unclosedQuote == nil && $0.tooLongCell == nil }
            if areClosed, !isCounting || scans.allSatisfy(\.isRegular) { return scans }
        }
        return []
    }

    /// Blocks that each begin at the start of a row, near the targets, if between them there are odd numbers of quotes where
    /// told; `nil` when one is enough or the quotes do not pair up.
    private static func cut(
        _ span: Span<UInt8>, _ range: Range<Int>, _ targets: [Int], _ areOdd: [Bool]
    ) -> [Range<Int>]? {
        let quote = UInt8(ascii: "\"")
        var blocks: [Range<Int>] = []
        var start = range.lowerBound
        var isQuotedAtTarget = false
        for (target, isOdd) in zip(targets.dropFirst(), areOdd) {
            if isOdd { isQuotedAtTarget.toggle() }
            // On to just after the next line end outside of quotes.
            guard target > start else { continue }
            var isQuoted = isQuotedAtTarget
            var index = target
            while index < range.upperBound, isQuoted || span[index - 1] != 10 {
                if span[index] == quote { isQuoted.toggle() }
                index += 1
            }
            if isQuoted { return nil }
            blocks.append(start..<index)
            start = index
        }
        return blocks.count < 2 ? nil : blocks
    }

    private static func hasNoQuote(_ bytes: Span<UInt8>, within nearByteCount: Int, of place: Int) -> Bool {
        let some = max(0, place - nearByteCount)..<min(bytes.count, place + nearByteCount)
        for index in some where bytes[index] == UInt8(ascii: "\"") { return false }
        return true
    }

    /// Some dozens of rows: in a file that quotes texts, hardly any have no quote.
    static let nearByteCount = 4_096

    private static func quoteCountIsOdd(_ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            // SAFETY: the buffer holds as many bytes.
            return unsafe csystem_is_odd(start, buffer.count, UInt8(ascii: "\"")) == 1
        }
    }
}
