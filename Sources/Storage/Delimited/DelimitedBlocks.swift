// Large files are scanned in parallel: cut near equal parts, each moved on to the next line end outside of quotes.
// Which line ends those are is told by the parity of the quotes before them, provided that every quote opens, closes
// or doubles. Each block checks that for itself (`isRegular`); by induction from the first, regular blocks began
// where they should. If one is not regular, the caller scans the file again as one block.
internal import CSystem
internal import Engine

/// Cutting and scanning of blocks.
enum DelimitedBlocks {
    /// Below this a second thread costs more than it gains.
    static let blockByteCountMin = 1 << 20

    /// Blocks of about `byteCount` bytes that each begin at the start of a row; `nil` when one is enough or the quotes do
    /// not pair up. Quotes are counted on the threads of `execution`. Throws `EngineError.cancelled`.
    static func cut(
        _ bytes: [UInt8], _ range: Range<Int>, byteCount size: Int, _ execution: Execution
    ) throws -> [Range<Int>]? {
        guard range.count >= 2 * size else { return nil }
        let targets = Array(stride(from: range.lowerBound, to: range.upperBound, by: size)) + [range.upperBound]
        let areOdd = try execution.pieces(count: targets.count - 1) { part in
            quoteCountIsOdd(bytes.span.extracting(targets[part]..<targets[part + 1]))
        }
        let span = bytes.span
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

    private static func quoteCountIsOdd(_ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            // SAFETY: the buffer holds as many bytes.
            return unsafe csystem_is_odd(start, buffer.count, UInt8(ascii: "\"")) == 1
        }
    }

    /// Scans the blocks, several at a time; in their order. Throws `EngineError.cancelled`.
    static func scan(
        _ bytes: [UInt8], _ blocks: [Range<Int>], delimiter: UInt8, _ execution: Execution
    ) throws -> [DelimitedScan] {
        try execution.pieces(count: blocks.count) { DelimitedScan(bytes.span, blocks[$0], delimiter: delimiter) }
    }
}
