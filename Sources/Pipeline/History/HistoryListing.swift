// The versions of deals as rows that a query can ask: `history of open deals`. Beside what each version kept stand two
// derived columns: the stage it came from, where the stage changed, and the days until the next change of stage.

public import Engine
public import Values

extension Book {
    /// One row per version of the deals given (all when `nil`), by deal and time: deal (id), name, at, stage, from, days,
    /// value, close, owner, probability, category.
    ///
    /// `from` is missing where the stage did not change; `days` is the length of the stay that begins with the row, up to
    /// today while it lasts, missing where no stay begins, its beginning is not known, or the stage is closed.
    /// - Complexity: O(deals + history rows).
    public func historyTable(ofDeals deals: [Int]?, today: Day) throws -> Table {
        let versions = try VersionDays(self)
        let chosen = deals ?? (0..<self.deals.rowCount).filter { !self.deals.deletedRows.contains($0) }
        var rows: [Int] = []
        var dealOfRow: [Int] = []
        var from: [Cell] = []
        var days: [Int64] = []
        for deal in chosen {
            let range = versions.rows(of: deal)
            var stayStart: Int?
            for row in range {
                let isFirst = row == range.lowerBound
                let changed = isFirst || versions.place[row] != versions.place[row - 1]
                rows.append(row)
                dealOfRow.append(deal)
                let before = isFirst ? -1 : Int(versions.place[row - 1])
                from.append(changed && before >= 0 ? .text(versions.stagePlaces[before].stage.name) : .missing)
                days.append(.min)
                guard changed else { continue }
                if let stayStart { days[stayStart] = Int64(versions.day[row]) - Int64(versions.day[rows[stayStart]]) }
                let place = versions.place[row]
                let isOpen = place >= 0 && !versions.stagePlaces[Int(place)].stage.kind.isClosed
                stayStart = isOpen && !(isFirst && versions.wasSeen(row)) ? rows.count - 1 : nil
            }
            if let stayStart {
                days[stayStart] = Int64(today.number) - Int64(versions.day[rows[stayStart]])
            }
        }
        let history = versions.rows
        func column(_ source: HistoryColumn) throws -> Column { try history.columns[source.index].gathered(rows) }
        func column(_ source: DealColumn, named name: String) throws -> Column {
            var gathered = try self.deals.columns[source.index].gathered(dealOfRow)
            gathered.name = name
            return gathered
        }
        return try Table([
            try column(.id, named: "deal"), try column(.name, named: "name"),
            try HistoryListing.integers("at", .date, rows.map { Int64(versions.day[$0]) }), try column(.stage),
            try Column(name: "from", valueType: .category, cells: from),
            try HistoryListing.integers("days", .duration, days),
            try HistoryListing.integers("value", .money, try versionValues(versions, rows)), try column(.close),
            try column(.owner), try column(.probability), try column(.category),
        ])
    }

    /// The values of versions in the book's currency, once it is a reported book: those of closed versions at the rate of
    /// their day, others at that of the day of the answer.
    private func versionValues(_ versions: VersionDays, _ rows: [Int]) throws -> [Int64] {
        let values = try versions.rows.columns[HistoryColumn.value.index].gathered(rows).integers()
        let currencies = versions.rows.columns[HistoryColumn.currency.index]
        guard reporting != nil, currencies.missingCount < currencies.rowCount else { return values }
        let names = try [nil] + currencies.dictionary.names().map { Optional($0) }
        let codes = try currencies.gathered(rows).codes()
        return try rows.indices.map { index in
            guard values[index] != .min, codes[index] > 0 else { return values[index] }
            let place = versions.place[rows[index]]
            let isClosed = place >= 0 && versions.stagePlaces[Int(place)].stage.kind.isClosed
            return try reportedAmount(
                values[index], currency: names[Int(codes[index])], closing: isClosed ? versions.day[rows[index]] : nil)
                ?? .min
        }
    }

    /// For each deal row whether it entered one of the stages (any when `nil`) within the period: a version there whose
    /// stage differs from the one before. A first version that was only seen then is no entry.
    ///
    /// - Complexity: O(deals + history rows).
    public func enteredColumn(named name: String, stages: Set<String>?, within period: Period) throws -> Column {
        let versions = try VersionDays(self)
        let wanted = versions.stagePlaces.map { stages?.contains($0.stage.name) ?? true }
        var builder = ColumnBuilder(name: name, valueType: .boolean)
        for deal in 0..<deals.rowCount {
            let range = versions.rows(of: deal)
            let hasEntered = range.contains { row in
                let place = versions.place[row]
                guard place >= 0, wanted[Int(place)], period.contains(Day(clamping: Int(versions.day[row]))) else {
                    return false
                }
                return row == range.lowerBound ? !versions.wasSeen(row) : versions.place[row - 1] != place
            }
            builder.append(Int64(hasEntered ? 1 : 0))
        }
        return try builder.finish()
    }

    /// For each deal row whether it is in the stage of its pipeline, or a version of it was.
    ///
    /// - Complexity: O(deals + history rows).
    public func visitedColumn(named name: String, stage: String) throws -> Column {
        let visits = try stageVisits()
        let present = try VersionDays.presentPlaces(self)
        let places = stagePlaces
        let positions = pipelines.map { $0.position(ofStage: stage) }
        var builder = ColumnBuilder(name: name, valueType: .boolean)
        for deal in present.indices {
            let pipeline = present[deal] < 0 ? 0 : places[Int(present[deal])].pipeline
            let isThere = positions[pipeline].map { visits.visited[deal] >> UInt64($0) & 1 == 1 } ?? false
            builder.append(Int64(isThere ? 1 : 0))
        }
        return try builder.finish()
    }
}

private enum HistoryListing {
    /// A column of integers, `Int64.min` standing for missing.
    static func integers(_ name: String, _ type: ValueType, _ values: [Int64]) throws -> Column {
        var builder = ColumnBuilder(name: name, valueType: type)
        builder.append(integers: values, missing: .min)
        return try builder.finish()
    }
}
