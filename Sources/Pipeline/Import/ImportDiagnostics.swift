// The words of everything that an import refuses: what was found, what was expected, and the clause that mends it.

import Values

/// Makers of the diagnostics about imported files.
enum ImportDiagnostics {
    static func more(_ count: Int) -> Diagnostic {
        Diagnostic(
            .badCell, "\(EnglishPlural.counted(count, "more bad cell")); nothing was imported",
            hint: "`skipping bad rows to \"rejects.csv\"` loads the other rows")
    }

    static func nothingImported() -> Diagnostic {
        Diagnostic(
            .badCell, "nothing was imported",
            hint: "`skipping bad rows to \"rejects.csv\"` loads the other rows")
    }

    static func ambiguousDates(_ cells: ColumnCells, row: Int) -> Diagnostic {
        let text = cells.table.text(row: row, column: cells.column)
        return Diagnostic(
            .ambiguousDates,
            "\(cells.table.at(row: row, column: cells.column)): \"\(text)\" in column \"\(cells.header)\" can be day first or month first, and no other date of the column decides it",
            hint: "add `dates as D/M/Y` or `dates as M/D/Y`")
    }

    static func contradictingDates(_ cells: ColumnCells, dayFirst: Int, monthFirst: Int) -> Diagnostic {
        let table = cells.table
        return Diagnostic(
            .badCell,
            "column \"\(cells.header)\" mixes two orders of dates: \"\(table.text(row: dayFirst, column: cells.column))\" (\(table.place(row: dayFirst, column: cells.column))) is day first, \"\(table.text(row: monthFirst, column: cells.column))\" (\(table.place(row: monthFirst, column: cells.column))) month first",
            hint: "`dates as D/M/Y skipping bad rows to \"rejects.csv\"` loads the rows of one order")
    }

    static func unknownColumn(_ name: String, in table: TextTable, clause: String) -> Diagnostic {
        let near = NameIndex(table.header).near(name)
        return Diagnostic(
            .missingColumn, "\"\(table.name)\" has no column \"\(name)\", which `\(clause)` names",
            hint: near.first.map { "did you mean \"\($0)\"?" },
            notes: ["columns: " + table.header.joined(separator: ", ")])
    }

    static func mappedTwice(_ field: String, _ first: String, _ second: String) -> Diagnostic {
        Diagnostic(
            .badImportOption, "`with` maps both \"\(first)\" and \"\(second)\" to \(field): one column can fill it")
    }

    static func derivedField(_ field: String) -> Diagnostic {
        Diagnostic(
            .badImportOption, "\(field) is computed from other fields and cannot be imported",
            hint: "another name keeps the column: `as crm_\(field)`")
    }

    static func noStage(_ table: TextTable) -> Diagnostic {
        Diagnostic(
            .missingColumn, "no column of \"\(table.name)\" says in which stage a deal is",
            hint: "`with COLUMN as stage` names it",
            notes: ["columns: " + table.header.joined(separator: ", ")])
    }

    static func duplicates(_ table: TextTable, column: Int, rows: [(first: Int, second: Int)], count: Int) -> Diagnostic
    {
        let listed = rows.prefix(3).map { pair in
            "\"\(table.text(row: pair.first, column: column))\" in line \(table.place(row: pair.first, column: column).line) and line \(table.place(row: pair.second, column: column).line)"
        }
        let rest = count > listed.count ? ", and \(DecimalText.grouped(count - listed.count)) more" : ""
        return Diagnostic(
            .duplicateIdentifier,
            "\(EnglishPlural.counted(count, "id")) \(count == 1 ? "occurs" : "occur") in more than one row of \"\(table.name)\": \(listed.joined(separator: "; "))\(rest)",
            hint:
                "`last row wins` takes the last row of each; `rows are lines` adds their values up; `key COLUMN` names another id"
        )
    }

    static func unknownStages(
        _ names: [(name: String, count: Int)], pipeline: SalesPipeline, what: String = "deal"
    ) -> Diagnostic {
        let list = names.prefix(10).map { "\"\($0.name)\" (\($0.count) \(what)\($0.count == 1 ? "" : "s"))" }
        let stages = pipeline.stages.map(\.name).joined(separator: ", ")
        return Diagnostic(
            .unknownStage, "the pipeline \"\(pipeline.name)\" has no stage \(list.joined(separator: ", "))",
            hint: "`pipeline` with all stages in order adds them",
            notes: ["stages: \(stages)"])
    }

    static func noKey(_ table: TextTable, kind: String) -> Diagnostic {
        Diagnostic(
            .missingColumn, "no column of \"\(table.name)\" identifies its rows",
            hint: "`key COLUMN` names it", notes: ["columns: " + table.header.joined(separator: ", ")])
    }

    static func missingDealsWithoutIds(_ policy: ImportOptions.MissingDeals) -> Diagnostic {
        Diagnostic(
            .badImportOption,
            "the file has no ids, so it cannot be said which deals are missing and \(policy.rawValue)",
            hint: "`key COLUMN` names a column that identifies a deal")
    }

    static func noLostStage() -> Diagnostic {
        Diagnostic(
            .badPipeline, "no stage means lost, so missing deals cannot be lost",
            hint: "`stage \"NAME\" as lost` makes one mean it")
    }

    static func earlierExport(_ day: Day, known: Day) -> Diagnostic {
        Diagnostic(
            .badImportOption, "this export is of \(day), but the book already holds changes up to \(known)",
            hint: "exports are imported in order of their days")
    }

    static func noKnownField(_ table: TextTable, _ fields: [String]) -> Diagnostic {
        Diagnostic(
            .missingColumn, "no row of \"\(table.name)\" changes a field that a history keeps",
            hint: "fields are known by their names in the CRM: stage, amount, close date, owner",
            notes: ["fields of the file: " + fields.joined(separator: ", ")])
    }

    static func missingHistoryColumn(_ table: TextTable, _ what: String, _ field: String) -> Diagnostic {
        Diagnostic(
            .missingColumn, "no column of \"\(table.name)\" says \(what)",
            hint: "`with COLUMN as \(field)` names it", notes: ["columns: " + table.header.joined(separator: ", ")])
    }
}
