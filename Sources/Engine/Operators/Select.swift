// Finding rows: conditions become sets of rows, counts, or lists of row numbers.

import Values

extension Execution {
    /// The rows that satisfy the relation's condition, found now: a relation without a pending condition.
    public func select(_ relation: Relation) throws -> Relation {
        guard relation.condition != nil else { return relation }
        if case .ordered = relation.rows { return Relation(relation.table, rows: .ordered(try rows(relation))) }
        let scan = try Scan(relation)
        let chunkCount = (relation.table.rowCount + Limits.chunkRowCount - 1) / Limits.chunkRowCount
        let parts = try each(scan) { item, evaluator -> (chunk: Int, rows: ChunkRows, count: Int) in
            var found = FoundRows()
            var chunk = 0
            try scan.forEachBlock(item, evaluator, cancellation) { block, mask in
                chunk = Int(block.row(0)) >> 16
                found.add(block, mask)
            }
            return (chunk, found.rows, found.count)
        }
        var set = RowSet(chunks: Array(repeating: .none, count: chunkCount), count: 0)
        for part in parts where part.count > 0 {
            set.chunks[part.chunk] = part.rows
            set.count += part.count
        }
        return Relation(relation.table, rows: .selected(set))
    }

    /// How many rows the relation has.
    public func count(_ relation: Relation) throws -> Int {
        if relation.condition == nil {
            switch relation.rows {
            case .all: return relation.table.liveRowCount
            case .ordered(let rows): return rows.count
            case .selected: break
            }
        }
        let scan = try Scan(relation)
        let counts = try each(scan) { item, evaluator in
            var count = 0
            try scan.forEachBlock(item, evaluator, cancellation) { block, mask in
                count += mask.map(MaskKernel.count) ?? block.count
            }
            return count
        }
        return counts.reduce(0, +)
    }

    /// The row numbers of the relation, in its order.
    public func rows(_ relation: Relation) throws -> [Int32] {
        if relation.condition == nil, case .ordered(let rows) = relation.rows { return rows }
        let scan = try Scan(relation)
        let parts = try each(scan) { item, evaluator in
            var rows: [Int32] = []
            try scan.forEachBlock(item, evaluator, cancellation) { block, mask in
                switch (block.place, mask) {
                case (.run(let chunk, let start), let mask?):
                    rows.append(contentsOf: MaskKernel.places(mask, first: chunk << 16 + start))
                case (.rows(let all), let mask?):
                    for index in all.indices where mask[index] != 0 { rows.append(all[index]) }
                case (_, nil): rows.append(contentsOf: block.numbers)
                }
            }
            return rows
        }
        return parts.count == 1 ? parts[0] : Array(parts.joined())
    }

    /// The results of `body` for every item of a scan, in order; each thread has an evaluator of its own.
    func each<Result>(_ scan: Scan, _ body: @escaping (Int, Evaluator) throws -> Result) throws -> [Result] {
        let table = scan.table
        return try parallel(scan.itemCount, scale: 4, context: { Evaluator(table) }, body)
    }

    /// The results of `body` for items 0 ..< count, in order, on several threads when there are more than `scale`
    /// items; `context` makes what each thread keeps for itself.
    func parallel<Context, Result>(
        _ count: Int, scale: Int, context: @escaping () -> Context, _ body: @escaping (Int, Context) throws -> Result
    ) throws -> [Result] {
        let threads = count > scale ? threadCount : 1
        let results = Slots<Result>(count)
        let contexts = Slots<Context>(threads)
        try Workers.run(count: count, threadCount: threads, cancellation: cancellation) { worker, item in
            let own: Context
            if let known = contexts[worker] {
                own = known
            } else {
                own = context()
                contexts[worker] = own
            }
            results[item] = try body(item, own)
        }
        return results.values
    }
}

/// Places that threads fill, each one by a single thread.
@safe final class Slots<Value>: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Value?>

    init(_ count: Int) {
        unsafe storage = UnsafeMutableBufferPointer.allocate(capacity: max(1, count))
        unsafe storage.initialize(repeating: nil)
        self.count = count
    }

    deinit {
        unsafe storage.deinitialize()
        unsafe storage.deallocate()
    }

    let count: Int

    subscript(index: Int) -> Value? {
        get {
            precondition(index >= 0 && index < count)
            return unsafe storage[index]
        }
        set {
            precondition(index >= 0 && index < count)
            unsafe storage[index] = newValue
        }
    }

    /// What has been filled in, in order.
    var values: [Value] { (0..<count).compactMap { self[$0] } }
}

/// The rows of one chunk that are found, block by block: a list until a block comes that is none.
struct FoundRows {
    /// How many rows were found.
    private(set) var count = 0
    private var list: [UInt16] = []
    /// A bit for each row of the chunk; empty while the list has them.
    private var words: [UInt64] = []

    mutating func add(_ block: Block, _ mask: Mask?) {
        switch block.place {
        case .run(_, let start):
            if words.isEmpty { words = FoundRows.words(list) }
            let mask = mask ?? MaskKernel.all(block.count)
            for (index, byte) in MaskKernel.pack(mask).enumerated() {
                words[start >> 6 + index >> 3] |= UInt64(byte) << UInt64((index & 7) << 3)
            }
            count += MaskKernel.count(mask)
        case .rows(let rows):
            for index in rows.indices where mask.map({ $0[index] != 0 }) ?? true {
                let row = UInt16(truncatingIfNeeded: rows[index])
                if words.isEmpty { list.append(row) } else { words[Int(row >> 6)] |= 1 << UInt64(row & 63) }
                count += 1
            }
        }
    }

    var rows: ChunkRows {
        if count == 0 { return .none }
        let isSparse = count < Limits.chunkRowCount / 20
        if words.isEmpty { return isSparse ? .list(list) : .bits(FoundRows.words(list)) }
        return isSparse ? .list(FoundRows.list(words, count)) : .bits(words)
    }

    private static func words(_ list: [UInt16]) -> [UInt64] {
        var words = Array(repeating: UInt64(0), count: Limits.chunkRowCount / 64)
        for row in list { words[Int(row >> 6)] |= 1 << UInt64(row & 63) }
        return words
    }

    /// The set bits of a chunk's words, ascending.
    private static func list(_ words: [UInt64], _ count: Int) -> [UInt16] {
        var rows: [UInt16] = []
        rows.reserveCapacity(count)
        for (place, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                rows.append(UInt16(truncatingIfNeeded: place << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return rows
    }
}
