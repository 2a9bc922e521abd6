// Conditions as byte masks. Comparisons of a column with constants work on the stored narrow values and touch
// nothing else.

import Values

extension Evaluator {
    /// 1 for each row where the condition holds.
    func condition(_ node: ConditionNode, _ block: Block, _ active: Mask?) throws -> Mask {
        switch node {
        case .constant(let value): return Mask(repeating: value ? 1 : 0, count: block.count)
        case .integerRange(let column, let lower, let upper):
            if case .run(let chunk, let start) = block.place {
                let reader = try reader(column, chunk)
                let mask = try storedRange(reader, start, block.count, lower, upper)
                // A missing row holds 0, the place of the base: a range above the base leaves it out by itself.
                if lower > reader.base { return mask }
                return MaskKernel.and(try present(column, block), mask) ?? mask
            }
            return among(try integers(column: column, block)) { $0 >= lower && $0 <= upper }
        case .realRange(let column, let lower, let upper):
            let a = try reals(column: column, block)
            let mask = Kernel.map(a.values) { ($0 >= lower ? UInt8(1) : 0) & ($0 <= upper ? 1 : 0) }
            return MaskKernel.and(a.present, mask) ?? mask
        case .codeTruth(let column, let truth): return try codeTruth(column, truth, block)
        case .columnMissing(let column):
            if table.columns[column].representation == .code {
                return Kernel.map(try codes(column: column, block)) { $0 == 0 ? 1 : 0 }
            }
            return try missing(present(column, block), block.count)
        case .integerMissing(let value): return missing(try integers(value, block, active).present, block.count)
        case .realMissing(let value): return missing(try reals(value, block, active).present, block.count)
        case .textMissing(let value): return Kernel.map(try texts(value, block, active).refs) { $0.isPresent ? 0 : 1 }
        case .compareIntegers(let comparison, let a, let b):
            let (a, b) = (try integers(a, block, active), try integers(b, block, active))
            return compared(comparison, a.values, b.values, MaskKernel.and(a.present, b.present))
        case .compareReals(let comparison, let a, let b):
            let (a, b) = (try reals(a, block, active), try reals(b, block, active))
            return compared(comparison, a.values, b.values, MaskKernel.and(a.present, b.present))
        case .compareTexts(let comparison, let a, let b):
            let (a, b) = (try texts(a, block, active), try texts(b, block, active))
            return withExtendedLifetime((a, b)) {
                Kernel.map(a.refs, b.refs) { a, b in
                    guard a.isPresent, b.isPresent else { return 0 }
                    return unsafe comparison.holds(TextOrder.foldedOrder(a.bytes, b.bytes)) ? 1 : 0
                }
            }
        case .integerBetween(let value, let lower, let upper):
            return among(try integers(value, block, active)) { $0 >= lower && $0 <= upper }
        case .integerAmong(let value, let wanted):
            return among(try integers(value, block, active)) { wanted.contains($0) }
        case .realAmong(let value, let wanted):
            let a = try reals(value, block, active)
            let mask = Kernel.map(a.values) { wanted.contains($0) ? UInt8(1) : 0 }
            return MaskKernel.and(a.present, mask) ?? mask
        case .textAmong(let value, let wanted):
            return tested(try texts(value, block, active)) { wanted.contains(TextOrder.folded($0.string)) }
        case .textTest(let value, let search):
            if case .column(let column) = value, case .run(let chunk, let start) = block.place,
                let mask = try containing(try reader(column, chunk), start, block.count, search)
            {
                return mask
            }
            return tested(try texts(value, block, active)) { unsafe search.finds($0.bytes) }
        case .textEqual(let column, let wanted): return try equal(column, wanted, block)
        case .textMatches(let value, let pattern):
            let matcher = matcher(pattern)
            return tested(try texts(value, block, active)) { unsafe matcher.finds($0.bytes) }
        case .truth(let value): return among(try integers(value, block, active)) { $0 != 0 }
        case .not(let value): return MaskKernel.not(try condition(value, block, active))
        case .and(let all):
            var result: Mask?
            for part in all {
                if let result, !MaskKernel.any(result) { return result }
                let mask = try condition(part, block, part.canFail ? MaskKernel.and(active, result) : active)
                result = MaskKernel.and(result, mask)
            }
            return result ?? MaskKernel.all(block.count)
        case .or(let all):
            var result = MaskKernel.none(block.count)
            for part in all {
                let open = part.canFail ? MaskKernel.and(active, MaskKernel.not(result)) : active
                result = MaskKernel.or(result, try condition(part, block, open))
            }
            return result
        }
    }

    private func containing(_ reader: ChunkReader, _ start: Int, _ count: Int, _ search: TextSearch) throws -> Mask? {
        guard let text = unsafe reader.text else { return nil }
        let offsets = unsafe reader.values.assumingMemoryBound(to: UInt32.self) + start
        return unsafe search.containing(UnsafeBufferPointer(start: text, count: reader.textByteCount), offsets, count)
    }

    private func equal(_ column: Int, _ wanted: TextEquality, _ block: Block) throws -> Mask {
        guard case .run(let chunk, let start) = block.place else {
            return tested(try texts(.column(column), block, nil)) { unsafe wanted.isEqual($0.bytes) }
        }
        let reader = try reader(column, chunk)
        let offsets = unsafe reader.values.assumingMemoryBound(to: UInt32.self) + start
        let bytes = unsafe UnsafeBufferPointer(start: reader.text, count: reader.text == nil ? 0 : reader.textByteCount)
        let mask = unsafe wanted.equal(bytes, offsets, block.count)
        return MaskKernel.and(try present(column, block), mask) ?? mask
    }

    /// The rows of a chunk whose texts equal the wanted one, where the texts are known to ascend; nil otherwise. Counts as
    /// a search of the chunk.
    func ascendingRows(_ column: Int, _ wanted: TextEquality, _ chunk: Int) throws -> Range<Int>? {
        let reader = try reader(column, chunk)
        let stored = table.columns[column].chunks[chunk]
        guard stored.layout.missingCount == 0, AscendingTexts.areKnown(stored, reader) else { return nil }
        let offsets = unsafe reader.values.assumingMemoryBound(to: UInt32.self)
        let bytes = unsafe UnsafeBufferPointer(start: reader.text, count: reader.text == nil ? 0 : reader.textByteCount)
        return unsafe wanted.rows(amongAscending: bytes, offsets, stored.rowCount)
    }

    private func missing(_ present: Mask?, _ count: Int) -> Mask {
        present.map(MaskKernel.not) ?? MaskKernel.none(count)
    }

    @inline(__always) private func among(_ a: Integers, _ test: (Int64) -> Bool) -> Mask {
        let mask = Kernel.map(a.values) { test($0) ? UInt8(1) : 0 }
        return MaskKernel.and(a.present, mask) ?? mask
    }

    @inline(__always) private func tested(_ texts: Texts, _ test: (TextRef) -> Bool) -> Mask {
        withExtendedLifetime(texts) { Kernel.map(texts.refs) { $0.isPresent && test($0) ? 1 : 0 } }
    }

    private func compared<Value: Comparable>(
        _ comparison: Comparison, _ a: [Value], _ b: [Value], _ present: Mask?
    ) -> Mask {
        let mask: Mask
        switch comparison {
        case .equal: mask = Kernel.map(a, b) { $0 == $1 ? 1 : 0 }
        case .notEqual: mask = Kernel.map(a, b) { $0 == $1 ? 0 : 1 }
        case .less: mask = Kernel.map(a, b) { $0 < $1 ? 1 : 0 }
        case .lessOrEqual: mask = Kernel.map(a, b) { $0 <= $1 ? 1 : 0 }
        case .greater: mask = Kernel.map(a, b) { $0 > $1 ? 1 : 0 }
        case .greaterOrEqual: mask = Kernel.map(a, b) { $0 >= $1 ? 1 : 0 }
        }
        return MaskKernel.and(present, mask) ?? mask
    }

    /// lower ≤ value ≤ upper on the stored unsigned values; validity not considered.
    private func storedRange(
        _ reader: ChunkReader, _ start: Int, _ count: Int, _ lower: Int64, _ upper: Int64
    ) throws -> Mask {
        let limit: UInt64 = reader.width == 8 ? .max : (1 << UInt64(reader.width * 8)) - 1
        guard upper >= reader.base else { return MaskKernel.none(count) }
        let low = lower <= reader.base ? 0 : UInt64(bitPattern: lower &- reader.base)
        let high = min(limit, UInt64(bitPattern: upper &- reader.base))
        guard low <= high else { return MaskKernel.none(count) }
        if low == 0 && high == limit { return MaskKernel.all(count) }
        return unsafe MaskKernel.range(reader.values + start * reader.width, reader.width, count, low, high)
    }

    private func codeTruth(_ column: Int, _ truth: [UInt8], _ block: Block) throws -> Mask {
        // Neighbouring codes are a range, which needs no table.
        if let first = truth.firstIndex(of: 1), let last = truth.lastIndex(of: 1) {
            if case .run(let chunk, let start) = block.place, truth[first...last].allSatisfy({ $0 == 1 }) {
                let reader = try reader(column, chunk)
                let limit: UInt64 = (1 << UInt64(reader.width * 8)) - 1
                guard UInt64(first) <= limit else { return MaskKernel.none(block.count) }
                return unsafe MaskKernel.range(
                    reader.values + start * reader.width, reader.width, block.count, UInt64(first),
                    min(limit, UInt64(last)))
            }
            return Kernel.map(try codes(column: column, block)) { Int($0) < truth.count ? truth[Int($0)] : 0 }
        }
        return MaskKernel.none(block.count)
    }
}
