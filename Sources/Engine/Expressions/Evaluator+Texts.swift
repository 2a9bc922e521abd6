// Text expressions: references to bytes wherever they already lie.

import Values

extension Evaluator {
    func texts(_ node: TextNode, _ block: Block, _ active: Mask?) throws -> Texts {
        switch node {
        case .column(let column): return try texts(column: column, block)
        case .category(let column):
            let names = try names(column)
            return Texts(
                refs: Kernel.map(try codes(column: column, block)) { code in
                    code == 0 || Int(code) > names.count ? .missing : unsafe TextRef(names.name(Int(code) - 1))
                })
        case .constant(let list):
            return Texts(refs: Array(repeating: list.ref(0), count: block.count), owners: [list])
        case .missing: return Texts(refs: Array(repeating: .missing, count: block.count))
        case .lower(let value):
            let a = try texts(value, block, active)
            return withExtendedLifetime(a) {
                let list = TextList(a.refs.map { $0.isPresent ? TextOrder.folded($0.string) : nil })
                return Texts(refs: a.refs.indices.map { list.ref($0) }, owners: [list])
            }
        case .conditional(let test, let first, let second):
            let mask = try condition(test, block, active)
            let a = try texts(first, block, first.canFail ? MaskKernel.and(active, mask) : active)
            let b = try texts(second, block, second.canFail ? MaskKernel.and(active, MaskKernel.not(mask)) : active)
            return Texts(
                refs: Kernel.map(a.refs, b.refs, mask) { $2 == 0 ? $1 : $0 }, owners: a.owners + b.owners)
        case .fallback(let first, let second):
            let a = try texts(first, block, active)
            let mask = Kernel.map(a.refs) { $0.isPresent ? UInt8(1) : 0 }
            let b = try texts(second, block, second.canFail ? MaskKernel.and(active, MaskKernel.not(mask)) : active)
            return Texts(
                refs: Kernel.map(a.refs, b.refs, mask) { $2 == 0 ? $1 : $0 }, owners: a.owners + b.owners)
        case .lookup(let column, let numbers, let list):
            let refs = Kernel.map(try codes(column: column, block)) { code in
                Int(code) < numbers.count ? list.ref(Int(numbers[Int(code)])) : .missing
            }
            return Texts(refs: refs, owners: [list])
        }
    }

    private func texts(column: Int, _ block: Block) throws -> Texts {
        var refs = [TextRef](repeating: .missing, count: block.count)
        switch block.place {
        case .run(let chunk, let start):
            let reader = try reader(column, chunk)
            for index in 0..<block.count where reader.isPresent(start + index) {
                refs[index] = unsafe TextRef(reader.textBytes(start + index))
            }
        case .rows(let rows):
            try gather(column, rows) { index, reader, row in
                if reader.isPresent(row) { refs[index] = unsafe TextRef(reader.textBytes(row)) }
            }
        }
        return Texts(refs: refs)
    }
}

enum TextKernel {
    /// The number of characters as people count them.
    static func characterCount(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
        var wide = false
        for index in 0..<text.count where unsafe text[index] >= 0x80 || text[index] == 13 { wide = true }
        return wide ? Int64(unsafe String(decoding: text, as: UTF8.self).count) : Int64(text.count)
    }
}
