// Looks at every value of a column before anything is decided about it: how many are dates, amounts, shares, yes or
// no; which orders of day and month and which decimal mark they allow. Types are decided from all values, so that a
// file reads the same whatever its first rows are. One pass, nothing kept but counts.

import Engine
import Values

/// What the values of one column look like.
struct ColumnSurvey: Sendable {
    /// What is looked for.
    struct Question: Hashable, Sendable {
        /// The shape that the header promises: then every value is tried as that. Without one every kind of value is
        /// tried, and given up at the first value that is not of it.
        var wanted: DealField.Shape?
        /// Whether plain numbers may be days as spreadsheets count them.
        var serials: Bool
    }

    /// Values that are not missing.
    var filledCount = 0
    var dates = DateEvidence()
    var amounts = AmountEvidence()
    /// `yes`, `no`, `true`, `false`, `y`, `n`.
    var yesNoCount = 0
    /// `1` and `0`.
    var zeroOneCount = 0
    /// `14d`, `2 weeks`.
    var durationCount = 0
    /// What was looked for.
    let question: Question
    private var kinds: Kinds

    /// Kinds of values that are still tried.
    private struct Kinds: OptionSet {
        var rawValue: UInt8
        static let date = Kinds(rawValue: 1)
        static let amount = Kinds(rawValue: 2)
        static let yesNo = Kinds(rawValue: 4)
        static let duration = Kinds(rawValue: 8)
    }

    /// Looks at all rows of a column, on all threads when it is long.
    init(_ cells: ColumnCells, _ question: Question, _ execution: Execution) throws {
        let rowCount = cells.rowCount
        let partCount = rowCount / 65_536 + 1
        let parts = try execution.pieces(count: partCount) { part in
            var found = ColumnSurvey(question)
            let rows = part * rowCount / partCount..<(part + 1) * rowCount / partCount
            cells.forEachFilled(rows) { row, text in found.note(text, row: row) }
            return found
        }
        self.init(question)
        for part in parts { add(part) }
    }

    /// A survey that has seen nothing yet.
    init(_ question: Question) {
        self.question = question
        switch question.wanted {
        case nil: kinds = [.date, .amount, .yesNo, .duration]
        case .date, .instant: kinds = .date
        case .money, .number, .percent: kinds = .amount
        case .boolean: kinds = .yesNo
        case .text, .category: kinds = []
        }
    }

    /// Whether a value is still tried as a date and as nothing else.
    var triesOnlyDates: Bool { kinds == .date }
    /// Whether a value is still tried as an amount and as nothing else.
    var triesOnlyAmounts: Bool { kinds == .amount }

    /// Adds what was found in later rows.
    mutating func add(_ later: ColumnSurvey) {
        filledCount += later.filledCount
        yesNoCount += later.yesNoCount
        zeroOneCount += later.zeroOneCount
        durationCount += later.durationCount
        dates.add(later.dates)
        amounts.add(later.amounts)
    }

    /// Looks at a value.
    mutating func note(_ text: Span<UInt8>, row: Int) {
        filledCount += 1
        let isAnything = question.wanted == nil
        if kinds.contains(.date) {
            let found = dates.note(text, row: row, serials: question.serials)
            if !found, isAnything { kinds.remove(.date) }
        }
        if kinds.contains(.amount) {
            let found = amounts.note(text)
            if !found, isAnything { kinds.remove(.amount) }
        }
        if kinds.contains(.yesNo) {
            if YesNoText.read(text, digits: false) != nil {
                yesNoCount += 1
            } else if YesNoText.read(text, digits: true) != nil {
                zeroOneCount += 1
            } else if isAnything {
                kinds.remove(.yesNo)
            }
        }
        if kinds.contains(.duration) {
            if DurationText.read(text) != nil { durationCount += 1 } else { kinds.remove(.duration) }
        }
    }

    /// Notes a value that was found to be a date of known order; only where `triesOnlyDates`.
    @inline(__always) mutating func noteKnownDate() {
        filledCount += 1
        dates.count += 1
        dates.knownCount += 1
    }

    /// Notes a value that was found to be this plain amount; only where `triesOnlyAmounts`.
    @inline(__always) mutating func note(_ plain: PlainAmount, _ mark: DecimalMark) {
        filledCount += 1
        amounts.note(plain, mark)
    }
}

/// What a column's values say about the order of day and month.
struct DateEvidence: Sendable {
    /// Values that are dates, under some order.
    var count = 0
    /// Values that are dates whatever the order.
    var knownCount = 0
    /// The first row whose value can only be day first.
    var dayFirst: Int?
    /// The first row whose value can only be month first.
    var monthFirst: Int?
    /// The first row whose value means another day under the other order.
    var undecidedRow: Int?

    /// Notes a value; false when it is no date.
    mutating func note(_ text: Span<UInt8>, row: Int, serials: Bool) -> Bool {
        guard let date = DateText.read(text, serials: serials) else { return false }
        count += 1
        guard date.shape == .undecided else {
            knownCount += 1
            return true
        }
        let asDay = date.day(.dayFirst, timezoneMinutes: 0) != nil
        let asMonth = date.day(.monthFirst, timezoneMinutes: 0) != nil
        if asDay, !asMonth { dayFirst = dayFirst ?? row }
        if asMonth, !asDay { monthFirst = monthFirst ?? row }
        if asDay, asMonth, date.first != date.second { undecidedRow = undecidedRow ?? row }
        return true
    }

    /// Adds what was found in later rows.
    mutating func add(_ later: DateEvidence) {
        count += later.count
        knownCount += later.knownCount
        dayFirst = dayFirst ?? later.dayFirst
        monthFirst = monthFirst ?? later.monthFirst
        undecidedRow = undecidedRow ?? later.undecidedRow
    }

    /// What was found about the order.
    enum Verdict {
        /// This order reads every value, and no other does (or none is needed).
        case order(DayMonthOrder)
        /// Both orders read every value, with different meaning: the first such row.
        case ambiguous(row: Int)
        /// No order reads every value: a row that must be day first and one that must be month first.
        case contradiction(dayFirstRow: Int, monthFirstRow: Int)
    }

    /// The order that the values allow.
    var verdict: Verdict {
        if let dayFirst, let monthFirst {
            return .contradiction(dayFirstRow: dayFirst, monthFirstRow: monthFirst)
        }
        if dayFirst != nil { return .order(.dayFirst) }
        if monthFirst != nil { return .order(.monthFirst) }
        if let undecidedRow { return .ambiguous(row: undecidedRow) }
        return .order(.yearFirst)
    }
}

/// What a column's values say about the decimal mark, and what else is written beside the digits.
struct AmountEvidence: Sendable {
    /// Values that are numbers under some mark.
    var count = 0
    /// Values that are numbers only with a point, and only with a comma, before the decimals.
    var pointOnlyCount = 0
    var commaOnlyCount = 0
    /// Values such as `1.234` and `1,234`, which are numbers under both with different meaning.
    var dotThreeCount = 0
    var commaThreeCount = 0
    var percentCount = 0
    var currencyCount = 0
    var leadingZeroCount = 0
    /// Values with decimals other than zero.
    var decimalCount = 0
    /// Values above 1: a share of 40 is one of hundredths, 0.4 one of the whole.
    var aboveOneCount = 0

    /// Notes a value; false when it is no number.
    mutating func note(_ text: Span<UInt8>) -> Bool {
        var hasMark = false
        for place in 0..<text.count where text[place] == UInt8(ascii: ",") || text[place] == UInt8(ascii: ".") {
            hasMark = true
        }
        let point = AmountText.read(text, .point)
        let comma = hasMark ? AmountText.read(text, .comma) : point
        guard let amount = point ?? comma else { return false }
        count += 1
        if hasMark {
            if point != nil, comma == nil { pointOnlyCount += 1 }
            if comma != nil, point == nil { commaOnlyCount += 1 }
            if let point, let comma, point.digits != comma.digits || point.scale != comma.scale {
                if point.scale == 3 { dotThreeCount += 1 } else { commaThreeCount += 1 }
            }
        }
        if amount.isPercent { percentCount += 1 }
        if amount.hasLeadingZero { leadingZeroCount += 1 }
        if amount.trimmed.scale > 0 { decimalCount += 1 }
        if amount.real > 1 { aboveOneCount += 1 }
        if amount.currency != 0 { currencyCount += 1 }
        return true
    }

    /// Notes a plain amount. One with decimals, not three of them, is a number under its own mark only.
    @inline(__always) mutating func note(_ plain: PlainAmount, _ mark: DecimalMark) {
        count += 1
        if plain.hasMark {
            if mark == .point { pointOnlyCount += 1 } else { commaOnlyCount += 1 }
            if !plain.isWhole { decimalCount += 1 }
        }
        if plain.hasLeadingZero { leadingZeroCount += 1 }
        if plain.isAboveOne { aboveOneCount += 1 }
    }

    /// Adds what was found in later rows.
    mutating func add(_ later: AmountEvidence) {
        count += later.count
        pointOnlyCount += later.pointOnlyCount
        commaOnlyCount += later.commaOnlyCount
        dotThreeCount += later.dotThreeCount
        commaThreeCount += later.commaThreeCount
        percentCount += later.percentCount
        currencyCount += later.currencyCount
        leadingZeroCount += later.leadingZeroCount
        decimalCount += later.decimalCount
        aboveOneCount += later.aboveOneCount
    }

    /// The mark before the decimals. Amounts of money never have three decimals: `1.234` alone is then grouped.
    func mark(money: Bool) -> DecimalMark {
        if pointOnlyCount > 0 || commaThreeCount > 0 { return .point }
        if commaOnlyCount > 0 { return .comma }
        return money && dotThreeCount > 0 ? .comma : .point
    }
}
