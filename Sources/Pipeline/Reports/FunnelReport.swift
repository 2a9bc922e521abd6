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
        let cube = try FunnelCube(input, isStrict: isStrict)
        let pipelines = Set(cube.cells.compactMap { $0.place?.pipeline }).sorted()
        let isOne = pipelines.count < 2
        var columns = try input.keyColumns()
        if !isOne { columns.append(.init("pipeline", .category, isKey: true, meaning: "the pipeline")) }
        columns += [
            .init("stage", .category, isKey: true, meaning: "the stage"),
            .init("reached", .integer, meaning: "deals that came to the stage or beyond"),
            .init("moved_on", .integer, meaning: "of these, deals that came further"),
            .init("lost_here", .integer, meaning: "lost deals that never came further"),
            .init("still_here", .integer, meaning: "open deals that never came further"),
            .init("value", .money, meaning: "present value of the deals that reached the stage", sums: "value"),
            .init("conversion", .realPercent, meaning: "moved on ÷ reached"),
            .init("resolved", .realPercent, meaning: "moved on ÷ (moved on + lost here)"),
            .init("from_first", .realPercent, meaning: "reached ÷ reached of the first stage"),
        ]
        var result = ReportResult(columns: columns, dealCount: cube.cells.reduce(0) { $0 + $1.count })
        for group in cube.groups {
            for pipeline in pipelines {
                let counts = try counted(input.book, cube, group: group, pipeline: pipeline)
                try append(
                    counts, to: &result, input, group: group, pipeline: pipeline, isOne: isOne, isStrict: isStrict)
            }
        }
        result.leaveOut(
            cube.cells.reduce(0) { $1.place == nil ? $0 + $1.count : $0 }, "deals are in no stage of the pipeline",
            condition: "stage is missing")
        if cube.withoutVersionCount > 0 {
            result.notes.append(
                "\(cube.withoutVersionCount) of \(result.dealCount) deals have no stage history: they count by their"
                    + " present stage alone")
        }
        result.definition = definition(isStrict: isStrict) + filledIn(result)
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

    private static func counted(_ book: Book, _ cube: FunnelCube, group: [Cell], pipeline: Int) throws -> Counts {
        let stages = book.pipelines[pipeline].stages
        let zeros = [Int](repeating: 0, count: stages.count)
        var counts = Counts(
            reached: zeros, movedOn: zeros, lostHere: zeros, stillHere: zeros,
            value: [Int64](repeating: 0, count: stages.count))
        let passed = stages.indices.filter { stages[$0].kind != .lost }
        for cell in cube.cells where cell.group == group {
            guard let place = cell.place, place.pipeline == pipeline else { continue }
            guard cell.furthest >= 0 else {
                counts.lostUnknown += cell.count
                counts.lostUnknownValue = try counts.lostUnknownValue.adding(cell.value)
                continue
            }
            for position in passed where position <= cell.furthest && cell.hasVisited(position) {
                counts.reached[position] += cell.count
                counts.value[position] = try counts.value[position].adding(cell.value)
                if position < cell.furthest {
                    counts.movedOn[position] += cell.count
                } else if place.stage.kind == .lost {
                    counts.lostHere[position] += cell.count
                } else if place.stage.kind != .won {
                    counts.stillHere[position] += cell.count
                }
            }
        }
        return counts
    }

    private static func append(
        _ counts: Counts, to result: inout ReportResult, _ input: ReportInput, group: [Cell], pipeline: Int,
        isOne: Bool,
        isStrict: Bool
    ) throws {
        let book = input.book
        let stages = book.pipelines[pipeline].stages
        var condition: String? = try input.condition(ofGroup: group)
        let name = PQLText.quoted(book.pipelines[pipeline].name)
        if !isOne {
            let own = "pipeline = \(name)"
            condition = condition.map { $0.isEmpty ? own : $0 + " and " + own }
        }
        if condition?.isEmpty == true { condition = nil }
        let keys = group + (isOne ? [] : [.text(book.pipelines[pipeline].name)])
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
            let reach = isStrict ? "visited(\(stage)) and " : ""
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

    /// The formulas with the numbers of the first stage.
    private static func filledIn(_ result: ReportResult) -> [String] {
        func number(_ row: Int, _ name: String) -> Int64? {
            result.columns.firstIndex { $0.name == name }.flatMap { result.rows[row][$0].integer }
        }
        guard let row = result.rows.indices.first(where: { (number($0, "reached") ?? 0) > 0 }),
            let stage = result.columns.firstIndex(where: { $0.name == "stage" }),
            let reached = number(row, "reached"), let moved = number(row, "moved_on"),
            let lost = number(row, "lost_here"), let name = result.rows[row][stage].text
        else { return [] }
        func percent(_ part: Int64, _ whole: Int64) -> String {
            whole == 0 ? "none" : "\((Double(part) * 1000 / Double(whole)).rounded() / 10)%"
        }
        return [
            "\(name): conversion = \(moved) ÷ \(reached) = \(percent(moved, reached)), resolved = \(moved) ÷"
                + " (\(moved) + \(lost)) = \(percent(moved, moved + lost))"
        ]
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
