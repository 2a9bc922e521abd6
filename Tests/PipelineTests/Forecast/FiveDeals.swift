// Five deals whose forecast is arithmetic: one won, one overdue, two due this quarter, one due in the next. Today is
// 2026-11-23; probabilities are those of the stages of a new book.
//
//   A  $10,000  Closed Won       100%  closed 2026-10-15
//   B  $20,000  Negotiation       80%  close 2026-11-10, past: counts as today
//   C  $30,000  Proposal Sent     60%  close 2026-12-15, in 22 days
//   D  $50,000  Demo Scheduled    40%  close 2027-01-20, in 58 days
//   E   $5,000  Qualification     20%  close 2026-12-31, in 38 days
import Engine
import Pipeline
import Values

enum FiveDeals {
    static let today = Day(iso: "2026-11-23") ?? .min
    static let quarter = Period(from: Day(iso: "2026-10-01") ?? .min, upTo: Day(iso: "2027-01-01") ?? .min)
    static let next = Period(from: Day(iso: "2027-01-01") ?? .min, upTo: Day(iso: "2027-04-01") ?? .min)

    static func book() throws -> Book {
        try book(of: [
            ["A", "Closed Won", "1000000", "2026-08-01", "2026-10-15"],
            ["B", "Negotiation", "2000000", "2026-08-10", "2026-11-10"],
            ["C", "Proposal Sent", "3000000", "2026-09-01", "2026-12-15"],
            ["D", "Demo Scheduled", "5000000", "2026-10-05", "2027-01-20"],
            ["E", "Qualification", "500000", "2026-11-01", "2026-12-31"],
        ])
    }

    /// A book of deals given as id, stage, cents, created, close; empty texts are missing.
    static func book(of rows: [[String]]) throws -> Book {
        var book = try Book(settings: BookSettings(today: today))
        let columns: [DealColumn] = [.id, .stage, .value, .created, .close]
        for row in rows {
            try book.deals.append(
                row: DealColumn.allCases.map { column in
                    guard let place = columns.firstIndex(of: column), !row[place].isEmpty else { return .missing }
                    switch column {
                    case .value: return Int64(row[place]).map(Cell.integer) ?? .missing
                    case .created, .close:
                        return Day(iso: row[place]).map { .integer(Int64($0.number)) } ?? .missing
                    default: return .text(row[place])
                    }
                })
        }
        return book
    }

    /// The forecast as rows by column name.
    static func forecast(
        _ book: Book, _ period: Period, options: ForecastReport.Options = ForecastReport.Options(),
        knowledge: ForecastKnowledge? = nil
    ) throws -> [[String: Cell]] {
        let calendar = Calendar(today: today)
        let knowledge = try knowledge ?? ForecastKnowledge(book, calendar: calendar)
        let result = try ForecastReport.run(
            ReportInput(book: book, calendar: calendar, period: period), knowledge, options)
        return result.rows.map { cells in
            Dictionary(uniqueKeysWithValues: zip(result.columns.map(\.name), cells))
        }
    }
}
