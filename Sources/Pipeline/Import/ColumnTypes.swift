// Decides from all values of a column what type it is and how its texts are understood. A column whose header means a
// field is read as that field if its values look like it at all; every other column takes the narrowest type that all
// of its values have.
//
// Rules for columns that mean no field:
//   - numbers are money only when they carry a currency or the header says so (see HeaderName.saysMoney)
//   - numbers with leading zeros, and those whose header speaks of an id, code, phone or the like, are names
//   - 1 and 0 are yes and no only when the header asks a question (is_…, has_…)
//   - a text is a category unless more than half of its values are distinct

import Engine
import Values

/// What was decided for a column.
enum ColumnDecision {
    /// Read it so.
    case read(CellReader)
    /// No row has a value.
    case empty
    /// Its values are not what its header promises: it is no such field.
    case notThisField
    /// Its dates can be read in two ways.
    case ambiguousDates(row: Int)
    /// Its dates cannot be read in one way.
    case contradictingDates(dayFirst: Int, monthFirst: Int)
}

/// Decides how columns are read.
struct ColumnTypes {
    /// The order that the import was told for open dates.
    let statedOrder: DayMonthOrder?
    /// What long columns are looked at with.
    let execution: Execution
    /// Where questions are noted and answers may be known already.
    var reading: FirstReading?

    /// Decides for a column whose header (or the user) says which field it is. `isForced` is the user's word: then bad
    /// values are bad cells, however many.
    func decide(_ cells: ColumnCells, field: DealField, isForced: Bool) throws -> ColumnDecision {
        let shape = field.shape
        if shape == .text || shape == .category {
            guard cells.hasValue else { return .empty }
            let fits =
                switch field {
                case .status: try share(cells) { StatusText.read($0.span) != nil } * 2 >= 1
                case .category: try share(cells) { StatusText.isCategory($0.span) } * 2 >= 1
                default: true
                }
            return fits || isForced ? .read(shape == .text ? .text : .category) : .notThisField
        }
        let survey = try survey(cells, ColumnSurvey.Question(wanted: shape, serials: shape == .date))
        if survey.filledCount == 0 { return .empty }
        let fits: Bool
        switch shape {
        case .money, .percent: fits = survey.amounts.count * 2 >= survey.filledCount
        case .number: fits = survey.amounts.count == survey.filledCount
        case .date, .instant: fits = survey.dates.count * 2 >= survey.filledCount
        case .boolean: fits = survey.yesNoCount + survey.zeroOneCount == survey.filledCount
        case .text, .category: fits = true
        }
        guard fits || isForced else { return .notThisField }
        return reader(shape, survey)
    }

    /// Decides for a column of a type that is known: a custom field that the book already has.
    func decide(_ cells: ColumnCells, as type: ValueType) throws -> ColumnDecision {
        let shape: DealField.Shape
        switch type.type {
        case .text: return .read(.text)
        case .category: return .read(.category)
        case .duration: return .read(.duration)
        case .number: shape = .number
        case .money: shape = .money
        case .percent: shape = .percent
        case .date: shape = .date
        case .instant: shape = .instant
        case .boolean: shape = .boolean
        }
        let survey = try survey(
            cells, ColumnSurvey.Question(wanted: shape, serials: shape == .date || shape == .instant))
        if survey.filledCount == 0 { return .empty }
        let decision = reader(shape, survey)
        if case .read(.number(let mark, _)) = decision, type.representation == .real {
            return .read(.number(mark, real: true))
        }
        return decision
    }

    /// Decides for a column of which nothing is known but header and values.
    func decide(_ cells: ColumnCells) throws -> ColumnDecision {
        let header = cells.header
        let isName = HeaderName.saysName(header)
        let survey = try survey(cells, ColumnSurvey.Question(serials: HeaderName.saysDate(header)))
        let count = survey.filledCount
        if count == 0 { return .empty }
        if survey.yesNoCount == count { return .read(.boolean) }
        if survey.yesNoCount + survey.zeroOneCount == count, HeaderName.saysYesNo(header) { return .read(.boolean) }
        if isName { return .read(.category) }
        if survey.dates.count == count { return reader(.date, survey) }
        if survey.durationCount == count { return .read(.duration) }
        guard survey.amounts.count == count, survey.amounts.leadingZeroCount == 0 else { return .read(.category) }
        if survey.amounts.percentCount == count { return reader(.percent, survey) }
        if survey.amounts.percentCount > 0 { return .read(.category) }
        let isMoney = survey.amounts.currencyCount > 0 || HeaderName.saysMoney(header)
        return reader(isMoney ? .money : .number, survey)
    }

    private func survey(_ cells: ColumnCells, _ question: ColumnSurvey.Question) throws -> ColumnSurvey {
        try reading?.survey(cells, question) ?? ColumnSurvey(cells, question, execution)
    }

    /// The share of values that pass a test; each distinct value is tested once.
    private func share(_ cells: ColumnCells, _ test: ([UInt8]) -> Bool) throws -> Double {
        let column =
            try reading?.column(cells, .category)?.column
            ?? cells.read(.category, name: cells.header, timezoneMinutes: 0).column
        let passes = try [false] + column.dictionary.names().map { test(Array($0.utf8)) }
        var count = 0
        try column.forEachCode { _, code in count += passes[Int(code)] ? 1 : 0 }
        return Double(count) / Double(max(1, column.rowCount - column.missingCount))
    }

    private func reader(_ shape: DealField.Shape, _ survey: ColumnSurvey) -> ColumnDecision {
        switch shape {
        case .text: return .read(.text)
        case .category: return .read(.category)
        case .boolean: return .read(.boolean)
        case .money: return .read(.money(survey.amounts.mark(money: true)))
        case .number:
            return .read(.number(survey.amounts.mark(money: false), real: survey.amounts.decimalCount > 0))
        case .percent:
            // 1 is 1% beside 40, and 100% beside 0.4; a column of ones and zeros only is of won and lost deals.
            let fraction = survey.amounts.aboveOneCount == 0
            return .read(.percent(survey.amounts.mark(money: false), fraction: fraction))
        case .date, .instant:
            let serials = true
            func read(_ order: DayMonthOrder) -> ColumnDecision {
                .read(shape == .date ? .date(order, serials: serials) : .instant(order, serials: serials))
            }
            if let statedOrder, survey.dates.knownCount < survey.dates.count { return read(statedOrder) }
            switch survey.dates.verdict {
            case .order(let order): return read(order)
            case .ambiguous(let row): return .ambiguousDates(row: row)
            case .contradiction(let dayFirst, let monthFirst):
                return .contradictingDates(dayFirst: dayFirst, monthFirst: monthFirst)
            }
        }
    }
}
