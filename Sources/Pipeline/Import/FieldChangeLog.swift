// A log of field changes, one row per change of one field, turned into versions: Salesforce's field history (field, old
// and new value), HubSpot's property history (name and value), Pipedrive's change log (field key, old and new value).
//
//   deal  at     field   old   new           deal  at     seen  stage  value
//   7     03-01  created             →       7     03-01        Lead   10
//   7     03-09  Stage   Lead  Demo          7     03-09        Demo   10
//   7     03-09  Amount  10    20            7     03-09        Demo   20     (one save: one version)
//
// What a field was before its first change is its first old value: since the deal's creation where the log has that,
// else it was only seen at the first change. Nothing is written to a day before the one it is known of.

import Engine
import Values

/// The versions that follow from a log of field changes.
struct FieldChangeLog {
    /// The versions as a table of texts, with the headers that a history has.
    let versions: TextTable
    /// The fields of which the log has changes.
    private(set) var tracked: Set<HistoryColumn> = []
    private(set) var notes: [String] = []
    /// What became of the log's columns.
    let uses: [ImportReport.ColumnUse]

    /// The columns that the versions have beside deal, time and whether they were only seen.
    static let columns: [HistoryColumn] = [.stage, .value, .close, .owner, .probability, .category, .currency]

    /// Reads a table that is such a log; `nil` for any other. Throws when none of its fields is one that a history keeps.
    init?(_ table: TextTable, options: ImportOptions, timezoneMinutes: Int, execution: Execution) throws {
        guard let places = Places(table, options) else { return nil }
        let times = ColumnCells(
            table: table, column: places.at, missing: options.missing.map { Array($0.utf8) }, leftOut: [])
        let types = ColumnTypes(statedOrder: options.dates, execution: execution)
        // Times that cannot be read stay in the file's order; the import refuses them with their place.
        var seconds = [Int64](repeating: .min, count: table.rowCount)
        if case .read(let reader) = try types.decide(times, as: .instant) {
            seconds = try times.read(reader, name: "at", timezoneMinutes: timezoneMinutes).column.integers()
        }
        var dealOrder: [String] = []
        var rowsOfDeal: [String: [Int]] = [:]
        for row in 0..<table.rowCount {
            let deal = FieldChangeLog.text(table, row, places.deal)
            if rowsOfDeal[deal] == nil { dealOrder.append(deal) }
            rowsOfDeal[deal, default: []].append(row)
        }
        var rows: [[String]] = []
        var others: [String: Int] = [:]
        for deal in dealOrder {
            let changes = (rowsOfDeal[deal] ?? []).sorted { (seconds[$0], $0) < (seconds[$1], $1) }
            var life = Life(deal: deal)
            for row in changes {
                let field = FieldChangeLog.text(table, row, places.field)
                let at = FieldChangeLog.text(table, row, places.at)
                if Places.isCreation(field) {
                    life.create(at: at)
                    continue
                }
                guard let column = Places.column(named: field) else {
                    others[field, default: 0] += 1
                    continue
                }
                tracked.insert(column)
                life.change(
                    column, from: places.old.map { FieldChangeLog.text(table, row, $0) },
                    to: FieldChangeLog.text(table, row, places.new), at: at, seconds: seconds[row])
            }
            rows += life.rows
        }
        guard !tracked.isEmpty else {
            throw ImportDiagnostics.noKnownField(table, Array(others.keys.sorted().prefix(5)))
        }
        uses = table.header.enumerated().map { column, header in
            let part = places.part(of: column)
            return ImportReport.ColumnUse(
                header: header, field: part, reading: part == nil ? "no part of a change: not kept" : "change",
                isFixedField: part != nil)
        }
        versions = TextTable(
            name: table.name + " (as versions)",
            header: ["deal", "at", "observed"] + FieldChangeLog.columns.map(\.rawValue), rows: rows)
        notes.append(
            "\(EnglishPlural.counted(table.rowCount, "change")) of single fields became \(EnglishPlural.counted(rows.count, "version"))"
        )
        if !others.isEmpty {
            let count = others.values.reduce(0, +)
            let names = others.keys.sorted().prefix(5).map { "\"\($0)\"" }.joined(separator: ", ")
            notes.append(
                "\(EnglishPlural.counted(count, "change")) of fields that a history does not keep left out: \(names)")
        }
    }

    private static func text(_ table: TextTable, _ row: Int, _ column: Int) -> String {
        let bytes = Array(table.text(row: row, column: column).utf8)
        return String(decoding: bytes[ColumnCells.trimmed(bytes.span)], as: UTF8.self)
    }

    /// The changes of one deal in order of time.
    private struct Life {
        let deal: String
        private var created: String?
        /// What each field was before its first change; `nil` inside where the log does not say.
        private var before: [HistoryColumn: String?] = [:]
        private var saves: [(at: String, seconds: Int64, values: [HistoryColumn: String])] = []

        init(deal: String) { self.deal = deal }

        mutating func create(at: String) { created = created ?? at }

        mutating func change(_ column: HistoryColumn, from old: String?, to new: String, at: String, seconds: Int64) {
            if before[column] == nil { before[column] = .some(old) }
            if let last = saves.last, last.seconds == seconds, seconds != .min, last.values[column] == nil {
                saves[saves.count - 1].values[column] = new
            } else {
                saves.append((at, seconds, [column: new]))
            }
        }

        var rows: [[String]] {
            var state: [HistoryColumn: String] = [:]
            for (column, old) in before { if let old { state[column] = old } }
            var rows: [[String]] = []
            func append(_ at: String, isSeen: Bool) {
                rows.append([deal, at, isSeen ? "yes" : "no"] + FieldChangeLog.columns.map { state[$0] ?? "" })
            }
            if let created {
                append(created, isSeen: false)
            } else if let first = saves.first, state.values.contains(where: { !$0.isEmpty }) {
                append(first.at, isSeen: true)
            }
            for save in saves {
                state.merge(save.values) { _, new in new }
                append(save.at, isSeen: false)
            }
            return rows
        }
    }

    /// Which columns of a log are what.
    private struct Places {
        var deal: Int
        var at: Int
        var field: Int
        var old: Int?
        var new: Int

        /// `nil` for a table that names no field per row, or that has a column for the stage.
        init?(_ table: TextTable, _ options: ImportOptions) {
            let keys = table.header.map { HeaderName.normalised($0) }
            var stated: [String: Int] = [:]
            for mapping in options.mappings {
                stated[HeaderName.snake(mapping.field)] = HeaderMap.column(named: mapping.column, in: table)
            }
            func find(_ name: String, _ aliases: [String]) -> Int? {
                stated[name] ?? aliases.lazy.compactMap { keys.firstIndex(of: $0) }.first
            }
            guard stated["stage"] == nil, !keys.contains(where: { DealField.stage.aliases.contains($0) }),
                let field = find("field", ["field", "fieldkey", "fieldname", "fieldevent", "property", "name"]),
                let new = find("new", ["newvalue", "value", "new"]),
                let deal = find("deal", HistoryFile.dealAliases.filter { $0 != "id" }),
                let at = find("at", HistoryFile.timeAliases), Set([field, new, deal, at]).count == 4
            else { return nil }
            (self.deal, self.at, self.field, self.new) = (deal, at, field, new)
            old = find("old", ["oldvalue", "old", "previousvalue"])
        }

        /// What a column of the log is; `nil` for one that is not read.
        func part(of column: Int) -> String? {
            switch column {
            case deal: "deal"
            case at: "at"
            case field: "field"
            case old: "old value"
            case new: "new value"
            default: nil
            }
        }

        /// Whether the row says that the deal was made.
        static func isCreation(_ field: String) -> Bool {
            ["created", "opportunitycreated", "addtime", "createdate"].contains(HeaderName.normalised(field))
        }

        /// The column of a history that a log calls so.
        static func column(named field: String) -> HistoryColumn? {
            let key = HeaderName.normalised(field)
            return FieldChangeLog.columns.first { column in
                DealField(rawValue: column.rawValue)?.aliases.contains(key) == true
            }
        }
    }
}

extension HistoryFile {
    /// Gives a deal's versions the value of a field that never changed, where the log has changes of that field and the
    /// book has seen no other value of it.
    mutating func fillConstants(_ tracked: Set<HistoryColumn>, _ book: Book) throws {
        for column in tracked.sorted(by: { $0.index < $1.index }) {
            guard let source = HistoryFile.source(of: column) else { continue }
            let known = rows.columns[column.index]
            var hasValue: Set<Int64> = []
            for (row, deal) in dealRows.enumerated() where try known.cell(row) != .missing { hasValue.insert(deal) }
            var constants: [Int64: Cell] = [:]
            for deal in Set(dealRows).subtracting(hasValue) {
                let present = try book.deal(Int(deal), source)
                let seen = try book.history.rows(ofDeal: Int(deal)).map {
                    try book.history.rows.cell($0, column.index)
                }
                let hasOther = seen.contains { $0 != .missing && $0 != present }
                if present != .missing, !hasOther { constants[deal] = present }
            }
            let filled = dealRows.indices.filter { constants[dealRows[$0]] != nil }
            try rows.set(rows: filled, column: column.index, to: filled.map { constants[dealRows[$0]] ?? .missing })
        }
    }

    private static func source(of column: HistoryColumn) -> DealColumn? {
        switch column {
        case .stage: .stage
        case .value: .value
        case .close: .close
        case .owner: .owner
        case .probability: .ownProbability
        case .category: .ownCategory
        case .currency: .currency
        case .deal, .at, .pipeline, .observed, .deleted: nil
        }
    }
}
