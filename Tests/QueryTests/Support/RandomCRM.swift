// A CRM that lives on its own and gives exports: deals appear, move, close, re-open, change hands and currencies, vanish
// and come back. What follows from importing them one after the other is tested against memory and against arithmetic.

import Pipeline
import Values

/// A CRM whose exports are imported.
struct RandomCRM {
    struct Deal {
        var id: String
        var stage: String
        var cents: Int?
        var close: Day?
        var owner: String
        var currency: String
        var probability: String
        var created: Day
        var account: String
    }

    var numbers: SeededNumbers
    var day = Day(iso: "2026-01-05") ?? .min
    var deals: [Deal] = []
    var gone: [Deal] = []
    var count = 0
    static let stages = [
        "Initial Contact", "Qualification", "Demo Scheduled", "Proposal Sent", "Negotiation", "Closed Won",
        "Closed Lost",
    ]

    init(seed: UInt64) {
        numbers = SeededNumbers(seed: seed)
        for _ in 0..<14 { add() }
    }

    mutating func add() {
        count += 1
        deals.append(
            Deal(
                id: "D-\(count)", stage: RandomCRM.stages[Int.random(in: 0..<4, using: &numbers)], cents: amount(),
                close: closing(), owner: numbers.pick(["Dana", "Marco", ""]), currency: currency(),
                probability: numbers.pick(["", "", "35"]), created: day,
                account: numbers.pick(["Acme", "Globex"])))
    }

    mutating func amount() -> Int? {
        numbers.chance(10) ? nil : Int.random(in: 1...200_000, using: &numbers)
    }
    mutating func closing() -> Day? {
        numbers.chance(10) ? nil : day.adding(days: Int.random(in: -10...90, using: &numbers))
    }
    mutating func currency() -> String { numbers.pick(["USD", "USD", "EUR", "GBP", "CHF", ""]) }

    /// Some days go by, and things happen.
    mutating func pass() {
        day = day.adding(days: Int.random(in: 1...16, using: &numbers))
        for index in deals.indices {
            if numbers.chance(30) {
                deals[index].stage = numbers.pick(RandomCRM.stages)
                if deals[index].stage.hasPrefix("Closed"), numbers.chance(70) { deals[index].close = day }
            }
            if numbers.chance(15) { deals[index].cents = amount() }
            if numbers.chance(15) { deals[index].close = closing() }
            if numbers.chance(8) { deals[index].owner = numbers.pick(["Dana", "Marco", "Lee", ""]) }
            if numbers.chance(4) { deals[index].currency = currency() }
            if numbers.chance(6) { deals[index].probability = numbers.pick(["", "35", "90"]) }
        }
        if numbers.chance(50), deals.count > 3 {
            gone.append(deals.remove(at: Int.random(in: 0..<deals.count, using: &numbers)))
        }
        if numbers.chance(35), !gone.isEmpty { deals.append(gone.removeFirst()) }
        for _ in 0..<Int.random(in: 0...2, using: &numbers) { add() }
    }

    static let rates = TextTable(
        name: "rates.csv", header: ["currency", "date", "rate"],
        rows: [
            ["EUR", "2026-01-01", "1.1"], ["EUR", "2026-02-20", "1.25"], ["EUR", "2026-03-20", "0.97"],
            ["GBP", "2026-03-01", "1.31"],
        ])

    /// The book that successive exports make, and the days of the exports; `each` is given the book of every day.
    static func book(
        seed: UInt64, exports: Int, each: (Book, Day) throws -> Void = { _, _ in }
    ) throws -> (book: Book, days: [Day]) {
        var crm = RandomCRM(seed: seed)
        var book = try Book(identity: BookIdentity(id: UInt128(seed)))
        var days: [Day] = []
        for _ in 0..<exports {
            let day = crm.day
            let options = ImportOptions(asOf: day, missingDeals: crm.numbers.pick([.deleted, .deleted, .lost, .kept]))
            book = try book.importing("deals", from: crm.export(), options: options, today: day).book
            if days.isEmpty { book = try book.importing("rates", from: rates, today: day).book }
            days.append(day)
            try each(book, day)
            crm.pass()
        }
        return (book, days)
    }

    /// The file that the CRM gives today.
    func export() -> TextTable {
        TextTable(
            name: "export.csv",
            header: [
                "Deal ID", "Deal Name", "Stage", "Amount", "Currency", "Close Date", "Owner", "Probability",
                "Created", "Account", "Source",
            ],
            rows: deals.map { deal in
                [
                    deal.id, "Deal " + deal.id, deal.stage,
                    deal.cents.map { Money(cents: Int64($0)).plain } ?? "", deal.currency,
                    deal.close?.description ?? "", deal.owner, deal.probability, deal.created.description,
                    deal.account, "Webinar",
                ]
            })
    }
}
