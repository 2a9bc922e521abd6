// The book as it was at the end of a past day: another book, so that every query and report works on it unchanged.
//
// Every deal created by then has the version that stood at the end of that day. What history does not keep (names,
// sources, custom fields), stage settings and tables are today's. Nothing learned later leaks: deals created later are
// not there, deals deleted later are, later versions are cut off, and what is derived from later days (closing day, reason,
// pushes, last touch) is found again or missing.

import Engine
public import Values

/// A past day's book, and how far history reached.
public struct PastBook: Sendable {
    /// The book at the end of the day.
    public var book: Book
    /// The day.
    public var day: Day
    /// How many deals existed by then.
    public var dealCount: Int
    /// How many of them have no version by that day: their stage, value, close and owner are missing.
    public var withoutVersionCount: Int
    /// How many deals have neither a creation day nor any history: it is not known whether they existed; left out.
    public var undatedCount: Int
}

extension Book {
    /// The book at the end of `day`.
    ///
    /// - Complexity: O(deals + history rows).
    public func asOf(_ day: Day) throws -> PastBook {
        let versions = try VersionDays(self)
        let last = day.number
        let count = deals.rowCount
        let created = try deals.columns[DealColumn.created.index].integers()
        var rowOfDeal = [Int32](repeating: -1, count: count)
        var gone = deals.deletedRows
        var withoutVersion = 0
        var undated = 0
        for deal in 0..<count {
            let row = versions.lastRow(of: deal, through: last)
            let isGone = row.map { versions.isDeletion($0) } ?? false
            if isGone || (deals.deletedRows.contains(deal) && !versions.isDeleted(deal)) {
                gone.insert(deal)
                continue
            }
            gone.remove(deal)
            if let row { rowOfDeal[deal] = Int32(row) }
            let existed: Bool
            if created[deal] != .min {
                existed = created[deal] <= Int64(last)
            } else if versions.rows(of: deal).isEmpty {
                existed = false
                undated += 1
            } else {
                existed = row != nil
            }
            if !existed {
                gone.insert(deal)
                rowOfDeal[deal] = -1
            } else if row == nil {
                withoutVersion += 1
            }
        }
        var past = self
        past.history = History(
            sorted: try versions.rows.gathered(versions.day.indices.filter { versions.day[$0] <= last }))
        past.learned = LearnedTargets()
        past.deals = try pastDeals(versions, rowOfDeal: rowOfDeal, day: day)
        past.deals = try Table(past.deals.columns, deletedRows: gone)
        return PastBook(
            book: past, day: day, dealCount: count - gone.count, withoutVersionCount: withoutVersion,
            undatedCount: undated)
    }

    /// The deals table with the columns that history keeps taken from the rows given (−1: missing).
    private func pastDeals(_ versions: VersionDays, rowOfDeal: [Int32], day: Day) throws -> Table {
        var table = deals
        let history = versions.rows
        let kept: [(DealColumn, HistoryColumn)] = [
            (.pipeline, .pipeline), (.stage, .stage), (.owner, .owner), (.currency, .currency),
        ]
        for (column, source) in kept {
            try table.replaceCodes(
                of: column, history.columns[source.index], rows: rowOfDeal,
                dictionary: deals.columns[column.index].dictionary)
        }
        for (column, source) in [(DealColumn.value, HistoryColumn.value), (.close, .close)] {
            let values = try history.columns[source.index].integers()
            try table.replaceIntegers(of: column, rowOfDeal.map { $0 < 0 ? .min : values[Int($0)] })
        }
        try replaceOwnChances(in: &table, versions, rowOfDeal)
        let derived = try PastColumns(self, versions, rowOfDeal: rowOfDeal, day: day.number)
        try table.replaceIntegers(of: .entered, derived.entered)
        try table.replaceIntegers(of: .touched, derived.touched)
        try table.replaceIntegers(of: .pushes, derived.pushes)
        try table.replaceIntegers(of: .closedOn, derived.closedOn)
        let reasons = deals.columns[DealColumn.reason.index]
        let codes = try reasons.codes()
        var builder = ColumnBuilder(name: reasons.name, codesOf: reasons.dictionary)
        builder.append(
            codes: codes.indices.map { derived.keepsReason[$0] ? codes[$0] : 0 },
            dictionaryCount: reasons.dictionary.count)
        try table.replaceColumn(DealColumn.reason.index, with: try builder.finish())
        return table
    }

    /// Own probability and category as of the rows: one equal to the stage's is not the deal's own, and a closed deal
    /// has none.
    private func replaceOwnChances(in table: inout Table, _ versions: VersionDays, _ rowOfDeal: [Int32]) throws {
        let history = versions.rows
        let chances = try history.columns[HistoryColumn.probability.index].integers()
        let categories = try history.columns[HistoryColumn.category.index].codes()
        let names = try history.columns[HistoryColumn.category.index].dictionary.names()
        var own = [Int64](repeating: .min, count: rowOfDeal.count)
        var ownCategory = [Int32](repeating: -1, count: rowOfDeal.count)
        for (deal, row) in rowOfDeal.enumerated() where row >= 0 {
            let place = versions.place[Int(row)]
            let stage = place >= 0 ? versions.stagePlaces[Int(place)].stage : nil
            if stage?.kind.isClosed == true { continue }
            let chance = chances[Int(row)]
            if chance != .min, chance != stage?.chance?.millionths { own[deal] = chance }
            let code = Int(categories[Int(row)])
            if code > 0, names[code - 1] != stage?.countedCategory?.rawValue { ownCategory[deal] = row }
        }
        try table.replaceIntegers(of: .ownProbability, own)
        try table.replaceCodes(
            of: .ownCategory, history.columns[HistoryColumn.category.index], rows: ownCategory,
            dictionary: deals.columns[DealColumn.ownCategory.index].dictionary)
    }

    /// How many of consecutive versions moved the close date into a later month than the version before.
    static func pushCount(_ closes: [Int64], _ rows: ClosedRange<Int>) -> Int {
        var count = 0
        for row in rows.dropFirst()
        where closes[row] != .min && closes[row - 1] != .min && closes[row] > closes[row - 1] {
            let before = Day(clamping: Int(closes[row - 1])).startOfMonth
            if Day(clamping: Int(closes[row])).startOfMonth > before { count += 1 }
        }
        return count
    }
}

/// What follows from the versions up to a day; `Int64.min` is missing.
private struct PastColumns {
    var entered: [Int64]
    var touched: [Int64]
    var pushes: [Int64]
    var closedOn: [Int64]
    /// Whether the reason of the deal was known then: it was lost by the version that is still its last.
    var keepsReason: [Bool]

    init(_ book: Book, _ versions: VersionDays, rowOfDeal: [Int32], day: Int32) throws {
        let count = rowOfDeal.count
        entered = [Int64](repeating: .min, count: count)
        touched = entered
        pushes = entered
        closedOn = entered
        keepsReason = [Bool](repeating: false, count: count)
        let closes = try versions.rows.columns[HistoryColumn.close.index].integers()
        let storedClosing = try book.deals.columns[DealColumn.closedOn.index].integers()
        let storedTouch = try book.deals.columns[DealColumn.touched.index].integers()
        for deal in 0..<count where rowOfDeal[deal] >= 0 {
            let row = Int(rowOfDeal[deal])
            let first = Int(versions.first[deal])
            var change = row
            while change > first, versions.place[change - 1] == versions.place[row] { change -= 1 }
            if change > first || !versions.observed[change] { entered[deal] = Int64(versions.day[change]) }
            let touch = storedTouch[deal]
            if touch != .min, touch <= Int64(day) {
                touched[deal] = touch
            } else if let last = (first...row).last(where: { !versions.observed[$0] }) {
                // A version that was only seen touched nothing.
                touched[deal] = Int64(versions.day[last])
            }
            pushes[deal] = Int64(Book.pushCount(closes, first...row))
            let place = versions.place[row]
            guard place >= 0, versions.stagePlaces[Int(place)].stage.kind.isClosed else { continue }
            if storedClosing[deal] != .min, storedClosing[deal] <= Int64(day) { closedOn[deal] = storedClosing[deal] }
            let end = versions.rows(of: deal).upperBound - (versions.isDeleted(deal) ? 1 : 0)
            keepsReason[deal] = end == row + 1
        }
    }
}

extension Table {
    /// Puts integers, `Int64.min` standing for missing, in the place of a deals' column.
    fileprivate mutating func replaceIntegers(of column: DealColumn, _ values: [Int64]) throws {
        var builder = ColumnBuilder(name: column.rawValue, valueType: column.valueType)
        builder.append(integers: values, missing: .min)
        try replaceColumn(column.index, with: try builder.finish())
    }

    /// Puts the names that `source` has at the rows (negative: missing) in the place of a deals' column whose dictionary
    /// keeps its codes and grows by names that it lacks.
    fileprivate mutating func replaceCodes(
        of column: DealColumn, _ source: Column, rows: [Int32], dictionary: CategoryDictionary
    ) throws {
        var grown = dictionary
        var recoded: [UInt32] = [0]
        for name in try source.dictionary.names() { recoded.append(try grown.insert(name)) }
        let codes = try source.codes()
        var builder = ColumnBuilder(name: column.rawValue, codesOf: grown)
        builder.append(
            codes: rows.map { $0 < 0 ? 0 : recoded[Int(codes[Int($0)])] }, dictionaryCount: grown.count)
        try replaceColumn(column.index, with: try builder.finish())
    }
}
