// A file of versions as the history's columns: which deal, when, and what it was then. Headers are those of the deals'
// fields, and the few that only a history has.

import Engine
import Values

/// The versions of one file.
struct HistoryFile {
    /// The rows with the columns of `HistoryColumn`, in the file's order.
    var rows: Table
    /// For each row the deal's row in the book.
    private(set) var dealRows: [Int64] = []
    private(set) var uses: [ImportReport.ColumnUse] = []
    private(set) var notes: [String] = []
    private(set) var rejects: [ImportReport.Reject] = []
    /// Of how many deals the last row has ended, though none follows it.
    private(set) var endedCount = 0

    static let dealAliases = [
        "opportunityid", "dealid", "deal", "opportunity", "recordid", "id", "objectid", "potentialid",
    ]
    static let timeAliases = [
        // The beginning of a warehouse's row is the change; the creation date beside it is the deal's.
        "fivetranstart", "validfrom", "createddate", "at", "changedate", "changedat", "timestamp", "date",
        "dateentered", "enteredon", "entered",
        "editdate", "modifiedtime", "lastmodifieddate", "systemmodstamp", "updatetime",
    ]
    private static let fields: [DealField] = [.stage, .value, .close, .owner, .probability, .category, .currency]

    /// Reads a file of a book's deals. Throws diagnostics when it cannot be read as a whole.
    init(_ table: TextTable, into book: Book, options: ImportOptions, execution: Execution) throws {
        var filter = try RowFilter(table, skipsBadRows: options.skipsBadRows)
        let columns = try HistoryColumns(
            table, options, filter.leftOut, HistoryFile.dealAliases, HistoryFile.timeAliases, HistoryFile.fields,
            execution)
        uses = columns.uses
        if let note = columns.deleted.flatMap({ filter.leaveOutDeleted($0) }) { notes.append(note) }
        var ids: [String: Int64] = [:]
        try unsafe book.deals.columns[DealColumn.id.index].forEachText { row, text in
            if let text = unsafe text, !book.deals.deletedRows.contains(row) {
                ids[unsafe String(decoding: text, as: UTF8.self)] = Int64(row)
            }
        }
        var built: [HistoryColumn: Column] = [:]
        for pass in 0..<2 {
            var bad: [BadCell] = []
            var deals: [Int64] = []
            let dealCells = columns.deal.leavingOut(filter.leftOut)
            dealCells.forEach(0..<table.rowCount) { row, text in
                let id = String(decoding: ColumnCells.bytes(text), as: UTF8.self)
                if let deal = ids[id] {
                    deals.append(deal)
                } else {
                    deals.append(-1)
                    let what = text.isEmpty ? nil : "no deal of the book; import the deals first"
                    bad.append(BadCell(row: row, column: dealCells.column, expected: what))
                }
            }
            built = [:]
            for (column, cells, reader) in columns.all {
                let cells = cells.leavingOut(filter.leftOut)
                let read = try cells.read(
                    reader, name: column.rawValue, timezoneMinutes: book.settings.timezoneMinutes)
                bad += read.badRows.map { BadCell(row: $0, column: cells.column, expected: reader.expected) }
                if column == .at {
                    bad += cells.emptyRows.map {
                        BadCell(row: $0, column: cells.column, expected: "no time of a change")
                    }
                }
                built[column] = read.column
            }
            dealRows = deals
            if bad.isEmpty { break }
            guard options.skipsBadRows, pass == 0 else { throw BadCell.refusal(bad, table) }
            filter.reject(bad)
        }
        rejects = filter.rejects
        rows = try HistoryFile.table(built, dealRows, book)
        try countEnds(columns.ends?.leavingOut(filter.leftOut), options, book, execution)
    }

    /// Counts the deals whose last row has an end; 9999-12-31 and 2050-01-01 mean that it still holds.
    private mutating func countEnds(
        _ ends: ColumnCells?, _ options: ImportOptions, _ book: Book, _ execution: Execution
    ) throws {
        guard let ends,
            case .read(let reader) = try ColumnTypes(statedOrder: options.dates, execution: execution).decide(
                ends, as: .instant)
        else { return }
        let cells = try ends.read(reader, name: "end", timezoneMinutes: book.settings.timezoneMinutes).column.integers()
        let times = try rows.columns[HistoryColumn.at.index].integers()
        var last: [Int64: Int] = [:]
        for (row, deal) in dealRows.enumerated() where last[deal].map({ times[$0] <= times[row] }) ?? true {
            last[deal] = row
        }
        endedCount = last.values.filter { cells[$0] != .min }.count
    }

    /// The history's columns: stages under the book's names, probabilities and categories only where they are the deal's
    /// own.
    private static func table(_ built: [HistoryColumn: Column], _ deals: [Int64], _ book: Book) throws -> Table {
        let count = deals.count
        let pipelineNames = try book.deals.columns[DealColumn.pipeline.index].dictionary.names()
        let dealPipelines = try book.deals.columns[DealColumn.pipeline.index].codes()
        let pipelineOfDeal = { (deal: Int64) -> Int in
            let code = Int(dealPipelines[Int(deal)])
            return code == 0 ? 0 : book.pipelineIndex(pipelineNames[code - 1]) ?? 0
        }
        let stageNames = try built[.stage]?.dictionary.names() ?? []
        let stageCodes = try built[.stage]?.codes() ?? Array(repeating: 0, count: count)
        let byPipeline = book.pipelines.indices.map { pipeline in
            [nil] + stageNames.map { book.place(ofStage: $0, pipeline: pipeline) ?? book.place(ofStage: $0) }
        }
        var unknown: [Int: Int] = [:]
        var places: [StagePlace?] = []
        for row in 0..<count {
            let place = byPipeline[pipelineOfDeal(deals[row])][Int(stageCodes[row])]
            if place == nil, stageCodes[row] > 0 { unknown[Int(stageCodes[row]) - 1, default: 0] += 1 }
            places.append(place)
        }
        if !unknown.isEmpty {
            let list = unknown.sorted { $0.key < $1.key }.map { (name: stageNames[$0.key], count: $0.value) }
            throw ImportDiagnostics.unknownStages(list, pipeline: book.pipelines[0], what: "row")
        }
        let probabilities = try built[.probability]?.integers()
        let categoryNames = try built[.category]?.dictionary.names() ?? []
        let categories = try built[.category]?.codes().map {
            $0 == 0 ? nil : ForecastCategory(named: categoryNames[Int($0) - 1])
        }
        var columns: [Column] = []
        for column in HistoryColumn.allCases {
            var builder = ColumnBuilder(name: column.rawValue, valueType: column.valueType)
            switch column {
            case .deal: for deal in deals { builder.append(deal) }
            case .observed where built[.observed] != nil:
                for seen in try built[.observed]?.integers(missing: 0) ?? [] { builder.append(seen) }
            case .observed, .deleted: for _ in deals { builder.append(Int64(0)) }
            case .pipeline: for deal in deals { builder.append(book.pipelines[pipelineOfDeal(deal)].name) }
            case .stage:
                for place in places {
                    if let place { builder.append(place.stage.name) } else { builder.appendMissing() }
                }
            case .probability:
                for row in 0..<count {
                    let stage = places[row]?.stage
                    if let value = probabilities?[row], (0...1_000_000).contains(value), stage?.kind.isClosed != true,
                        value != stage?.chance?.millionths
                    {
                        builder.append(value)
                    } else {
                        builder.appendMissing()
                    }
                }
            case .category:
                for row in 0..<count {
                    let stage = places[row]?.stage
                    if let category = categories?[row], stage?.kind.isClosed != true, category != stage?.countedCategory
                    {
                        builder.append(category.rawValue)
                    } else {
                        builder.appendMissing()
                    }
                }
            case .at, .value, .close, .owner, .currency:
                if let known = built[column] {
                    columns.append(known)
                    continue
                }
                for _ in 0..<count { builder.appendMissing() }
            }
            columns.append(try builder.finish())
        }
        return try Table(columns)
    }
}

/// Which columns of a file of versions are what.
private struct HistoryColumns {
    let deal: ColumnCells
    var all: [(column: HistoryColumn, cells: ColumnCells, reader: CellReader)] = []
    var deleted: ColumnCells?
    /// When a row ceased to hold; what followed says so itself, so that only the last row of a deal matters.
    var ends: ColumnCells?
    static let endAliases = ["fivetranend", "validto", "validthroughdate", "dateexited", "enddate", "end"]
    var uses: [ImportReport.ColumnUse] = []

    init(
        _ table: TextTable, _ options: ImportOptions, _ leftOut: [Bool], _ dealAliases: [String],
        _ timeAliases: [String], _ fields: [DealField], _ execution: Execution
    ) throws {
        let types = ColumnTypes(statedOrder: options.dates, execution: execution)
        let missing = options.missing.map { Array($0.utf8) }
        var stated: [String: Int] = [:]
        for mapping in options.mappings {
            guard let column = HeaderMap.column(named: mapping.column, in: table) else {
                throw ImportDiagnostics.unknownColumn(
                    mapping.column, in: table, clause: "with \(mapping.column) as \(mapping.field)")
            }
            stated[HeaderName.snake(mapping.field)] = column
        }
        var byKey: [String: Int] = [:]
        for (column, header) in table.header.enumerated().reversed() where !stated.values.contains(column) {
            byKey[HeaderName.normalised(header)] = column
        }
        func cells(_ column: Int) -> ColumnCells {
            ColumnCells(table: table, column: column, missing: missing, leftOut: leftOut)
        }
        func find(_ names: [String], _ aliases: [String]) -> Int? {
            names.compactMap { stated[$0] }.first ?? aliases.compactMap { byKey[$0] }.first
        }
        let keyed = try options.key.map { key in
            guard let column = HeaderMap.column(named: key, in: table) else {
                throw ImportDiagnostics.unknownColumn(key, in: table, clause: "key \(key)")
            }
            return column
        }
        guard let dealColumn = keyed ?? find(["deal", "id"], dealAliases) else {
            throw ImportDiagnostics.missingHistoryColumn(table, "of which deal a row is", "deal")
        }
        guard let timeColumn = find(["at"], timeAliases) else {
            throw ImportDiagnostics.missingHistoryColumn(table, "when a change was", "at")
        }
        deal = cells(dealColumn)
        var readings: [Int: (field: String, reading: String)] = [dealColumn: ("deal", "text")]
        var problems: [Diagnostic] = []
        func take(_ column: HistoryColumn, _ cells: ColumnCells, _ decision: ColumnDecision) {
            switch decision {
            case .read(let reader):
                all.append((column, cells, reader))
                readings[cells.column] = (column.rawValue, reader.description)
            case .ambiguousDates(let row): problems.append(ImportDiagnostics.ambiguousDates(cells, row: row))
            case .contradictingDates(let dayFirst, let monthFirst):
                problems.append(
                    ImportDiagnostics.contradictingDates(cells, dayFirst: dayFirst, monthFirst: monthFirst))
            case .empty, .notThisField: break
            }
        }
        take(.at, cells(timeColumn), try types.decide(cells(timeColumn), as: .instant))
        for field in fields {
            let isStated = stated[field.rawValue] != nil
            guard let column = find([field.rawValue], field.aliases), readings[column] == nil,
                let target = HistoryColumn(rawValue: field.rawValue)
            else { continue }
            take(target, cells(column), try types.decide(cells(column), field: field, isForced: isStated))
        }
        if let column = byKey[HistoryColumn.observed.rawValue] {
            take(.observed, cells(column), try types.decide(cells(column), as: .boolean))
        }
        if !all.contains(where: { $0.column == .stage }), let column = HeaderName.stageOfEntries(table.header) {
            all.removeAll { $0.cells.column == column }
            take(.stage, cells(column), try types.decide(cells(column), field: .stage, isForced: true))
        }
        if let column = HistoryColumns.endAliases.lazy.compactMap({ byKey[$0] }).first {
            readings[column] = nil
            ends = cells(column)
        }
        if let column = find([], DealField.isDeleted.aliases) { deleted = cells(column) }
        if !problems.isEmpty { throw Diagnostics(problems) }
        guard all.contains(where: { $0.column == .stage }) else {
            throw ImportDiagnostics.missingHistoryColumn(table, "in which stage a deal was", "stage")
        }
        uses = table.header.enumerated().map { column, header in
            let known = readings[column]
            return ImportReport.ColumnUse(
                header: header, field: known?.field, reading: known?.reading ?? "no part of a history: not kept",
                isFixedField: known != nil)
        }
    }
}
