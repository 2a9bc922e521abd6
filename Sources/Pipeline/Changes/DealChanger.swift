// Works out a change of deals: first every deal is checked and given its new values aside, then what follows from them,
// then the patch. What follows, for every edit alike:
//
//   another stage          entered = the day; the own probability is cleared
//   a stage that closes    closed_on and close = the day; own category cleared; the reason too unless it is lost
//   from closed to open    closed_on and reason cleared
//   a later close month    one more push, of an open deal
//   anything               touched = the day, if that is later
//
// Amounts are given in the book's currency and kept in the deals' own (see OwnAmounts).
// An own probability or category equal to what the stage says is none (see Book).

import Engine
import Values

struct DealChanger {
    /// The book with the amounts that deals keep, each in its own currency.
    let book: Book
    /// The book as it is shown, all amounts in its currency.
    let shown: Book
    /// The selected rows, ascending.
    let rows: [Int]
    let day: Day
    /// For each selected row its place in the order in which values are given.
    let given: [Int]
    /// The values of the selected rows by column, as they are and as they will be.
    private(set) var before: [String: [Cell]] = [:]
    var after: [String: [Cell]] = [:]
    /// Columns that the edit itself sets: what follows does not touch them.
    var stated: Set<String> = []
    var notes: [String] = []
    /// Deals that the edit passes by, and sentences that say so.
    var passed: (count: Int, notes: [String]) = (0, [])
    private var knownPlaces: [StageKey: StagePlace?] = [:]

    private struct StageKey: Hashable {
        var pipeline: String?
        var stage: String?
    }

    /// The columns that every edit may touch.
    private static let touched: [DealColumn] = [
        .id, .pipeline, .stage, .owner, .reason, .currency, .ownCategory, .value, .ownProbability, .close, .closedOn,
        .entered, .touched, .pushes, .created,
    ]

    init(_ shown: Book, rows: [Int], order: [Int], day: Day) throws {
        self.shown = shown
        book = shown.withOwnAmounts()
        self.rows = rows
        self.day = day
        if rows == order {
            given = Array(rows.indices)
        } else {
            var places: [Int: Int] = [:]
            for (place, row) in order.enumerated() { places[row] = place }
            given = rows.map { places[$0] ?? 0 }
        }
        for column in DealChanger.touched { try load(column.rawValue) }
    }

    mutating func load(_ column: String) throws {
        guard before[column] == nil else { return }
        guard let found = book.deals.column(column) else {
            throw ChangeDiagnostics.refused("the deals have no field \(column)")
        }
        let cells = try found.cells(at: rows)
        before[column] = cells
        after[column] = cells
    }

    func old(_ column: DealColumn, _ index: Int) -> Cell { before[column.rawValue]?[index] ?? .missing }
    func new(_ column: DealColumn, _ index: Int) -> Cell { after[column.rawValue]?[index] ?? .missing }

    mutating func put(_ column: DealColumn, _ index: Int, _ cell: Cell) {
        after[column.rawValue]?[index] = cell
    }

    // MARK: Places

    /// Where a deal with this stage and pipeline stands; `nil` for a stage that is not there.
    private mutating func place(_ pipeline: Cell, _ stage: Cell) -> StagePlace? {
        let key = StageKey(pipeline: pipeline.text, stage: stage.text)
        if let known = knownPlaces[key] { return known }
        let index = pipeline.text.flatMap { book.pipelineIndex($0) }
        let found = stage.text.flatMap { name in
            book.place(ofStage: name, pipeline: index ?? 0) ?? (index == nil ? book.place(ofStage: name) : nil)
        }
        knownPlaces[key] = .some(found)
        return found
    }

    mutating func oldPlace(_ index: Int) -> StagePlace? { place(old(.pipeline, index), old(.stage, index)) }
    mutating func newPlace(_ index: Int) -> StagePlace? { place(new(.pipeline, index), new(.stage, index)) }

    func pipelineIndex(_ index: Int, _ place: StagePlace?) -> Int {
        place?.pipeline ?? new(.pipeline, index).text.flatMap { book.pipelineIndex($0) } ?? 0
    }

    /// `D-102, D-103 and 4 more`: the deals at these places of the selection.
    func list(_ indices: [Int]) -> String {
        let ids = indices.prefix(3).map { old(.id, $0).text ?? "row \(rows[$0] + 1)" }
        let more = indices.count - ids.count
        return ids.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    // MARK: The change

    /// The change that the new values come to.
    mutating func change(_ edit: DealEdit) throws -> DealChange {
        let isDeletion = if case .delete = edit { true } else { false }
        let changed = isDeletion ? Array(rows.indices) : rows.indices.filter(isChanged)
        let unborn = changed.filter { (new(.created, $0).integer ?? .min) > Int64(day.number) }
        guard unborn.isEmpty else {
            throw ChangeDiagnostics.refused(
                "\(list(unborn)) \(unborn.count == 1 ? "was" : "were") created after \(day)", hint: "a later day")
        }
        var effects: [Patch.Effect] = []
        if isDeletion {
            if !rows.isEmpty { effects.append(.delete(.deals, rows: rows)) }
        } else {
            for column in after.keys.sorted() {
                guard let old = before[column], let new = after[column] else { continue }
                let differing = changed.filter { old[$0] != new[$0] }
                guard !differing.isEmpty else { continue }
                effects.append(
                    .set(
                        .deals, column: column, rows: differing.map { rows[$0] },
                        Patch.Values(differing.map { new[$0] })))
            }
        }
        if let splice = try DealVersions(self, changed, isDeletion: isDeletion).splice() {
            effects.append(.versions(splice))
        }
        let moved = isDeletion ? [] : changed.filter { old(.stage, $0) != new(.stage, $0) }
        let values = try shown.deals.columns[DealColumn.value.index].cells(at: rows)
        var value: Int64 = 0
        for index in changed {
            let (sum, overflow) = value.addingReportingOverflow(values[index].integer ?? 0)
            if overflow { throw EngineError.overflow(operation: "sum") }
            value = sum
        }
        return DealChange(
            patch: Patch(effects), rows: changed.map { rows[$0] }, value: value,
            unchangedCount: rows.count - changed.count - passed.count, fields: try fieldChanges(edit),
            leftStages: stages(moved.map { old(.stage, $0) }), enteredStages: stages(moved.map { new(.stage, $0) }),
            notes: passed.notes + (changed.isEmpty ? [] : notes))
    }

    /// The names with their numbers, in the order of the pipelines.
    private func stages(_ cells: [Cell]) -> [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        for cell in cells { counts[cell.text ?? "no stage", default: 0] += 1 }
        let order = book.stagePlaces.map(\.stage.name)
        func rank(_ name: String) -> Int { order.firstIndex(of: name) ?? order.count }
        return counts.map { (name: $0.key, count: $0.value) }.sorted {
            (rank($0.name), $0.name) < (rank($1.name), $1.name)
        }
    }
}

/// The words of everything that a change refuses.
enum ChangeDiagnostics {
    static func refused(_ what: String, hint: String? = nil) -> Diagnostic { Diagnostic(.badChange, what, hint: hint) }
}
