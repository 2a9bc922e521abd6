// Counts what an export says of each of its stages: how many deals are in it and with what status, probability and
// category. From these counts a pipeline is inferred, and a known one checked.

import Engine
import Values

/// What the rows of one stage of one pipeline have in common.
struct StageTally: Sendable {
    /// The stage's name as the file writes it.
    var name: String
    /// Its rows.
    var count = 0
    /// The first row.
    var firstRow: Int
    /// Rows by the kind that a CRM's marks (`IsWon`, `IsClosed`) give them.
    var markedKinds: [StageKind: Int] = [:]
    /// Rows by probability, in millionths.
    var probabilities: [Int64: Int] = [:]
    /// Rows by forecast category.
    var categories: [ForecastCategory: Int] = [:]

    /// The kind that all marked rows agree on, else the one that the name means.
    var kind: StageKind {
        if markedKinds.count == 1, let only = markedKinds.first, only.value == count { return only.key }
        return StageNames.kind(of: name)
    }

    /// Counts rows that have the same probability.
    mutating func add(_ run: (probability: Int64, count: Int)) {
        if run.count > 0, run.probability != .min { probabilities[run.probability, default: 0] += run.count }
    }

    /// Counts the rows of another part of the file.
    mutating func add(_ other: StageTally) {
        count += other.count
        firstRow = min(firstRow, other.firstRow)
        markedKinds.merge(other.markedKinds, uniquingKeysWith: +)
        probabilities.merge(other.probabilities, uniquingKeysWith: +)
        categories.merge(other.categories, uniquingKeysWith: +)
    }

    /// The most frequent probability; among equals the smallest.
    var probability: Percent? {
        let best = probabilities.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let best, (0...1_000_000).contains(best.key) else { return nil }
        return Percent(millionths: best.key)
    }

    /// The category of more than half of its rows.
    var category: ForecastCategory? { categories.first { $0.value * 2 > count }?.key }
}

/// What an export says of its pipelines.
struct PipelineTally: Sendable {
    /// The name of the pipeline; `nil` where the file names none.
    var name: String?
    /// Its stages by the code of the file's stage column; `nil` for stages without rows.
    var stages: [StageTally?]

    /// Counts the rows of another part of the file.
    mutating func add(_ other: PipelineTally) {
        for (code, tally) in other.stages.enumerated() {
            guard let tally else { continue }
            if stages[code] == nil { stages[code] = tally } else { note(code) { $0.add(tally) } }
        }
    }

    /// Changes the count of a stage that has rows, in place.
    mutating func note(_ code: Int, _ change: (inout StageTally) -> Void) {
        guard var tally = stages[code] else { return }
        stages[code] = nil
        change(&tally)
        stages[code] = tally
    }

    /// The stages that have rows, in order of first appearance.
    var used: [StageTally] { stages.compactMap { $0 }.sorted { $0.firstRow < $1.firstRow } }

    /// The pipeline that these stages make: the open ones in order, then hold, won and lost ones. Stages to win and to
    /// lose are added where the file has none.
    func inferred(name: String) -> SalesPipeline {
        let open = PipelineTally.ordered(used.filter { $0.kind == .open })
        let rest = [StageKind.hold, .won, .lost].flatMap { kind in used.filter { $0.kind == kind } }
        var stages = (open + rest).map { tally -> Stage in
            var stage = Stage(tally.name, tally.kind)
            if !tally.kind.isClosed { stage.probability = tally.probability }
            if !tally.kind.isClosed, let category = tally.category,
                category != stage.probability.map(ForecastCategory.of)
            {
                stage.category = category
            }
            return stage
        }
        if !stages.contains(where: { !$0.kind.isClosed }) {
            stages.insert(Stage(PipelineTally.free("Open", stages)), at: 0)
        }
        if !stages.contains(where: { $0.kind == .won }) {
            stages.append(Stage(PipelineTally.free("Closed Won", stages), .won))
        }
        if !stages.contains(where: { $0.kind == .lost }) {
            stages.append(Stage(PipelineTally.free("Closed Lost", stages), .lost))
        }
        return SalesPipeline(name: name, stages: stages)
    }

    /// Open stages by the numbers they begin with, else by probability (where every one has one above 0), else by the
    /// usual place of their names; what none of these decides stays in order of first appearance.
    private static func ordered(_ stages: [StageTally]) -> [StageTally] {
        let numbers = stages.compactMap { StageNames.leadingNumber(of: $0.name) }
        if numbers.count == stages.count, Set(numbers).count == numbers.count {
            return stages.sorted {
                (StageNames.leadingNumber(of: $0.name) ?? 0) < (StageNames.leadingNumber(of: $1.name) ?? 0)
            }
        }
        let everyChance = stages.allSatisfy { ($0.probability ?? .zero) > .zero }
        func key(_ stage: StageTally) -> (Int64, Int, Int) {
            let chance = everyChance ? stage.probability?.millionths ?? 0 : 0
            return (chance, StageNames.usualPlace(of: stage.name) ?? Int.max, stage.firstRow)
        }
        return stages.sorted { key($0) < key($1) }
    }

    private static func free(_ name: String, _ stages: [Stage]) -> String {
        stages.contains { NameIndex.key($0.name) == NameIndex.key(name) } ? name + " (stage)" : name
    }
}
