// Ordering rows, and cutting orders. `top` looks at the first key only until few candidates are left.

import Values

extension Execution {
    /// The rows in order of the keys; rows that are equal in all of them stay in the order they had.
    public func sort(_ relation: Relation, by keys: [SortKey]) throws -> Relation {
        let table = relation.table
        let plans = try keys.map { try SortPlan($0, table) }
        let rows = try rows(relation)
        if plans.isEmpty || rows.count < 2 { return Relation(table, rows: .ordered(rows)) }
        var columns: [SortColumn] = []
        for plan in plans { columns += try sortColumns(plan, rows, table) }
        let order = try SortColumn.permutation(columns, count: rows.count, cancellation)
        return Relation(table, rows: .ordered(Kernel.map(order) { rows[Int($0)] }))
    }

    /// The first `count` rows in order of the keys, as `sort` then `slice` would give them.
    public func top(_ relation: Relation, count: Int, by keys: [SortKey]) throws -> Relation {
        let table = relation.table
        guard count > 0, let first = keys.first else { return try slice(relation, skip: 0, count: max(0, count)) }
        let plan = try SortPlan(first, table)
        let scan = try Scan(relation)
        let threads = scan.itemCount > 4 ? threadCount : 1
        let candidates = Slots<Candidates>(threads)
        let evaluators = Slots<Evaluator>(threads)
        let order = scan.itemsByPromise(plan)
        let cancellation = cancellation
        try Workers.run(count: scan.itemCount, threadCount: threads, cancellation: cancellation) { worker, place in
            let best = candidates[worker] ?? Candidates(count)
            candidates[worker] = best
            let evaluator = evaluators[worker] ?? Evaluator(table)
            evaluators[worker] = evaluator
            let item = order[place]
            if let bound = item.best, best.cannotUse(bound) { return }
            try scan.forEachBlock(item.item, evaluator, cancellation) { block, mask in
                var mask = mask
                if let promising = best.condition(plan) {
                    mask = MaskKernel.and(mask, try evaluator.condition(promising, block, mask))
                    if let mask, !MaskKernel.any(mask) { return }
                }
                let (words, present) = try plan.words(block, mask, evaluator)
                let directed = plan.descending ? Kernel.map(words) { ~$0 } : words
                best.add(
                    block, mask, present.map { Kernel.map(directed, $0) { $1 == 0 ? .max : $0 } } ?? directed)
            }
        }
        // In the relation's order, so that the final sort keeps ties as they were.
        let rows = candidates.values.flatMap(\.rows).sorted { $0.position < $1.position }.map(\.row)
        return try slice(try sort(Relation(table, rows: .ordered(rows)), by: keys), skip: 0, count: count)
    }

    /// `count` rows (nil: all) after the first `skip`, in the relation's order.
    public func slice(_ relation: Relation, skip: Int, count: Int?) throws -> Relation {
        let rows = try rows(relation)
        let start = min(max(0, skip), rows.count)
        let end = count.map { start + min(max(0, $0), rows.count - start) } ?? rows.count
        return Relation(relation.table, rows: .ordered(Array(rows[start..<end])))
    }

    /// The words of the rows for one key, ready to sort by.
    func sortColumns(_ plan: SortPlan, _ rows: [Int32], _ table: Table) throws -> [SortColumn] {
        let relation = Relation(table, rows: .ordered(rows))
        if case .text(let node) = plan.source { return try textColumns(node, plan, relation) }
        let scan = try Scan(relation)
        let cancellation = cancellation
        let parts = try each(scan) { item, evaluator in
            var words: [UInt64] = []
            var present: Mask = []
            var isComplete = true
            try scan.forEachBlock(item, evaluator, cancellation) { block, _ in
                let part = try plan.words(block, nil, evaluator)
                words += part.words
                present += part.present ?? MaskKernel.all(block.count)
                if part.present != nil { isComplete = false }
            }
            return (words: words, present: present, isComplete: isComplete)
        }
        let words = Array(parts.map(\.words).joined())
        let present = parts.allSatisfy(\.isComplete) ? nil : Array(parts.map(\.present).joined())
        return SortColumn.columns(words, present, descending: plan.descending)
    }

    /// Texts by the rank of each distinct one.
    private func textColumns(_ node: TextNode, _ plan: SortPlan, _ relation: Relation) throws -> [SortColumn] {
        let evaluator = Evaluator(relation.table)
        let scan = try Scan(relation)
        var names = NameIndex()
        var words: [UInt64] = []
        var present: Mask = []
        for item in 0..<scan.itemCount {
            try scan.forEachBlock(item, evaluator, cancellation) { block, _ in
                let part = try Groups.words(.text(node), block, nil, evaluator, &names)
                words += part.words
                present += part.present ?? MaskKernel.all(block.count)
            }
        }
        let ranks = try CategoryDictionary(names).ranks()
        return SortColumn.columns(Kernel.map(words) { UInt64(ranks[Int($0)]) }, present, descending: plan.descending)
    }
}

extension Scan {
    /// Items with the best word that a row of them can have (nil: unknown), most promising first.
    func itemsByPromise(_ plan: SortPlan) -> [(item: Int, best: UInt64?)] {
        let items = (0..<itemCount).map { item -> (item: Int, best: UInt64?) in
            guard let chunk = chunk(of: item) else { return (item, nil) }
            switch plan.source {
            case .integer(.column(let column)):
                let layout = table.columns[column].chunks[chunk].layout
                guard layout.minimum <= layout.maximum else { return (item, .max) }
                return (item, plan.descending ? ~OrderWord.of(layout.maximum) : OrderWord.of(layout.minimum))
            case .real(.column(let column)):
                let layout = table.columns[column].chunks[chunk].layout
                let low = Double(bitPattern: UInt64(bitPattern: layout.minimum))
                let high = Double(bitPattern: UInt64(bitPattern: layout.maximum))
                guard low <= high else { return (item, .max) }
                return (item, plan.descending ? ~OrderWord.of(high) : OrderWord.of(low))
            default: return (item, nil)
            }
        }
        return items.sorted { ($0.best ?? 0, $0.item) < ($1.best ?? 0, $1.item) }
    }
}

/// The rows that may be among the first: those whose word is not above the count-th smallest seen so far.
final class Candidates {
    private let count: Int
    private var threshold = UInt64.max
    private var words: [UInt64] = []
    private(set) var rows: [(position: Int64, row: Int32)] = []
    private var capacity: Int

    init(_ count: Int) {
        self.count = count
        capacity = count * 2 + 1_024
    }

    /// What a row must satisfy to be of use, as a condition on the key's column; nil when nothing is known yet.
    func condition(_ plan: SortPlan) -> ConditionNode? {
        guard threshold != .max, case .integer(.column(let column)) = plan.source else { return nil }
        let value = Int64(bitPattern: (plan.descending ? ~threshold : threshold) ^ 1 << 63)
        return plan.descending
            ? .integerRange(column: column, lower: value, upper: .max)
            : .integerRange(column: column, lower: .min, upper: value)
    }

    /// Whether no row with this word or a larger one can be among the first.
    func cannotUse(_ word: UInt64) -> Bool { word > threshold }

    func add(_ block: Block, _ mask: Mask?, _ candidates: [UInt64]) {
        let threshold = threshold
        var passing = Kernel.map(candidates) { $0 <= threshold ? UInt8(1) : 0 }
        if let mask { passing = MaskKernel.and(passing, mask) }
        guard MaskKernel.any(passing) else { return }
        for index in passing.indices where passing[index] != 0 {
            words.append(candidates[index])
            rows.append((block.position(index), block.row(index)))
        }
        if words.count > capacity { shrink() }
    }

    private func shrink() {
        var copy = words
        threshold = Selection.element(&copy, 0..<copy.count, count - 1)
        let kept = words.indices.filter { words[$0] <= threshold }
        words = kept.map { words[$0] }
        rows = kept.map { rows[$0] }
        // Many equal words: look again only after as many more.
        capacity = max(count * 2 + 1_024, words.count * 2)
    }
}
