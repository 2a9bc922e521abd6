// Which deal a row of an export is: by its id, which a file holds once; by a made one where the file has none. Two rows
// with one id are refused unless it was said what they mean.

import Engine
import Values

/// The ids of a file's deals.
struct DealIdentifiers {
    /// For each row the row of the book's deal with this id; `nil` for a new one.
    private(set) var known: [Int?]
    /// The deals of the book that the file holds, those of rows that were rejected too.
    private(set) var held: Set<Int> = []
    private(set) var notes: [String] = []

    /// Makes the ids of a file's rows distinct (which may drop rows) and finds them in the book.
    init(_ file: inout DealFile, book: Book, options: ImportOptions, _ execution: Execution) throws {
        known = []
        if file[.id] == nil {
            if options.missingDeals != .kept { throw ImportDiagnostics.missingDealsWithoutIds(options.missingDeals) }
            try make(&file, book)
        } else {
            try resolveDuplicates(&file, options.duplicates, execution)
        }
        try find(file, book)
        held = Set(known.compactMap { $0 }).union(try rejected(file, book))
    }

    /// Ids D-1, D-2 … after the largest of this form in the book.
    private mutating func make(_ file: inout DealFile, _ book: Book) throws {
        var last = 0
        try unsafe book.deals.columns[DealColumn.id.index].forEachText { _, text in
            guard let text = unsafe text, text.count > 2, unsafe text[0] == UInt8(ascii: "D"),
                unsafe text[1] == UInt8(ascii: "-")
            else { return }
            let digits = unsafe String(decoding: text, as: UTF8.self).dropFirst(2)
            if let number = Int(digits) { last = max(last, number) }
        }
        var builder = ColumnBuilder(name: DealColumn.id.rawValue, valueType: .text)
        for row in 0..<file.rowCount { builder.append("D-\(last + row + 1)") }
        file[.id] = try builder.finish()
        if file.rowCount > 0 {
            notes.append(
                "the file has no ids: D-\(last + 1) to D-\(last + file.rowCount) were made; `key COLUMN` names one that identifies a deal"
            )
        }
    }

    private mutating func resolveDuplicates(
        _ file: inout DealFile, _ policy: ImportOptions.Duplicates, _ execution: Execution
    ) throws {
        guard let ids = file[.id], try !ids.isDistinct(execution) else { return }
        var builder = ColumnBuilder(name: "id", valueType: .category)
        try unsafe ids.forEachText { _, text in
            if let text = unsafe text { unsafe builder.append(utf8: text) } else { builder.appendMissing() }
        }
        let column = try builder.finish()
        let distinct = column.dictionary.count
        guard distinct < ids.rowCount else { return }
        let codes = try column.codes()
        var first = Array(repeating: -1, count: distinct + 1)
        var last = first
        var pairs: [(first: Int, second: Int)] = []
        var doubled: Set<UInt32> = []
        for (row, code) in codes.enumerated() {
            if first[Int(code)] < 0 {
                first[Int(code)] = row
            } else if doubled.insert(code).inserted {
                pairs.append((file.rows[first[Int(code)]], file.rows[row]))
            }
            last[Int(code)] = row
        }
        switch policy {
        case .refuse:
            let id = file.map.columns(.id).first?.cells.column ?? 0
            throw ImportDiagnostics.duplicates(file.table, column: id, rows: pairs, count: doubled.count)
        case .lastRowWins:
            try file.keep(last.dropFirst().sorted())
            notes.append(
                "\(EnglishPlural.counted(doubled.count, "id")) stood in several rows: the last row of each was taken")
        case .lines:
            if let values = file[.value] { file[.value] = try DealIdentifiers.summed(values, codes, first) }
            try file.keep(first.dropFirst().sorted())
            notes.append(
                "several lines for \(EnglishPlural.counted(doubled.count, "deal")): their values were added up")
        }
    }

    /// The values with those of all rows of an id added to the id's first row.
    private static func summed(_ values: Column, _ codes: [UInt32], _ first: [Int]) throws -> Column {
        var sums = try values.integers()
        for (row, code) in codes.enumerated() where first[Int(code)] != row && sums[row] != .min {
            let place = first[Int(code)]
            let (sum, overflow) = (sums[place] == .min ? 0 : sums[place]).addingReportingOverflow(sums[row])
            if overflow { throw EngineError.overflow(operation: "sum") }
            sums[place] = sum
        }
        return try Column(
            name: values.name, valueType: values.valueType,
            cells: sums.map { $0 == .min ? .missing : .integer($0) })
    }

    private mutating func find(_ file: DealFile, _ book: Book) throws {
        guard book.deals.rowCount > 0, let ids = file[.id] else {
            known = Array(repeating: nil, count: file.rowCount)
            return
        }
        // One numbering for the ids of both: equal ids have equal codes.
        var builder = ColumnBuilder(name: "id", valueType: .category)
        for column in [book.deals.columns[DealColumn.id.index], ids] {
            try unsafe column.forEachText { _, text in
                if let text = unsafe text { unsafe builder.append(utf8: text) } else { builder.appendMissing() }
            }
        }
        let both = try builder.finish()
        var rowOfCode = [Int](repeating: -1, count: both.dictionary.count + 1)
        // A deal that was deleted comes back under its id, unless a living one has it.
        var deletedRowOfCode: [UInt32: Int] = [:]
        let bookCount = book.deals.rowCount
        known.reserveCapacity(file.rowCount)
        try both.forEachCode { row, code in
            if row >= bookCount {
                let found = rowOfCode[Int(code)]
                known.append(found < 0 ? deletedRowOfCode[code] : found)
            } else if code > 0 {
                if !book.deals.deletedRows.contains(row) {
                    rowOfCode[Int(code)] = row
                } else if let last = try book.history.lastRow(ofDeal: row),
                    try book.history.rows.cell(last, HistoryColumn.deleted.index).integer == 1
                {
                    deletedRowOfCode[code] = row
                }
            }
        }
    }

    /// The book's deals of rows that were rejected: the file holds them, whatever is wrong with the row.
    private func rejected(_ file: DealFile, _ book: Book) throws -> Set<Int> {
        guard !file.rejects.isEmpty, book.dealCount > 0, let column = file.map.columns(.id).first?.cells.column else {
            return []
        }
        let ids = Set(file.rejects.map { file.table.text(row: $0.row, column: column) })
        var rows: Set<Int> = []
        try unsafe book.deals.columns[DealColumn.id.index].forEachText { row, text in
            guard let text = unsafe text, !book.deals.deletedRows.contains(row) else { return }
            if ids.contains(unsafe String(decoding: text, as: UTF8.self)) { rows.insert(row) }
        }
        return rows
    }
}
