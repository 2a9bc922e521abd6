// How far deals come, stage by stage.
//
//   reached      deals that ever came to the stage or beyond (a skipped stage counts; won deals reached all)
//   moved on     those of them that came further
//   lost here    lost deals that never came further        still here   open deals that never came further
//   conversion   moved on ÷ reached                        resolved     moved on ÷ (moved on + lost here)
//   from first   reached ÷ reached of the first stage
//
// Distinct deals, never rows; value is the present value of the deals that reached. `strict` counts a stage only for deals
// that really entered it. Lost deals of which no open stage is known are a row of their own.
// Example: of 10 deals 8 reached Demo, 5 went on, 2 were lost there, 1 is still there: conversion 62.5%, resolved 71.4%.

import Engine
import Values

/// The funnel of a pipeline.
public enum FunnelReport {
    /// Runs it: a row per stage (open and hold ones, then won) of each pipeline that the deals are in, per group.
    public static func run(_ input: ReportInput, isStrict: Bool = false) throws -> ReportResult {
        let deals = try SelectedDeals(input, fields: ["value"])
        let values = try deals.integers("value")
        let versions = try VersionDays(input.book)
        let furthest = try input.book.furthestPositions(versions)
        let pipelines = Set(deals.place.filter { $0 >= 0 }.map { deals.places[$0].pipeline }).sorted()
        let isOne = pipelines.count < 2
        var columns = try deals.keyColumns()
        if !isOne { columns.append(.init("pipeline", .category, isKey: true, meaning: "the pipeline")) }
        columns += [
            .init("stage", .category, isKey: true, meaning: "the stage"),
            .init("reached", .integer, meaning: "deals that came to the stage or beyond"),
            .init("moved_on", .integer, meaning: "of these, deals that came further"),
            .init("lost_here", .integer, meaning: "lost deals that never came further"),
            .init("still_here", .integer, meaning: "open deals that never came further"),
            .init("value", .money, meaning: "present value of the deals that reached the stage"),
            .init("conversion", .realPercent, meaning: "moved on ÷ reached"),
            .init("resolved", .realPercent, meaning: "moved on ÷ (moved on + lost here)"),
            .init("from_first", .realPercent, meaning: "reached ÷ reached of the first stage"),
        ]
        var result = ReportResult(columns: columns, dealCount: deals.count)
        for group in deals.groups.indices {
            for pipeline in pipelines {
                let counts = try counted(
                    input.book, deals, values, versions, furthest, group: group, pipeline: pipeline, isStrict: isStrict)
                append(
                    counts, to: &result, input.book, deals, group: group, pipeline: pipeline, isOne: isOne,
                    isStrict: isStrict)
            }
        }
        result.leaveOut(
            deals.place.filter { $0 < 0 }.count, "deals are in no stage of the pipeline", condition: "stage is missing")
        let withoutHistory = deals.rows.filter { versions.rows(of: $0).isEmpty }.count
        if withoutHistory > 0 {
            result.notes.append(
                "\(withoutHistory) of \(deals.count) deals have no stage history: they count by their present stage alone"
            )
        }
        result.definition = definition(isStrict: isStrict)
        return result
    }

    private struct Counts {
        var reached: [Int]
        var movedOn: [Int]
        var lostHere: [Int]
        var stillHere: [Int]
        var value: [Int64]
        var lostUnknown = 0
        var lostUnknownValue: Int64 = 0
    }

    private static func counted(
        _ book: Book, _ deals: SelectedDeals, _ values: [Int64], _ versions: VersionDays, _ furthest: [Int16],
        group: Int, pipeline: Int, isStrict: Bool
    ) throws -> Counts {
        let stages = book.pipelines[pipeline].stages
        let zeros = [Int](repeating: 0, count: stages.count)
        var counts = Counts(
            reached: zeros, movedOn: zeros, lostHere: zeros, stillHere: zeros,
            value: [Int64](repeating: 0, count: stages.count))
        let passed = stages.indices.filter { stages[$0].kind != .lost }
        for index in 0..<deals.count where deals.group[index] == group && deals.place[index] >= 0 {
            let place = deals.places[deals.place[index]]
            guard place.pipeline == pipeline else { continue }
            let value = values[index] == .min ? 0 : values[index]
            let far = Int(furthest[deals.rows[index]])
            guard far >= 0 else {
                counts.lostUnknown += 1
                counts.lostUnknownValue = try counts.lostUnknownValue.adding(value)
                continue
            }
            let entered = isStrict ? enteredPositions(deals.rows[index], place, versions) : nil
            for position in passed where position <= far && entered?.contains(position) != false {
                counts.reached[position] += 1
                counts.value[position] = try counts.value[position].adding(value)
                if position < far {
                    counts.movedOn[position] += 1
                } else if place.stage.kind == .lost {
                    counts.lostHere[position] += 1
                } else if place.stage.kind != .won {
                    counts.stillHere[position] += 1
                }
            }
        }
        return counts
    }

    /// The positions that a deal's versions, and its present stage, were really in.
    private static func enteredPositions(_ deal: Int, _ present: StagePlace, _ versions: VersionDays) -> Set<Int> {
        var positions: Set<Int> = [present.position]
        for row in versions.rows(of: deal) where versions.place[row] >= 0 {
            let place = versions.stagePlaces[Int(versions.place[row])]
            if place.pipeline == present.pipeline { positions.insert(place.position) }
        }
        return positions
    }

    private static func append(
        _ counts: Counts, to result: inout ReportResult, _ book: Book, _ deals: SelectedDeals, group: Int,
        pipeline: Int,
        isOne: Bool, isStrict: Bool
    ) {
        let stages = book.pipelines[pipeline].stages
        var condition: String? = deals.groupConditions[group]
        let name = PQLText.quoted(book.pipelines[pipeline].name)
        if !isOne {
            let own = "pipeline = \(name)"
            condition = condition.map { $0.isEmpty ? own : $0 + " and " + own }
        }
        if condition?.isEmpty == true { condition = nil }
        let keys = deals.groups[group] + (isOne ? [] : [.text(book.pipelines[pipeline].name)])
        let shown = stages.indices.filter { stages[$0].kind != .lost }
        let first = shown.first.map { counts.reached[$0] } ?? 0
        for position in shown {
            let isWon = stages[position].kind == .won
            let stage = PQLText.quoted(stages[position].name)
            let (reached, moved) = (counts.reached[position], counts.movedOn[position])
            let lost = counts.lostHere[position]
            let cells: [Cell] = [
                .text(stages[position].name), .integer(Int64(reached)), isWon ? .missing : .integer(Int64(moved)),
                isWon ? .missing : .integer(Int64(lost)),
                isWon ? .missing : .integer(Int64(counts.stillHere[position])), .integer(counts.value[position]),
                isWon ? .missing : .ratio(moved, reached), isWon ? .missing : .ratio(moved, moved + lost),
                .ratio(reached, first),
            ]
            let reach = isStrict ? "stages_entered contains \(stage) and " : ""
            result.append(
                keys + cells,
                conditions: [
                    "reached": reach + "furthest >= \(stage)", "moved_on": reach + "furthest > \(stage)",
                    "value": reach + "furthest >= \(stage)", "lost_here": reach + "lost and furthest = \(stage)",
                    "still_here": reach + "open and furthest = \(stage)",
                ], group: condition)
        }
        if counts.lostUnknown > 0 {
            result.append(
                keys + [
                    .text("(lost, stage unknown)"), .missing, .missing, .integer(Int64(counts.lostUnknown)), .missing,
                    .integer(counts.lostUnknownValue), .missing, .missing, .missing,
                ],
                conditions: [
                    "lost_here": "lost and furthest is missing", "value": "lost and furthest is missing",
                ], group: condition)
        }
    }

    private static func definition(isStrict: Bool) -> [String] {
        [
            isStrict
                ? "reached = deals that really entered the stage"
                : "reached = deals that ever came to the stage or beyond; a skipped stage counts; won deals reached all",
            "moved_on = of these, deals that came to a later stage",
            "lost_here = lost deals that never came further, still_here = open deals that never came further",
            "conversion = moved_on ÷ reached, resolved = moved_on ÷ (moved_on + lost_here)",
            "from_first = reached ÷ reached of the first stage; value = present value of the deals that reached",
        ]
    }
}

extension Cell {
    /// A ratio as a real cell; missing when the denominator is 0.
    static func ratio(_ part: Int, _ whole: Int) -> Cell { whole == 0 ? .missing : .real(Double(part) / Double(whole)) }

    /// A number of things as an integer cell.
    static func count(_ number: Int) -> Cell { .integer(Int64(number)) }
}
