// `import targets`: whose, when, how much. Columns are recognised by their exact names; days come as one period
// (`2026-Q4`, `Nov 2026`, `2026`) or as a first and a last day.

import Values

extension Book {
    func importingTargets(_ file: TextTable, _ options: ImportOptions) throws -> (book: Book, report: ImportReport) {
        let columns = try TargetColumns(file, options)
        var report = ImportReport(table: Book.targetsName)
        report.rowCount = file.rowCount
        var targets: [SalesTarget] = []
        var bad: [BadCell] = []
        for row in 0..<file.rowCount {
            do throws(BadTargetCell) {
                targets.append(try columns.target(file, row, fiscalStart: settings.fiscalYearStartMonth))
            } catch {
                bad.append(error.cell)
            }
        }
        if !bad.isEmpty {
            guard options.skipsBadRows else { throw BadCell.refusal(bad, file) }
            report.rejects = bad.map { ImportReport.Reject(row: $0.row, reason: $0.reason(file)) }
        }
        var book = self
        let before = try Dictionary(
            salesTargets().map { (NameIndex.key($0.key), $0) }, uniquingKeysWith: { first, _ in first })
        try book.setTargets(targets)
        for target in Dictionary(targets.map { (NameIndex.key($0.key), $0) }, uniquingKeysWith: { $1 }).values {
            switch before[NameIndex.key(target.key)] {
            case nil: report.addedCount += 1
            case target?: report.unchangedCount += 1
            default: report.updatedCount += 1
            }
        }
        report.columns = columns.uses(file)
        if !columns.hasNames, !targets.isEmpty {
            report.notes.append(
                "no column says whose they are, so they are targets of the whole company; with COLUMN as name says it")
        }
        let twice = targets.count - Set(targets.map { NameIndex.key($0.key) }).count
        if twice > 0 {
            report.notes.append(
                "\(EnglishPlural.counted(twice, "row")) \(twice == 1 ? "has" : "have") the person and days of a later one,"
                    + " which counts")
        }
        let known = Set(try targetNames().map { NameIndex.key($0) })
        let strangers = Set(targets.compactMap(\.name).filter { !known.contains(NameIndex.key($0)) }).sorted()
        if !strangers.isEmpty {
            report.notes.append(
                "no owner, manager or team is called " + strangers.prefix(5).joined(separator: ", ")
                    + (strangers.count > 5 ? ", … (\(strangers.count - 5) more)" : "")
                    + ": their targets count in the whole company's alone")
        }
        return (book, report)
    }
}

private struct BadTargetCell: Error { var cell: BadCell }

/// Which columns of a file say what.
private struct TargetColumns {
    private var name: Int?
    private var period: Int?
    private var first: Int?
    private var last: Int?
    private var amount: Int
    private var mark = DecimalMark.point

    /// Whether a column says whose the targets are.
    var hasNames: Bool { name != nil }

    private static let names = [
        "owner", "name", "rep", "sales rep", "sales agent", "user", "team", "manager", "salesperson",
        "opportunity owner",
    ]
    private static let periods = ["period", "quarter", "month", "year", "fiscal period", "date range"]
    private static let firsts = ["first", "start", "from", "start date", "period start"]
    private static let lasts = ["last", "end", "to", "end date", "period end"]
    private static let amounts = ["amount", "target", "quota", "goal", "value", "quota amount", "target amount"]

    init(_ file: TextTable, _ options: ImportOptions) throws {
        let headers = file.header.map { HeaderName.snake($0).split(separator: "_").joined(separator: " ") }
        func column(_ field: String, _ aliases: [String]) throws -> Int? {
            if let stated = options.mappings.first(where: { NameIndex.key($0.field) == field }) {
                guard let place = file.header.firstIndex(where: { NameIndex.key($0) == NameIndex.key(stated.column) })
                else { throw ImportDiagnostics.unknownColumn(stated.column, in: file, clause: "with") }
                return place
            }
            return aliases.lazy.compactMap { headers.firstIndex(of: $0) }.first
        }
        name = try column("name", Self.names)
        period = try column("period", Self.periods)
        first = try column("first", Self.firsts)
        last = try column("last", Self.lasts)
        let found = try column("amount", Self.amounts)
        let hasDays = period != nil || (first != nil && last != nil)
        guard let amount = found, hasDays else {
            let lacks = (found == nil ? ["amounts"] : []) + (hasDays ? [] : ["periods"])
            throw Diagnostic(
                .missingColumn, "\"\(file.name)\" has no column of \(lacks.joined(separator: ", and none of "))",
                hint: "with COLUMN as amount, COLUMN as period, COLUMN as name",
                notes: ["columns: " + file.header.joined(separator: ", ")])
        }
        self.amount = amount
        // As the column as a whole can be read: with points, unless only commas make numbers of all its cells.
        let texts = (0..<file.rowCount).map { Array(text(file, $0, amount).utf8) }
        let areRead = [DecimalMark.point, .comma].map { mark in
            texts.allSatisfy { AmountText.read($0.span, mark)?.cents != nil }
        }
        if !areRead[0], areRead[1] { mark = .comma }
    }

    private func text(_ file: TextTable, _ row: Int, _ column: Int) -> String {
        file.text(row: row, column: column).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    func uses(_ file: TextTable) -> [ImportReport.ColumnUse] {
        file.header.indices.map { column in
            let (field, reading): (String?, String) =
                switch column {
                case name: ("name", "category")
                case amount: ("amount", "money")
                case period: ("period", "days")
                case first: ("first", "date")
                case last: ("last", "date")
                default: (nil, "no part of a target")
                }
            return ImportReport.ColumnUse(
                header: file.header[column], field: field, reading: reading, isFixedField: field != nil)
        }
    }

    func target(_ file: TextTable, _ row: Int, fiscalStart: Int) throws(BadTargetCell) -> SalesTarget {
        func bad(_ column: Int, _ expected: String) -> BadTargetCell {
            BadTargetCell(cell: BadCell(row: row, column: column, expected: expected))
        }
        func text(_ column: Int) -> String { self.text(file, row, column) }
        let bytes = Array(text(amount).utf8)
        guard let read = AmountText.read(bytes.span, mark), !read.isPercent, let cents = read.cents else {
            throw bad(amount, "no amount of money")
        }
        let days: Period
        if let period {
            guard let found = TargetPeriod.days(text(period), fiscalStart: fiscalStart) else {
                throw bad(period, "no period such as 2026-Q4, 2026-11 or 2026")
            }
            days = found
        } else {
            guard let first, let start = Day(iso: text(first)) else {
                throw bad(first ?? 0, "no date such as 2026-10-01")
            }
            guard let last, let end = Day(iso: text(last)), end >= start else {
                throw bad(last ?? 0, "no date such as 2026-12-31, on or after the first")
            }
            days = Period(from: start, through: end)
        }
        let name = name.map(text) ?? ""
        return SalesTarget(name: name.isEmpty ? nil : name, period: days, amount: Money(cents: cents.value))
    }
}

/// Periods as spreadsheets write them.
enum TargetPeriod {
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// The days of `2026`, `2026-Q4`, `Q4 2026`, `H1 2026`, `2026-11`, `Nov 2026`, `November 2026`, `FY2026`,
    /// `FY2026-Q3`; `nil` for anything else.
    static func days(_ text: String, fiscalStart: Int) -> Period? {
        var words = text.lowercased().split { $0 == " " || $0 == "-" || $0 == "/" }.map(String.init)
        var isFiscal = false
        if let place = words.firstIndex(where: { $0.hasPrefix("fy") }) {
            isFiscal = true
            words[place] = String(words[place].dropFirst(2))
            words.removeAll { $0.isEmpty }
        }
        guard let place = words.firstIndex(where: { $0.count == 4 && Int($0) != nil }), let year = Int(words[place])
        else { return nil }
        words.remove(at: place)
        let start: Int
        let count: Int
        switch words.count {
        case 0: (start, count) = (1, 12)
        case 1:
            let word = words[0]
            if let number = Int(word), (1...12).contains(number), word.count <= 2 {
                (start, count) = (number, 1)
            } else if word.hasPrefix("q"), let number = Int(word.dropFirst()), (1...4).contains(number) {
                (start, count) = (number * 3 - 2, 3)
            } else if word.hasPrefix("h"), let number = Int(word.dropFirst()), (1...2).contains(number) {
                (start, count) = (number * 6 - 5, 6)
            } else if word.count >= 3, let month = months.firstIndex(where: { $0.hasPrefix(word) }) {
                (start, count) = (month + 1, 1)
            } else {
                return nil
            }
        default: return nil
        }
        guard let january = Day(year: year, month: 1, day: 1) else {
            return nil
        }
        // Fiscal year Y begins in year Y when it begins in January, else in the year before.
        let shift = isFiscal ? fiscalStart - 1 - (fiscalStart > 1 ? 12 : 0) : 0
        let first = january.adding(months: start - 1 + shift)
        return Period(from: first, upTo: first.adding(months: count))
    }
}
