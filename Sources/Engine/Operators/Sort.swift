// Ordering rows, and cutting orders.

import Values

extension Execution {
    /// The rows in order of the keys; rows that are equal in all of them stay in the order they had.
    public func sort(_ relation: Relation, by keys: [SortKey]) throws -> Relation {
        let table = relation.table
        let rows = try rows(relation)
        let plans = try keys.map { try SortPlan($0, table, rowCount: rows.count) }
        if plans.isEmpty || rows.count < 2 { return Relation(table, rows: .ordered(rows)) }
        var columns: [SortColumn] = []
        for plan in plans { columns += try sortColumns(plan, rows, table) }
        let order = try SortColumn.permutation(columns, count: rows.count, cancellation)
        return Relation(table, rows: .ordered(Kernel.map(order) { rows[Int($0)] }))
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
