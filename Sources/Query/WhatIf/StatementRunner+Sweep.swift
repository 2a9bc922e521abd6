// `sweep`: the same question for each value of a lever, or of two. Everything learned from the book is learned once; the
// values go on top of what is assumed already.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    /// `sweep RANGE [, RANGE] | STEPS`.
    func sweep(_ statement: SweepStatement, in source: SourceText, book: Book) throws -> Answer {
        let asking = LeverQuestion(self, statement.steps, in: source, book: book)
        let ranges = try statement.ranges.map { try range($0, asking) }
        let count = ranges.reduce(1) { $0 * $1.values.count }
        guard count <= Limits.sweepValueCountMax else {
            throw Diagnostic(
                .impossibleLever,
                "a sweep takes at most \(Words.grouped(Limits.sweepValueCountMax)) values, these are"
                    + " \(Words.grouped(count))", at: statement.span, hint: "a greater step after by")
        }
        var rows: [(values: [Int64], answer: Answer)] = []
        for first in ranges[0].values {
            let seconds = ranges.count > 1 ? ranges[1].values.map { [first, $0] } : [[first]]
            for values in seconds {
                try execution.cancellation.check()
                let levers = zip(ranges, values).map { $0.scale.moved(to: $1) }
                rows.append((values, try asking.answer(levers)))
            }
        }
        return try table(names(ranges.map(\.scale), statement, source), ranges.map(\.scale), rows, asking)
    }

    private func range(
        _ written: LeverRange, _ asking: LeverQuestion
    ) throws -> (scale: LeverScale, values: [Int64]) {
        let lever = try asking.lever(written.lever)
        let kind = written.lever.kind
        func amount(_ expression: SyntaxExpression) throws -> (unit: LeverScale.Unit, value: Int64) {
            var binder = try asking.binder()
            let amount = try placed(expression.span) { try binder.amount(expression, execution) }
            guard let found = LeverScale.of(amount, kind) else { throw binder.unfit(amount, kind, at: expression.span) }
            return found
        }
        let first = try amount(written.from)
        let last = try amount(written.to)
        guard first.unit == last.unit else {
            throw Diagnostic(
                .impossibleLever, "a sweep goes from one amount to another of its kind", at: written.to.span)
        }
        for (end, place) in [(first, written.from.span), (last, written.to.span)]
        where !LeverScale.possible(end.unit).contains(end.value) {
            let binder = try asking.binder()
            throw binder.impossible("\(kind.rawValue) = \(asking.source.text(place)) is impossible", kind, at: place)
        }
        if first.unit == .days, try asking.medianWonAge() == nil {
            throw Diagnostic(
                .impossibleLever,
                "no deal with a creation day was won yet, so no cycle is known that days could change",
                at: written.from.span, hint: "sweep cycle from 80% to 120% | …")
        }
        let step = try written.by.map { by in
            let step = try amount(by)
            guard step.unit == first.unit else {
                throw Diagnostic(.impossibleLever, "the step is no amount like the ends", at: by.span)
            }
            return step.value
        }
        do throws(LeverSteps.Fault) {
            let values = try LeverSteps.values(
                from: first.value, to: last.value, by: step, countMax: Limits.sweepValueCountMax)
            return (LeverScale(lever: lever, unit: first.unit), values)
        } catch {
            let place = written.by?.span ?? written.span
            switch error {
            case .leadsNowhere:
                throw Diagnostic(.impossibleLever, "a step of nothing never arrives", at: place, hint: "by 10%")
            case .tooMany(let count):
                throw Diagnostic(
                    .impossibleLever,
                    "a sweep takes at most \(Words.grouped(Limits.sweepValueCountMax)) values, these"
                        + " are \(Words.grouped(count))", at: place, hint: "a greater step")
            }
        }
    }

    /// What the columns of the values are called: as the lever, or, where both are of one kind, as each is written.
    private func names(_ scales: [LeverScale], _ statement: SweepStatement, _ source: SourceText) -> [String] {
        var names = scales.map(\.columnName)
        guard Set(names).count < names.count else { return names }
        names = statement.ranges.map { range in
            source.text(range.lever.span).lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "_")
        }
        return names.enumerated().map { place, name in
            names[..<place].contains(name) ? "\(name)_\(place + 1)" : name
        }
    }

    /// The rows of all values beneath each other, the values before them.
    private func table(
        _ names: [String], _ scales: [LeverScale], _ rows: [(values: [Int64], answer: Answer)],
        _ asking: LeverQuestion
    ) throws -> Answer {
        var builder = SweepTable()
        for (name, scale) in zip(names, scales) { builder.addKey(name, scale.type, asking.currency) }
        for row in rows {
            try builder.add(zip(scales, row.values).map { $0.cell($1) }, row.answer)
        }
        var answer = try builder.answer()
        answer.notes = scales.compactMap(\.note) + asking.commonNotes(rows.map(\.answer))
        answer.resolved = rows.first?.answer.resolved ?? []
        answer.warnings = rows.first?.answer.warnings ?? []
        let isOneRowEach = rows.allSatisfy { $0.answer.rowCount == 1 }
        guard isOneRowEach, let value = builder.measure else { return answer }
        if scales.count == 2 {
            answer.picture = .grid(row: 0, column: 1, value: value)
        } else if rows.count > 1 {
            answer.picture = .line(over: 0, values: [value])
        }
        return answer
    }
}

/// Answers beneath each other, with further columns before theirs.
struct SweepTable {
    private var columns: [Answer.Column] = []
    private var cells: [[Cell]] = []
    private var keyCount = 0
    private var rowCount = 0
    private var shown: [Int] = []

    /// A column before those of the answers.
    mutating func addKey(_ name: String, _ type: ValueType, _ currency: Currency) {
        columns.append(Answer.Column(name, type, currency: type.type == .money ? currency : nil, isKey: true))
        cells.append([])
        shown.append(keyCount)
        keyCount += 1
    }

    /// The rows of an answer behind one value for each key.
    mutating func add(_ keys: [Cell], _ answer: Answer) throws {
        let table = try answer.table()
        for key in keys.indices { cells[key] += [Cell](repeating: keys[key], count: table.rowCount) }
        var isFilled = [Bool](repeating: false, count: columns.count)
        for (column, stored) in zip(answer.columns, table.columns) {
            var place = columns.indices.dropFirst(keyCount).first { columns[$0].name == name(column.name) }
            if place == nil {
                var added = column
                added.name = name(column.name)
                columns.append(added)
                cells.append([Cell](repeating: .missing, count: rowCount))
                isFilled.append(false)
                place = columns.count - 1
                if answer.shown.contains(answer.columns.firstIndex(of: column) ?? -1) {
                    shown.append(columns.count - 1)
                }
            }
            guard let place else { continue }
            cells[place] += try stored.cells()
            isFilled[place] = true
        }
        rowCount += table.rowCount
        for place in columns.indices.dropFirst(keyCount) where !isFilled[place] {
            cells[place] += [Cell](repeating: .missing, count: table.rowCount)
        }
    }

    /// A column's name that no key has.
    private func name(_ name: String) -> String {
        columns.prefix(keyCount).contains { $0.name == name } ? name + "_" : name
    }

    /// The column that is drawn: what is expected, else the first amount, else the first number.
    var measure: Int? {
        let measures = columns.indices.dropFirst(keyCount).filter { !columns[$0].isKey }
        return measures.first { columns[$0].name == "expected" }
            ?? measures.first { columns[$0].type.type == .money }
            ?? measures.first { [.number, .percent, .duration].contains(columns[$0].type.type) }
    }

    /// Everything as one answer. A column that is empty everywhere (no target), or an estimate that is nothing everywhere
    /// (no new business) and is not what is drawn, is not shown.
    func answer() throws -> Answer {
        let shown = shown.filter { place in
            let isTold = !columns[place].isEstimate || place == measure
            return place < keyCount || rowCount == 0
                || cells[place].contains { $0 != .missing && (isTold || $0 != .integer(0)) }
        }
        let table = try Table(
            zip(columns, cells).map { try Engine.Column(name: $0.name, valueType: $0.type, cells: $1) })
        return Answer(shape: .rows, columns: columns, shown: shown, rows: AnswerRows(table), rowNoun: "row")
    }
}
