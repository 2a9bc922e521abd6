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
    private let given: [Int]
    /// The values of the selected rows by column, as they are and as they will be.
    private(set) var before: [String: [Cell]] = [:]
    private(set) var after: [String: [Cell]] = [:]
    /// Columns that the edit itself sets: what follows does not touch them.
    private var stated: Set<String> = []
    private(set) var notes: [String] = []
    /// Deals that the edit passes by, and sentences that say so.
    private var passed: (count: Int, notes: [String]) = (0, [])
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

    private mutating func load(_ column: String) throws {
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

    private mutating func put(_ column: DealColumn, _ index: Int, _ cell: Cell) {
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

    private func pipelineIndex(_ index: Int, _ place: StagePlace?) -> Int {
        place?.pipeline ?? new(.pipeline, index).text.flatMap { book.pipelineIndex($0) } ?? 0
    }

    /// `D-102, D-103 and 4 more`: the deals at these places of the selection.
    func list(_ indices: [Int]) -> String {
        let ids = indices.prefix(3).map { old(.id, $0).text ?? "row \(rows[$0] + 1)" }
        let more = indices.count - ids.count
        return ids.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    // MARK: Edits

    /// Gives the selected deals their new values; throws when any of them cannot have them.
    mutating func make(_ edit: DealEdit) throws {
        switch edit {
        case .set(let fields): try set(fields)
        case .move(let name): try move(to: name)
        case .advance: try advance()
        case .win: try close(won: true, because: nil)
        case .lose(let reason): try close(won: false, because: reason)
        case .reopen: try reopen()
        case .slip(let duration, let isBackward): try slip(duration, isBackward)
        case .delete: return
        }
        try follow()
    }

    private mutating func enter(_ stage: Stage, _ pipeline: Int, _ index: Int) {
        put(.stage, index, .text(stage.name))
        if new(.pipeline, index).isMissing { put(.pipeline, index, .text(book.pipelines[pipeline].name)) }
    }

    private mutating func move(to name: String) throws {
        var lacking: [Int] = []
        for index in rows.indices {
            let pipeline = pipelineIndex(index, oldPlace(index))
            if let target = book.place(ofStage: name, pipeline: pipeline) {
                enter(target.stage, pipeline, index)
            } else {
                lacking.append(index)
            }
        }
        guard lacking.isEmpty else {
            throw ChangeDiagnostics.refused(
                "the pipeline of \(list(lacking)) has no stage \"\(name)\"", hint: "set pipeline = …, stage = …")
        }
    }

    private mutating func advance() throws {
        var closed: [Int] = []
        for index in rows.indices {
            guard let place = oldPlace(index), let next = book.pipelines[place.pipeline].stage(after: place.position)
            else {
                closed.append(index)
                continue
            }
            enter(next, place.pipeline, index)
        }
        guard closed.isEmpty else {
            throw ChangeDiagnostics.refused(
                "no stage follows that of \(list(closed))", hint: "open deals … | advance leaves closed ones out")
        }
    }

    private mutating func close(won: Bool, because reason: String?) throws {
        for index in rows.indices {
            let place = oldPlace(index)
            let pipeline = book.pipelines[pipelineIndex(index, place)]
            guard let stage = won ? pipeline.wonStage : pipeline.lostStage else {
                throw ChangeDiagnostics.refused(
                    "the pipeline \"\(pipeline.name)\" has no \(won ? "won" : "lost") stage")
            }
            if place?.stage.kind != stage.kind { enter(stage, pipelineIndex(index, place), index) }
            if let reason { put(.reason, index, .text(reason)) }
        }
        if reason != nil { stated.insert(DealColumn.reason.rawValue) }
    }

    private mutating func reopen() throws {
        for index in rows.indices {
            guard let place = oldPlace(index), place.stage.kind.isClosed else { continue }
            var stage = book.pipelines[place.pipeline].firstOpenStage
            for row in try book.history.rows(ofDeal: rows[index]).reversed() {
                let cells = try book.history.rows.row(row)
                guard let name = cells[HistoryColumn.stage.index].text,
                    let found = book.place(ofStage: name, pipeline: place.pipeline), !found.stage.kind.isClosed
                else { continue }
                stage = found.stage
                // What was expected before it closed; a version that was only inferred does not know it.
                let close = cells[HistoryColumn.close.index]
                if !close.isMissing { put(.close, index, close) }
                break
            }
            guard let stage else {
                throw ChangeDiagnostics.refused(
                    "the pipeline \"\(book.pipelines[place.pipeline].name)\" has no open stage")
            }
            enter(stage, place.pipeline, index)
        }
    }

    private mutating func slip(_ duration: CalendarDuration, _ isBackward: Bool) throws {
        var closed: [Int] = []
        var undated = 0
        for index in rows.indices {
            if oldPlace(index)?.stage.kind.isClosed == true {
                // Its close date is the day it happened.
                closed.append(index)
            } else if let number = old(.close, index).integer {
                let close = Day(clamping: Int(number))
                let moved = isBackward ? duration.subtracted(from: close) : duration.added(to: close)
                put(.close, index, .integer(Int64(moved.number)))
            } else {
                undated += 1
            }
        }
        guard closed.count < rows.count || rows.isEmpty else {
            throw ChangeDiagnostics.refused(
                "\(list(closed)) \(closed.count == 1 ? "is" : "are") closed: the close date is the day it happened",
                hint: "slip moves the close dates of open deals")
        }
        func pass(_ count: Int, _ what: String, one: String, many: String) {
            guard count > 0 else { return }
            passed.count += count
            passed.notes.append("\(EnglishPlural.counted(count, what)) \(count == 1 ? one : many)")
        }
        pass(closed.count, "closed deal", one: "stays as it is", many: "stay as they are")
        pass(undated, "deal", one: "has no close date to move", many: "have no close date to move")
    }

    private mutating func set(_ fields: [FieldEdit]) throws {
        for field in fields {
            try load(field.column)
            guard let cells = try field.values.cells(rows.count), !stated.contains(field.column) else {
                throw ChangeDiagnostics.refused("\(field.column) is set twice")
            }
            after[field.column] = given.map { cells[$0] }
            stated.insert(field.column)
        }
        for field in fields {
            guard let own = try ownAmounts(field.column) else { continue }
            after[field.column] = own.cells
            if own.count > 0 {
                notes.append(
                    "\(field.column): \(EnglishPlural.counted(own.count, "amount")) kept in the currency of the deal, at"
                        + " the rate it is shown at")
            }
        }
        if stated.contains(DealColumn.id.rawValue) { try checkIdentifiers() }
        if stated.contains(DealColumn.stage.rawValue) || stated.contains(DealColumn.pipeline.rawValue) {
            try checkStages()
        }
        try checkChances()
    }

    private func checkIdentifiers() throws {
        var taken: Set<String> = []
        let chosen = Set(rows)
        for (row, cell) in try book.deals.columns[DealColumn.id.index].cells().enumerated()
        where !chosen.contains(row) && !book.deals.deletedRows.contains(row) {
            if let id = cell.text { taken.insert(NameIndex.key(id)) }
        }
        for cell in after[DealColumn.id.rawValue] ?? [] {
            guard let id = cell.text, !id.isEmpty else { throw ChangeDiagnostics.refused("a deal needs an id") }
            guard taken.insert(NameIndex.key(id)).inserted else {
                throw ChangeDiagnostics.refused("there is a deal \"\(id)\" already: an id names one deal")
            }
        }
    }

    private mutating func checkStages() throws {
        for index in rows.indices
        where new(.stage, index) != old(.stage, index) || new(.pipeline, index) != old(.pipeline, index) {
            guard let stage = new(.stage, index).text else { throw ChangeDiagnostics.refused("a deal needs a stage") }
            if let place = newPlace(index) {
                // Under the name that the pipeline gives it.
                put(.stage, index, .text(place.stage.name))
                continue
            }
            let pipeline = new(.pipeline, index).text ?? ""
            let known = book.pipelineIndex(pipeline).map { book.pipelines[$0].stages.map(\.name) } ?? []
            throw ChangeDiagnostics.refused(
                "the pipeline \"\(pipeline)\" has no stage \"\(stage)\"",
                hint: known.isEmpty ? nil : "set pipeline = \"\(pipeline)\", stage = \"\(known[0])\"")
        }
    }

    private mutating func checkChances() throws {
        for (column, what) in [(DealColumn.ownProbability, "probability"), (.ownCategory, "category")]
        where stated.contains(column.rawValue) {
            var closed: [Int] = []
            for index in rows.indices {
                let cell = new(column, index)
                if cell.isMissing { continue }
                if newPlace(index)?.stage.kind.isClosed == true { closed.append(index) }
                if let chance = cell.integer, !(0...1_000_000).contains(chance) {
                    throw ChangeDiagnostics.refused("a probability lies between 0% and 100%")
                }
            }
            guard closed.isEmpty else {
                throw ChangeDiagnostics.refused(
                    "\(list(closed)) \(closed.count == 1 ? "is" : "are") closed: won is 100%, lost 0%, and neither has a \(what) of its own"
                )
            }
        }
    }

    // MARK: What follows

    private mutating func follow() throws {
        let now = Cell.integer(Int64(day.number))
        var cleared = 0
        for index in rows.indices {
            let isMoved = new(.stage, index) != old(.stage, index) || new(.pipeline, index) != old(.pipeline, index)
            let place = newPlace(index)
            if isMoved {
                put(.entered, index, now)
                if !stated.contains(DealColumn.ownProbability.rawValue), !new(.ownProbability, index).isMissing {
                    put(.ownProbability, index, .missing)
                    cleared += 1
                }
                closing(index, from: oldPlace(index)?.stage.kind, to: place?.stage.kind, now)
            }
            if let stage = place?.stage {
                if new(.ownProbability, index).integer == stage.chance?.millionths {
                    put(.ownProbability, index, .missing)
                }
                if let category = stage.category, new(.ownCategory, index).text == category.rawValue {
                    put(.ownCategory, index, .missing)
                }
            }
            let isOpen = oldPlace(index)?.stage.kind.isClosed != true && place?.stage.kind.isClosed != true
            if isOpen, DealMerge.isPush(from: old(.close, index), to: new(.close, index)),
                !stated.contains(DealColumn.pushes.rawValue)
            {
                put(.pushes, index, .integer((old(.pushes, index).integer ?? 0) + 1))
            }
            if !stated.contains(DealColumn.touched.rawValue), isChanged(index),
                (old(.touched, index).integer ?? .min) < Int64(day.number)
            {
                put(.touched, index, now)
            }
        }
        if cleared > 0 {
            notes.append(
                "\(cleared) own \(cleared == 1 ? "probability was" : "probabilities were") cleared by the change of stage"
            )
        }
    }

    private mutating func closing(_ index: Int, from old: StageKind?, to new: StageKind?, _ now: Cell) {
        func isFree(_ column: DealColumn) -> Bool { !stated.contains(column.rawValue) }
        guard let new, old != new else { return }
        if new.isClosed {
            if isFree(.closedOn) { put(.closedOn, index, now) }
            if isFree(.close) { put(.close, index, now) }
            put(.ownProbability, index, .missing)
            put(.ownCategory, index, .missing)
            if new == .won, isFree(.reason) { put(.reason, index, .missing) }
        } else if old?.isClosed == true {
            if isFree(.closedOn) { put(.closedOn, index, .missing) }
            if isFree(.reason) { put(.reason, index, .missing) }
        }
    }

    private func isChanged(_ index: Int) -> Bool { after.contains { before[$0.key]?[index] != $0.value[index] } }

    // MARK: The change

    /// The change that the new values come to.
    func change(isDeletion: Bool) throws -> DealChange {
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
            unchangedCount: rows.count - changed.count - passed.count,
            leftStages: stages(moved.map { old(.stage, $0) }),
            enteredStages: stages(moved.map { new(.stage, $0) }),
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
