// The first rows of an order without ordering the others. Only the first key is looked at until few candidates are left;
// the chunks with the best values come first, and what one thread has found spares the others whatever is worse: whole
// chunks by their bounds, else blocks by a comparison of the stored values before any other condition is looked at (case
// top-in-stage: 2.7 → 2.3 ms).

import Synchronization
import Values

extension Execution {
    /// The first `count` rows in order of the keys, as `sort` then `slice` would give them.
    public func top(_ relation: Relation, count: Int, by keys: [SortKey]) throws -> Relation {
        let table = relation.table
        guard count > 0, let first = keys.first else { return try slice(relation, skip: 0, count: max(0, count)) }
        let plan = try SortPlan(first, table)
        let scan = try Scan(relation)
        let threads = scan.itemCount > 4 ? threadCount : 1
        let limit = SharedLimit()
        let candidates = Slots<Candidates>(threads)
        let evaluators = Slots<Evaluator>(threads)
        let order = scan.itemsByPromise(plan)
        let cancellation = cancellation
        // What could fail must be evaluated: an error may not depend on which rows were found first.
        let isSieved = !(scan.condition?.canFail ?? false)
        try Workers.run(count: scan.itemCount, threadCount: threads, cancellation: cancellation) { worker, place in
            let best = candidates[worker] ?? Candidates(count, limit)
            candidates[worker] = best
            let evaluator = evaluators[worker] ?? Evaluator(table)
            evaluators[worker] = evaluator
            let item = order[place]
            if isSieved, let bound = item.best, bound > limit.word { return }
            let sieve: (() -> ConditionNode?)? = isSieved ? { limit.condition(plan) } : nil
            try scan.forEachBlock(item.item, evaluator, cancellation, sieve: sieve) { block, mask in
                let (words, present) = try plan.words(block, mask, evaluator)
                let directed = plan.descending ? Kernel.map(words) { ~$0 } : words
                best.add(
                    block, mask, present.map { Kernel.map(directed, $0) { $1 == 0 ? .max : $0 } } ?? directed)
            }
        }
        let rows = Candidates.first(count, of: candidates.values.flatMap(\.found))
        if plan.isDecisive, Candidates.areDifferent(rows) {
            return Relation(table, rows: .ordered(rows.map(\.row)))
        }
        // In the relation's order, so that the sort keeps ties as they were.
        let tied = rows.sorted { $0.position < $1.position }.map(\.row)
        return try slice(try sort(Relation(table, rows: .ordered(tied)), by: keys), skip: 0, count: count)
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

/// The largest word that can be among the first, as far as any thread knows.
private final class SharedLimit: Sendable {
    /// The word with its highest bit turned: the least of unsigned numbers is found as if they were signed.
    private let known = Atomic<Int64>(.max)

    var word: UInt64 { UInt64(bitPattern: known.load(ordering: .relaxed)) ^ 1 << 63 }

    func lower(to word: UInt64) { known.min(Int64(bitPattern: word ^ 1 << 63), ordering: .relaxed) }

    /// What a row must satisfy to be of use, as a condition on the key's column; nil when nothing is known yet.
    func condition(_ plan: SortPlan) -> ConditionNode? {
        let word = word
        guard word != .max, case .integer(.column(let column)) = plan.source else { return nil }
        let value = Int64(bitPattern: (plan.descending ? ~word : word) ^ 1 << 63)
        return plan.descending
            ? .integerRange(column: column, lower: value, upper: .max)
            : .integerRange(column: column, lower: .min, upper: value)
    }
}

/// The rows that may be among the first: those whose word is not above the count-th smallest seen so far.
private final class Candidates {
    typealias Candidate = (word: UInt64, position: Int64, row: Int32)

    private let count: Int
    private let limit: SharedLimit
    private(set) var found: [Candidate] = []
    private var capacity: Int

    init(_ count: Int, _ limit: SharedLimit) {
        self.count = count
        self.limit = limit
        capacity = count * 2 + 64
    }

    func add(_ block: Block, _ mask: Mask?, _ words: [UInt64]) {
        let largest = limit.word
        var passing = Kernel.map(words) { $0 <= largest ? UInt8(1) : 0 }
        if let mask { passing = MaskKernel.and(passing, mask) }
        for place in MaskKernel.places(passing, first: 0) {
            let index = Int(place)
            found.append((words[index], block.position(index), block.row(index)))
        }
        guard found.count > capacity else { return }
        found = Candidates.first(count, of: found)
        if let last = found.last?.word { limit.lower(to: last) }
        // Many equal words: look again only after as many more.
        capacity = max(count * 2 + 64, found.count * 2)
    }

    /// The candidates with the `count` smallest words, and those whose word equals the last of them, in order of words.
    static func first(_ count: Int, of candidates: [Candidate]) -> [Candidate] {
        var words = candidates.map(\.word)
        guard words.count > count else { return candidates.sorted { $0.word < $1.word } }
        let last = Selection.element(&words, 0..<words.count, count - 1)
        return candidates.filter { $0.word <= last }.sorted { $0.word < $1.word }
    }

    /// Whether no two words in order are equal.
    static func areDifferent(_ candidates: [Candidate]) -> Bool {
        zip(candidates, candidates.dropFirst()).allSatisfy { $0.word != $1.word }
    }
}
