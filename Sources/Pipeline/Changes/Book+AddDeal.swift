// A new deal by hand. What is not said follows from the book: an id of the form D-n, the first open stage of the first
// pipeline, created on the day.

import Engine
public import Values

extension Book {
    /// The change that adds a deal of this name with these values (one each), created on a day that is not after today.
    ///
    /// Throws a `Diagnostic` without a place when a value cannot be.
    /// - Complexity: a pass over the ids.
    public func adding(deal name: String, _ fields: [FieldEdit], on day: Day) throws -> (change: DealChange, id: String)
    {
        var values: [String: Cell] = [DealColumn.name.rawValue: .text(name)]
        for field in fields {
            guard let cell = try field.values.cells(1)?.first, deals.column(field.column) != nil else {
                throw ChangeDiagnostics.refused("the deals have no field \(field.column)")
            }
            guard values.updateValue(cell, forKey: field.column) == nil || field.column == DealColumn.name.rawValue
            else {
                throw ChangeDiagnostics.refused("\(field.column) is set twice")
            }
        }
        func value(_ column: DealColumn) -> Cell { values[column.rawValue] ?? .missing }
        let place = try newPlace(pipeline: value(.pipeline).text, stage: value(.stage).text)
        let id = try newIdentifier(value(.id).text)
        let now = Cell.integer(Int64(day.number))
        func put(_ column: DealColumn, _ cell: Cell, overStated: Bool = false) {
            if overStated || value(column).isMissing { values[column.rawValue] = cell }
        }
        put(.id, .text(id), overStated: true)
        put(.pipeline, .text(pipelines[place.pipeline].name), overStated: true)
        put(.stage, .text(place.stage.name), overStated: true)
        put(.created, now)
        put(.entered, now)
        put(.touched, now)
        put(.pushes, .integer(0))
        if let chance = value(.ownProbability).integer {
            guard (0...1_000_000).contains(chance) else {
                throw ChangeDiagnostics.refused("a probability lies between 0% and 100%")
            }
            if place.stage.kind.isClosed || chance == place.stage.chance?.millionths {
                put(.ownProbability, .missing, overStated: true)
            }
        }
        if place.stage.kind.isClosed
            || (place.stage.category != nil && value(.ownCategory).text == place.stage.category?.rawValue)
        {
            put(.ownCategory, .missing, overStated: true)
        }
        if place.stage.kind.isClosed {
            put(.close, now)
            put(.closedOn, value(.close))
        }
        let amounts = try OwnAmounts(self, on: day)
        let closing = place.stage.kind.isClosed ? value(.closedOn).integer.map { Int32(clamping: $0) } : nil
        for column in deals.columns where column.type == .money {
            guard let cents = values[column.name]?.integer else { continue }
            let twin = column.name == DealColumn.value.rawValue ? nil : values[column.name + "_currency"]?.text
            let currency = twin ?? value(.currency).text
            if let written = fields.first(where: { $0.column == column.name })?.currency {
                guard currency == written else {
                    throw OwnAmounts.notKept(in: written, id, 1, hint: "currency = \(written) as well")
                }
                continue
            }
            guard let own = try amounts.own(cents, in: currency, closing: closing) else {
                throw amounts.refusal(id)
            }
            values[column.name] = .integer(own)
        }
        let shownValue = try value(.value).integer.flatMap {
            try amounts.shown($0, in: value(.currency).text, closing: closing)
        }
        let columns = deals.columns.compactMap { column in
            values[column.name].map { Patch.Column(name: column.name, valueType: column.valueType, values: .same($0)) }
        }
        let start = Int64(day.number) * 86_400 - Int64(settings.timezoneMinutes) * 60
        let version: [HistoryColumn: Cell] = [
            .at: .integer(start), .pipeline: value(.pipeline), .stage: value(.stage), .value: value(.value),
            .close: value(.close), .owner: value(.owner), .probability: value(.ownProbability),
            .category: value(.ownCategory), .currency: value(.currency), .observed: .integer(0), .deleted: .integer(0),
        ]
        let patch = Patch([
            .append(.deals, count: 1, columns),
            .versions(
                VersionSplice(
                    deals: [deals.rowCount], kept: [0], counts: [1],
                    columns: VersionSplice.columns.map { .same(version[$0] ?? .missing) })),
        ])
        return (
            DealChange(
                patch: patch, rows: [deals.rowCount], value: shownValue ?? 0, unchangedCount: 0,
                leftStages: [], enteredStages: [(place.stage.name, 1)], notes: []), id
        )
    }

    private func newPlace(pipeline name: String?, stage: String?) throws -> StagePlace {
        let index = try name.map { name in
            guard let index = pipelineIndex(name) else {
                throw ChangeDiagnostics.refused("no pipeline is called \"\(name)\"")
            }
            return index
        }
        if let stage {
            if let place = place(ofStage: stage, pipeline: index) { return place }
            throw ChangeDiagnostics.refused("the pipeline \"\(name ?? "")\" has no stage \"\(stage)\"")
        }
        guard let stage = pipelines[index ?? 0].firstOpenStage,
            let place = place(ofStage: stage.name, pipeline: index ?? 0)
        else { throw ChangeDiagnostics.refused("the pipeline \"\(pipelines[index ?? 0].name)\" has no open stage") }
        return place
    }

    /// The id given, if it is free, or the next of the form D-n.
    private func newIdentifier(_ stated: String?) throws -> String {
        if let stated {
            guard !stated.isEmpty, try dealRow(id: stated) == nil else {
                throw ChangeDiagnostics.refused("there is a deal \"\(stated)\" already: an id names one deal")
            }
            return stated
        }
        var last = 0
        try unsafe deals.columns[DealColumn.id.index].forEachText { _, text in
            guard let text = unsafe text, text.count > 2, unsafe text[0] == UInt8(ascii: "D"),
                unsafe text[1] == UInt8(ascii: "-")
            else { return }
            if let number = unsafe Int(String(decoding: text, as: UTF8.self).dropFirst(2)) { last = max(last, number) }
        }
        guard last < .max else { throw ChangeDiagnostics.refused("no id of the form D-n is left") }
        return "D-\(last + 1)"
    }
}
