// What each kind of edit makes of the selected deals, and what it refuses: nothing is changed unless all of them can be.
// What follows from an edit, whichever it was, is in DealChanger+Following.

import Engine
import Values

extension DealChanger {
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
            if let currency = field.currency {
                try checkKept(in: currency, field.column)
                continue
            }
            let isCleared = if case .same(.missing) = field.values { true } else { false }
            guard let own = try ownAmounts(field.column, isCleared: isCleared) else { continue }
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
}
