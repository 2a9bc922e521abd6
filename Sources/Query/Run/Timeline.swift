// What has happened to a deal, for its card: from its versions where the book has them, else from the days it carries.

import Engine
import Pipeline
import Values

enum Timeline {
    /// The timelines of the first deals of an answer, by their ids.
    static func entries(of answer: Answer, in book: Book, today: Day) throws -> [[Answer.TimelineEntry]] {
        guard let id = answer.columns.firstIndex(where: { $0.name == DealColumn.id.rawValue }) else { return [] }
        let ids = try answer.page(0..<min(answer.rowCount, Limits.cardCountMax), of: [id])
        return try ids.columns[0].cells().map { cell in
            guard let text = cell.text, let row = try book.dealRow(id: text) else { return [] }
            let versions = try book.history.rows(ofDeal: row)
            return try versions.isEmpty
                ? days(of: row, in: book, today) : entries(versions, of: row, in: book, today)
        }
    }

    /// Without versions: created, the present stage entered, closed.
    private static func days(of row: Int, in book: Book, _ today: Day) throws -> [Answer.TimelineEntry] {
        var entries: [Answer.TimelineEntry] = []
        func add(_ column: DealColumn, _ text: String, until: Day? = nil) throws {
            if let number = try book.deal(row, column).integer {
                entries.append(Answer.TimelineEntry(day: Day(clamping: Int(number)), text: text, until: until))
            }
        }
        try add(.created, "created")
        let place = try book.place(ofDeal: row)
        let stage = try book.deal(row, .stage).text ?? "its stage"
        try add(.entered, "entered \(stage)", until: place?.stage.kind.isClosed == true ? nil : today)
        if let kind = place?.stage.kind, kind.isClosed {
            let hasOwnDay = try !book.deal(row, .closedOn).isMissing
            try add(hasOwnDay ? .closedOn : .close, kind.rawValue)
        }
        return entries.sorted { $0.day < $1.day }
    }

    /// What each version changed.
    private static func entries(
        _ versions: [Int], of row: Int, in book: Book, _ today: Day
    ) throws -> [Answer.TimelineEntry] {
        var entries: [Answer.TimelineEntry] = []
        if let created = try book.deal(row, .created).integer {
            entries.append(Answer.TimelineEntry(day: Day(clamping: Int(created)), text: "created"))
        }
        var before: [Cell]?
        /// The entry of the stay that runs, until the next entry ends it.
        var stay: Int?
        for version in versions {
            let cells = try book.history.rows.row(version)
            let seconds = (cells[HistoryColumn.at.index].integer ?? 0) + Int64(book.settings.timezoneMinutes) * 60
            let day = Day(clamping: Int((Double(seconds) / 86_400).rounded(.down)))
            let stage = HistoryColumn.stage.index
            if before == nil || before?[stage] != cells[stage], !cells[stage].isMissing {
                if let stay { entries[stay].until = day }
                stay = entries.count
            }
            for text in changes(from: before, to: cells, in: book) {
                entries.append(Answer.TimelineEntry(day: day, text: text))
            }
            before = cells
        }
        if let stay, try book.place(ofDeal: row)?.stage.kind.isClosed == false { entries[stay].until = today }
        return entries
    }

    private static func changes(from before: [Cell]?, to after: [Cell], in book: Book) -> [String] {
        func cell(_ cells: [Cell]?, _ column: HistoryColumn) -> Cell { cells?[column.index] ?? .missing }
        func changed(_ column: HistoryColumn) -> Bool {
            before != nil && cell(before, column) != cell(after, column) && !cell(after, column).isMissing
        }
        var texts: [String] = []
        if before == nil || changed(.stage), let stage = cell(after, .stage).text {
            texts.append((cell(after, .observed).integer == 1 ? "seen in " : "entered ") + stage)
        }
        if changed(.value), let cents = cell(after, .value).integer {
            let currency = cell(after, .currency).text.flatMap { Currency(code: $0) } ?? book.settings.currency
            texts.append("value \(currency.prefix)\(Money(cents: cents).grouped())")
        }
        if changed(.close), let day = cell(after, .close).integer {
            texts.append("close date \(Day(clamping: Int(day)))")
        }
        if changed(.owner), let owner = cell(after, .owner).text { texts.append("owner \(owner)") }
        return texts
    }
}
