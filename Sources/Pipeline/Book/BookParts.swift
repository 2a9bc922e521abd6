// A book as plain tables, the form in which it is kept: Storage knows tables, not deals. Reading checks everything that
// the rest of the program relies on, because files come from anywhere; it looks at tables and bounds only, never at
// every row, so that opening takes no longer for more deals.

public import Engine
import Values

/// A book taken apart into named tables.
///
///     deals, history      as in the book (the history sorted by deal, then time)
///     stages              pipeline, name, kind, probability, target, category: one row per stage, in order
///     settings            name, value
///     lets                name, parameters (one per line), text
///     scenarios           name, assumptions (one per line); books of earlier versions have none
///     references          name, singular, field, key: one row per reference table
///     table:NAME          the rows of that table
///
/// and the section `changes`: the log of changes.
public struct BookParts: Sendable {
    /// The tables by name.
    public var tables: [String: Table]
    /// Bytes that are no tables, by name.
    public var sections: [String: [UInt8]]
    /// The parts of a book.
    public init(tables: [String: Table], sections: [String: [UInt8]] = [:]) {
        self.tables = tables
        self.sections = sections
    }
}

extension Book {
    /// The book as tables.
    public func encoded() throws -> BookParts {
        var tables: [String: Table] = [
            "deals": deals, "history": try history.folded().rows,
            "stages": try Book.textTable(
                ["pipeline", "name", "kind", "probability", "target", "category"],
                stagePlaces.map { place in
                    [
                        pipelines[place.pipeline].name, place.stage.name, place.stage.kind.rawValue,
                        place.stage.probability.map { String($0.millionths) },
                        place.stage.targetDays.map { String($0) }, place.stage.category?.rawValue,
                    ]
                }),
            "settings": try Book.textTable(["name", "value"], settings.encoded.map { [$0.name, $0.value] }),
            "lets": try Book.textTable(
                ["name", "parameters", "text"],
                lets.map { [$0.name, $0.parameters.joined(separator: "\n"), $0.text] }),
            "scenarios": try Book.textTable(
                ["name", "assumptions"],
                scenarios.map { [$0.name, $0.assumptions.joined(separator: "\n")] }),
            "references": try Book.textTable(
                ["name", "singular", "field", "key"],
                self.tables.map { [$0.name, $0.singular, $0.field, $0.keyColumn] }),
        ]
        for table in self.tables { tables["table:" + table.name] = table.rows }
        return BookParts(tables: tables, sections: log.isEmpty ? [:] : [Book.changesSection: try log.encoded()])
    }

    /// The book of these tables. Throws a `file-damaged` diagnostic that names what is wrong.
    public init(decoding parts: BookParts, identity: BookIdentity) throws {
        func table(_ name: String) throws -> Table {
            guard let table = parts.tables[name] else {
                throw PipelineDiagnostics.damaged("the table \(name) is missing")
            }
            return table
        }
        self.identity = identity
        settings = try BookSettings(decoding: try Book.texts(try table("settings"), "settings", ["name", "value"]))
        pipelines = try Book.decodePipelines(try table("stages"))
        deals = try table("deals")
        try Book.checkColumns(deals, DealColumn.allCases.map { ($0.rawValue, $0.valueType) }, "deals", exactly: false)
        let rows = try Book.completedHistory(try table("history"))
        try Book.checkColumns(
            rows, HistoryColumn.allCases.map { ($0.rawValue, $0.valueType) }, "history", exactly: true)
        for chunk in rows.columns[HistoryColumn.deal.index].chunks {
            let layout = chunk.layout
            guard layout.missingCount == 0, layout.minimum >= 0, layout.maximum < Int64(deals.rowCount) else {
                throw PipelineDiagnostics.damaged("history of a deal that is not there")
            }
        }
        history = History(sorted: rows)
        lets = try Book.texts(try table("lets"), "lets", ["name", "parameters", "text"]).map { row in
            guard let name = row[0], let text = row[2], !name.isEmpty else {
                throw PipelineDiagnostics.damaged("a definition without a name or text")
            }
            let parameters = (row[1] ?? "").split(separator: "\n").map(String.init)
            return LetDefinition(name: name, parameters: parameters, text: text)
        }
        if let table = parts.tables["scenarios"] {
            scenarios = try Book.texts(table, "scenarios", ["name", "assumptions"]).map { row in
                guard let name = row[0], !name.isEmpty else {
                    throw PipelineDiagnostics.damaged("a scenario without a name")
                }
                return Scenario(name: name, assumptions: (row[1] ?? "").split(separator: "\n").map(String.init))
            }
        }
        tables = try Book.texts(try table("references"), "references", ["name", "singular", "field", "key"]).map {
            row in
            guard let name = row[0], let singular = row[1], let key = row[3] else {
                throw PipelineDiagnostics.damaged("a reference table without a name or key")
            }
            let rows = try table("table:" + name)
            guard let column = rows.column(key), [.text, .code].contains(column.representation) else {
                throw PipelineDiagnostics.damaged("the table \(name) lacks its key column \(key)")
            }
            return ReferenceTable(name: name, singular: singular, field: row[2], keyColumn: key, rows: rows)
        }
        guard Set(tables.map(\.name)).count == tables.count else {
            throw PipelineDiagnostics.damaged("two tables of one name")
        }
        if let bytes = parts.sections[Book.changesSection] { log = try ChangeLog(decoding: bytes) }
        try addStageNames()
    }

    /// The section that holds the log of changes; a reader that does not know it may pass over it.
    public static let changesSection = "changes"

    // MARK: -

    private static func textTable(_ names: [String], _ rows: [[String?]]) throws -> Table {
        try Table(
            names.enumerated().map { index, name in
                try Column(
                    name: name, valueType: .text, cells: rows.map { $0[index].map(Cell.text) ?? .missing })
            })
    }

    /// The rows of a small table of texts.
    private static func texts(_ table: Table, _ name: String, _ columns: [String]) throws -> [[String?]] {
        try checkColumns(table, columns.map { ($0, .text) }, name, exactly: true)
        guard table.rowCount <= Limits.settingRowCountMax else {
            throw PipelineDiagnostics.damaged("the table \(name) has \(table.rowCount) rows")
        }
        return try (0..<table.rowCount).map { row in try table.row(row).map(\.text) }
    }

    /// A history with the columns of today: one of a file that was written before versions could delete deals says that
    /// none did.
    private static func completedHistory(_ rows: Table) throws -> Table {
        let added = HistoryColumn.deleted
        guard rows.columns.count == added.index, rows.column(added.rawValue) == nil else { return rows }
        var completed = rows
        try completed.add(
            Column(name: added.rawValue, valueType: added.valueType, rowCount: rows.rowCount) { rows in
                .integers(Array(repeating: 0, count: rows.count))
            })
        return completed
    }

    private static func checkColumns(
        _ table: Table, _ expected: [(name: String, type: ValueType)], _ name: String, exactly: Bool
    ) throws {
        guard exactly ? table.columns.count == expected.count : table.columns.count >= expected.count else {
            throw PipelineDiagnostics.damaged("the table \(name) has \(table.columns.count) columns")
        }
        for (column, wanted) in zip(table.columns, expected)
        where column.name != wanted.name || column.valueType != wanted.type {
            throw PipelineDiagnostics.damaged("the table \(name) has \(column.name) where \(wanted.name) should be")
        }
        let reserved = Set(DerivedField.allCases.map(\.rawValue))
        for column in table.columns.dropFirst(expected.count) where reserved.contains(column.name) {
            throw PipelineDiagnostics.damaged("the table \(name) has a column with the name of a field: \(column.name)")
        }
    }

    private static func decodePipelines(_ table: Table) throws -> [SalesPipeline] {
        var pipelines: [SalesPipeline] = []
        let columns = ["pipeline", "name", "kind", "probability", "target", "category"]
        for row in try texts(table, "stages", columns) {
            guard let pipeline = row[0], let name = row[1], let kind = row[2].flatMap(StageKind.init(rawValue:)) else {
                throw PipelineDiagnostics.damaged("a stage without a pipeline, name or kind")
            }
            var stage = Stage(name, kind)
            if let text = row[3] {
                guard let value = Int64(text), (0...1_000_000).contains(value) else {
                    throw PipelineDiagnostics.damaged("the probability of the stage \(name)")
                }
                stage.probability = Percent(millionths: value)
            }
            if let text = row[4] {
                guard let days = Int(text), (1...36_500).contains(days) else {
                    throw PipelineDiagnostics.damaged("the target of the stage \(name)")
                }
                stage.targetDays = days
            }
            if let text = row[5] {
                guard let category = ForecastCategory(rawValue: text) else {
                    throw PipelineDiagnostics.damaged("the category of the stage \(name)")
                }
                stage.category = category
            }
            if pipelines.last?.name != pipeline {
                guard !pipelines.contains(where: { NameIndex.key($0.name) == NameIndex.key(pipeline) }) else {
                    throw PipelineDiagnostics.damaged("the pipeline \(pipeline) stands twice")
                }
                pipelines.append(SalesPipeline(name: pipeline, stages: []))
            }
            guard pipelines[pipelines.count - 1].position(ofStage: name) == nil else {
                throw PipelineDiagnostics.damaged("the stage \(name) stands twice")
            }
            pipelines[pipelines.count - 1].stages.append(stage)
        }
        guard !pipelines.isEmpty else { throw PipelineDiagnostics.damaged("no pipeline") }
        return pipelines
    }
}

extension BookSettings {
    /// The settings as names and values; those that are not set are left out.
    var encoded: [(name: String, value: String)] {
        var all = [
            (name: "currency", value: currency.code), ("fiscal_year", String(fiscalYearStartMonth)),
            ("week", weekStart.name), ("timezone", String(timezoneMinutes)),
        ]
        if let today { all.append(("today", today.description)) }
        if let me { all.append(("me", me)) }
        if askAbove != BookSettings().askAbove { all.append(("ask_above", String(askAbove))) }
        return all
    }

    /// The settings of names and values. Names that are not known (of a later version) are passed over.
    init(decoding rows: [[String?]]) throws {
        self.init()
        for row in rows {
            guard let name = row[0], let value = row[1] else { continue }
            let isSound: Bool
            switch name {
            case "currency":
                let found = Currency(code: value)
                isSound = found != nil
                currency = found ?? currency
            case "fiscal_year":
                let month = Int(value) ?? 0
                isSound = (1...12).contains(month)
                if isSound { fiscalYearStartMonth = month }
            case "week":
                let day = Weekday.allCases.first { $0.name == value }
                isSound = day != nil
                weekStart = day ?? weekStart
            case "timezone":
                let minutes = Int(value) ?? .max
                isSound = (-18 * 60...18 * 60).contains(minutes)
                if isSound { timezoneMinutes = minutes }
            case "today":
                today = Day(iso: value)
                isSound = today != nil
            case "ask_above":
                let count = Int(value) ?? -1
                isSound = count >= 0
                if isSound { askAbove = count }
            case "me":
                me = value
                isSound = true
            default: isSound = true
            }
            guard isSound else { throw PipelineDiagnostics.damaged("the setting \(name) = \(value)") }
        }
    }
}
