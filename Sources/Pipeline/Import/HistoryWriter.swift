// Writes versions of deals into a history. What an import without history knows of the past is little, and no more is
// written than that:
//
//   a closed deal   the day it was created, in its pipeline's first open stage, with no values (nobody knows them);
//                   the stage it was in before its status took it away; the day it closed, with its values
//   an open deal    the day it entered its stage, if the file says so, with no values;
//                   the day of the export, as it was seen then, with all of them
//
// Values are never written to a day before the one they are known of, so that nothing learned later shows in the past.

import Engine
import Values

/// Collects versions and puts them into a history.
struct HistoryWriter {
    private var builders = HistoryColumn.allCases.map { ColumnBuilder(name: $0.rawValue, valueType: $0.valueType) }
    private var count = 0
    private let secondsEast: Int64
    private var dealColumns: [Int] = []

    init(book: Book) { secondsEast = Int64(book.settings.timezoneMinutes) * 60 }

    /// The version of a deal as the book has it, from a day on.
    mutating func append(_ book: Book, _ row: Int, at day: Day, observed: Bool) throws {
        append([
            .deal: .integer(Int64(row)), .at: instant(day), .pipeline: try book.deal(row, .pipeline),
            .stage: try book.deal(row, .stage), .value: try book.deal(row, .value), .close: try book.deal(row, .close),
            .owner: try book.deal(row, .owner), .probability: try book.deal(row, .ownProbability),
            .category: try book.deal(row, .ownCategory), .currency: try book.deal(row, .currency),
            .observed: .integer(observed ? 1 : 0),
        ])
    }

    /// The versions that a deal new to the book begins with.
    mutating func appendNew(_ book: Book, _ row: Int, place: StagePlace?, before: String?, day: Day) throws {
        func known(_ column: DealColumn) throws -> Day? {
            try book.deal(row, column).integer.flatMap { Day(number: Int($0)) }
        }
        let entered = try known(.entered)
        guard let place, place.stage.kind.isClosed else {
            if let entered, entered < day { stage(row, entered, try book.deal(row, .pipeline), place?.stage.name) }
            try append(book, row, at: day, observed: entered.map { $0 > day } ?? true)
            return
        }
        let created = try known(.created)
        guard let closed = try known(.closedOn) ?? known(.close) ?? entered, closed <= day else {
            try append(book, row, at: day, observed: true)
            return
        }
        let pipeline = book.pipelines[place.pipeline]
        if let created, created <= closed {
            stage(row, created, .text(pipeline.name), pipeline.firstOpenStage?.name)
        }
        if let before, before != pipeline.firstOpenStage?.name {
            let since = entered.flatMap { $0 < closed ? $0 : nil } ?? created
            if let since, since <= closed { stage(row, since, .text(pipeline.name), before) }
        }
        try append(book, row, at: closed, observed: created == nil)
    }

    /// The history with the collected versions in it.
    func merged(with history: History) throws -> History {
        guard count > 0 else { return history }
        let new = try Table(builders.map { try $0.finish() })
        if history.isEmpty { return try History(new) }
        let columns = try zip(history.rows.columns, new.columns).map { old, added in
            var builder = ColumnBuilder(name: old.name, valueType: old.valueType)
            try builder.append(old)
            try builder.append(added)
            return try builder.finish()
        }
        return try History(Table(columns))
    }

    private mutating func stage(_ row: Int, _ day: Day, _ pipeline: Cell, _ stage: String?) {
        append([
            .deal: .integer(Int64(row)), .at: instant(day), .pipeline: pipeline,
            .stage: stage.map { .text($0) } ?? .missing, .observed: .integer(0),
        ])
    }

    /// The beginning of a day in the book's timezone.
    private func instant(_ day: Day) -> Cell { .integer(Int64(day.number) * 86_400 - secondsEast) }

    private mutating func append(_ cells: [HistoryColumn: Cell]) {
        for (index, column) in HistoryColumn.allCases.enumerated() {
            switch cells[column] ?? .missing {
            case .integer(let value): builders[index].append(value)
            case .text(let text): builders[index].append(text)
            case .real, .missing: builders[index].appendMissing()
            }
        }
        count += 1
    }
}
