// Large files are scanned in parallel: cut near equal parts, each moved on to the next line end outside of quotes.
// Which line ends those are is told by the parity of the quotes before them, provided that every quote opens, closes
// or doubles. Each block checks that for itself (`isRegular`); by induction from the first, regular blocks began
// where they should. If one is not regular, the caller scans the file again as one block.
internal import Engine

/// Cutting and scanning of blocks.
enum DelimitedBlocks {
    /// Below this a second thread costs more than it gains.
    static let blockByteCountMin = 1 << 20

    /// Blocks of about `byteCount` bytes that each begin at the start of a row; `nil` when one is enough or the quotes do
    /// not pair up.
    static func cut(_ bytes: [UInt8], _ range: Range<Int>, byteCount size: Int) -> [Range<Int>]? {
        guard range.count >= 2 * size else { return nil }
        let span = bytes.span
        let quote = UInt8(ascii: "\"")
        var blocks: [Range<Int>] = []
        var start = range.lowerBound
        var isQuoted = false
        var index = start
        while index < range.upperBound {
            let target = min(start + size, range.upperBound)
            if quoteCountIsOdd(span.extracting(index..<target)) { isQuoted.toggle() }
            index = target
            // On to just after the next line end outside of quotes.
            while index < range.upperBound, isQuoted || span[index - 1] != 10 {
                if span[index] == quote { isQuoted.toggle() }
                index += 1
            }
            blocks.append(start..<index)
            start = index
        }
        return isQuoted || blocks.count < 2 ? nil : blocks
    }

    /// Whether the number of quotes is odd. This very form of loop becomes vector code (150 MB in 8 ms); one over
    /// `indices`, or one that keeps only the parity, takes twenty times as long.
    private static func quoteCountIsOdd(_ bytes: Span<UInt8>) -> Bool {
        var count = 0
        var index = 0
        while index < bytes.count {
            count &+= bytes[index] == UInt8(ascii: "\"") ? 1 : 0
            index &+= 1
        }
        return count & 1 == 1
    }

    /// Scans the blocks, several at a time; in their order. Throws `EngineError.cancelled`.
    static func scan(
        _ bytes: [UInt8], _ blocks: [Range<Int>], delimiter: UInt8, _ execution: Execution
    ) throws -> [DelimitedScan] {
        try execution.pieces(count: blocks.count) { DelimitedScan(bytes.span, blocks[$0], delimiter: delimiter) }
    }
}
