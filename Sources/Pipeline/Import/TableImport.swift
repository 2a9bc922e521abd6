// Importing a table that is not the deals: accounts, owners, products, or anything keyed by a category of the deals.
// Its key is the column that is named like the thing (`account`, `Account Name`), else the one whose values the deals
// use most. Known keys are updated, new ones added; a custom table of no field's values stands alone.

import Engine
import Values

extension Book {
    func importingTable(
        _ name: String, _ file: TextTable, _ options: ImportOptions, _ execution: Execution
    ) throws -> (book: Book, report: ImportReport) {
        let plural = tables.first { NameIndex.key($0.singular) == name }?.name ?? HeaderName.snake(name)
        let singular = table(named: plural)?.singular ?? ReferenceTable.singular(of: plural)
        var report = ImportReport(table: plural)
        report.rowCount = file.rowCount
        var rows = try TableFile(
            file, options: options, execution: execution, existing: table(named: plural),
            timezone: settings.timezoneMinutes)
        let field = deals.columns.first {
            $0.representation == .code && ($0.name == singular || $0.name == plural)
        }?.name
        let key = try rows.key(
            singular: singular, stated: options.key, names: try field.map { try names(ofColumn: $0) })
        try rows.requireDistinct(key, options)
        var book = self
        let old = table(named: plural)
        let merged = try rows.merged(into: old, key: key)
        book.setTable(
            ReferenceTable(
                name: plural, singular: singular, field: field, keyColumn: key, rows: merged.table))
        report.addedCount = merged.added
        report.updatedCount = merged.updated
        report.unchangedCount = merged.unchanged
        report.columns = rows.uses
        report.notes = file.notes + rows.notes
        report.rejects = rows.rejects
        report.notes.append("\(plural) are known by \(key)")
        if let field, let lookup = try book.referenceLookup(field) {
            try report.noteLookup(lookup, field: field, book: book, table: plural)
        } else if deals.rowCount > 0 {
            report.notes.append("no field of the deals is called \(singular): the table stands alone")
        }
        return (book, report)
    }
}

extension ImportReport {
    /// Says how many deals find their row, and which values do not.
    mutating func noteLookup(_ lookup: ReferenceLookup, field: String, book: Book, table: String) throws {
        let used = try book.names(ofColumn: field)
        let withValue = used.counts.reduce(0, +)
        guard withValue > 0 else { return }
        if lookup.missCount == 0 {
            notes.append(
                "every deal with \(field == "account" || field == "owner" ? "an" : "a") \(field) finds its row")
            return
        }
        let listed = lookup.misses.prefix(3).map { "\"\($0.name)\" (\(DecimalText.grouped($0.count)))" }.joined(
            separator: ", ")
        notes.append(
            "\(DecimalText.grouped(lookup.missCount)) of \(EnglishPlural.counted(withValue, "deal")) with a value of \(field) find no row in \(table): \(listed)"
        )
        if let first = lookup.misses.first, let keyed = book.table(ofField: field),
            let keys = keyed.rows.column(keyed.keyColumn)
        {
            let near = NameIndex(try keys.cells().compactMap(\.text)).near(first.name)
            if let best = near.first {
                advice.append(
                    "\"\(first.name)\" may be \"\(best)\": `deals where \(field) = \"\(first.name)\" | set \(field) = \"\(best)\"`"
                )
            }
        }
    }
}
