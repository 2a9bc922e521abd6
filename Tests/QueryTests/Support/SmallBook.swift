// A book small enough to check every answer by hand: fourteen deals of five owners' names, three reference tables, today
// a Monday. The cases under Tests/Cases/query are asked of it.

import Engine
import Pipeline
import Values

enum SmallBook {
    /// The day that the cases are asked on.
    static let today = Day(iso: "2026-11-23") ?? .min

    /// One deal a line; `-` is missing.
    static let deals = """
        id    | name            | account               | owner      | source    | product | stage           | value    | created    | close      | entered    | next_step
        D-101 | Acme renewal    | Acme Corp             | Dana Ruiz  | Referral  | Suite   | Negotiation     | 60000    | 2026-08-03 | 2026-12-15 | 2026-11-02 | send contract
        D-102 | Globex pilot    | Globex                | Marco Polo | Webinar   | Basic   | Negotiation     | 12000    | 2026-09-10 | 2026-11-20 | 2026-10-01 | -
        D-103 | Initech rollout | Initech               | Dana Ruiz  | Webinar   | Suite   | Demo Scheduled  | 25000    | 2026-10-05 | 2026-12-31 | 2026-11-10 | demo on Friday
        D-104 | Umbrella trial  | Umbrella              | Lee Wong   | Cold Call | Basic   | Demo Scheduled  | 8000     | 2026-10-20 | 2027-01-15 | 2026-10-25 | -
        D-105 | Acme upsell     | Acme Corp             | Marco Polo | Referral  | Pro     | Proposal Sent   | 40000.50 | 2026-07-01 | 2026-12-01 | 2026-11-20 | call
        D-106 | Hooli intro     | Hooli                 | Lee Wong   | -         | -       | Initial Contact | -        | 2026-11-18 | -          | 2026-11-18 | -
        D-107 | Stark fleet     | Stark                 | Dana Ruiz  | Webinar   | Pro     | Closed Won      | 90000    | 2026-03-02 | 2026-06-30 | 2026-06-30 | -
        D-108 | Wayne estate    | Wayne                 | Marco Polo | Referral  | Suite   | Closed Won      | 30000    | 2026-05-11 | 2026-10-15 | 2026-10-15 | -
        D-109 | Wonka works     | Wonka                 | Lee Wong   | Webinar   | Basic   | Closed Lost     | 15000    | 2026-04-01 | 2026-08-20 | 2026-08-20 | -
        D-110 | Tyrell plant    | Tyrell                | Dana Ruiz  | Cold Call | Pro     | Closed Lost     | 50000    | 2026-06-01 | 2026-11-05 | 2026-11-05 | -
        D-111 | Arizona license | University of Arizona | Dana White | Referral  | Basic   | Qualification   | 20000    | 2026-11-02 | 2027-02-01 | 2026-11-09 | -
        D-112 | Labs pilot      | Acme Labs             | Lee Wong   | Webinar   | Suite   | Qualification   | 5500     | 2026-11-10 | 2026-12-20 | 2026-11-16 | -
        D-113 | Wayne tower     | Wayne                 | Marco Polo | Cold Call | Pro     | Closed Won      | 45000    | 2026-01-15 | 2026-03-20 | 2026-03-20 | -
        D-114 | Old quote       | University            | -          | Referral  | Basic   | Proposal Sent   | 7000     | 2025-12-20 | 2026-10-30 | 2026-02-01 | -
        """

    static let accounts = """
        account               | sector    | employees
        Acme Corp             | industry  | 1200
        Acme Labs             | research  | 40
        Globex                | industry  | 300
        Initech               | software  | 90
        Umbrella              | research  | 5000
        Stark                 | industry  | 800
        Wayne                 | finance   | 2500
        Wonka                 | food      | 150
        Tyrell                | industry  | 700
        University of Arizona | education | 15000
        University            | education | 9000
        Hooli                 | software  | 10000
        """

    static let owners = """
        owner      | manager
        Dana Ruiz  | Ines Ortega
        Marco Polo | Ines Ortega
        Lee Wong   | Otto Berg
        Dana White | Otto Berg
        """

    static let products = """
        product | price
        Suite   | 12000
        Basic   | 4000
        """

    /// The book: its deals in the pipeline of a new book, targets of ten days for demos and thirty for negotiations.
    static func make() throws -> Book {
        var book = try Book(settings: BookSettings(today: today))
        try book.setStage(StageDraft("Demo Scheduled", targetDays: 10))
        try book.setStage(StageDraft("Negotiation", targetDays: 30))
        let (header, rows) = parse(deals)
        for row in rows {
            let cells = DealColumn.allCases.map { column -> Cell in
                guard let place = header.firstIndex(of: column.rawValue) else { return .missing }
                return cell(row[place], column.valueType)
            }
            try book.deals.append(row: cells)
        }
        book.setTable(try reference("accounts", "account", accounts, [.category, .category, .integer]))
        book.setTable(try reference("owners", "owner", owners, [.category, .category]))
        book.setTable(try reference("products", "product", products, [.category, .money]))
        // A definition that an older version could read.
        book.lets.append(LetDefinition(name: "worn", text: "deals where where"))
        return book
    }

    private static func reference(
        _ name: String, _ field: String, _ text: String, _ types: [ValueType]
    ) throws -> ReferenceTable {
        let (header, rows) = parse(text)
        let columns = try header.indices.map { index in
            try Column(name: header[index], valueType: types[index], cells: rows.map { cell($0[index], types[index]) })
        }
        return ReferenceTable(
            name: name, singular: field, field: field, keyColumn: field, rows: try Table(columns))
    }

    static func parse(_ text: String) -> (header: [String], rows: [[String]]) {
        let lines = text.split(separator: "\n").map { line in
            line.split(separator: "|").map { $0.drop { $0 == " " } }.map { part in
                String(part.reversed().drop { $0 == " " }.reversed())
            }
        }
        return (lines[0], Array(lines.dropFirst()))
    }

    static func cell(_ text: String, _ type: ValueType) -> Cell {
        if text == "-" { return .missing }
        switch type.type {
        case .money: return Double(text).map { .integer(Int64(($0 * 100).rounded())) } ?? .missing
        case .date: return Day(iso: text).map { .integer(Int64($0.number)) } ?? .missing
        case .number: return Int64(text).map(Cell.integer) ?? .missing
        default: return .text(text)
        }
    }
}
