// Reads whole columns of a file into values. Numbers, dates and free texts are read in stretches of rows that become one
// chunk each, categories one column at a time (their codes follow the order of rows): with several columns at once that
// keeps all threads busy, and nothing depends on how many there are.

import Engine
import Values

/// A column that was read.
struct ReadColumn {
    /// The values, one per row that is not left out.
    var column: Column
    /// Rows of the file whose cell is bad, ascending.
    var badRows: [Int] = []
    /// How many amounts were rounded to the cent.
    var roundedCount = 0
    /// The first row whose amount was rounded.
    var firstRoundedRow: Int?
    /// Whether a currency stood beside an amount.
    var hasCurrency = false
    /// What its values look like, where that was asked.
    var survey: ColumnSurvey?

    /// What is to be read: the cells, how, and the name of the column they become; and what is to be found out of the
    /// values on the way.
    struct Plan {
        var cells: ColumnCells
        var reader: CellReader
        var name: String
        var question: ColumnSurvey.Question?
    }

    /// Reads columns of one file, all with the same rows left out.
    static func read(_ plans: [Plan], timezoneMinutes: Int, _ execution: Execution) throws -> [ReadColumn] {
        guard let first = plans.first else { return [] }
        let categories = plans.indices.filter { plans[$0].reader.isWhole }
        let others = plans.indices.filter { !plans[$0].reader.isWhole }
        // Categories first: each group is one long piece of work.
        var pieces = groups(of: categories, plans, count: execution.threadCount).map {
            (plans: $0, rows: 0..<first.cells.rowCount)
        }
        if !others.isEmpty { pieces += first.cells.stretches.map { (others, $0) } }
        let read = try execution.pieces(count: pieces.count) { [pieces] index in
            let (chosen, rows) = pieces[index]
            var readings = try chosen.map { try ColumnReading(plans[$0], timezoneMinutes: timezoneMinutes) }
            // All columns of some rows after another, while their bytes are in the processor's cache.
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowCountAtOnce) {
                let some = start..<min(rows.upperBound, start + rowCountAtOnce)
                let table = first.cells.table
                table.bytes.withSpan { NearMemory.prefetch($0.extracting(table.range(ofRows: some))) }
                for place in readings.indices { readings[place].read(some) }
            }
            return try readings.map { try $0.finish() }
        }
        var parts = [[ReadColumn]](repeating: [], count: plans.count)
        for (piece, columns) in zip(pieces, read) {
            for (plan, column) in zip(piece.plans, columns) { parts[plan].append(column) }
        }
        return try parts.map { try ReadColumn(joining: $0) }
    }

    /// 2,048 rows of 160 bytes and 15 cells fill two thirds of a cache of 1 MB; column after column through a whole file
    /// would wait for memory at every cell. From 128 to 2,048 rows it makes no difference that can be measured.
    private static let rowCountAtOnce = 2_048

    /// Categories in that many groups of about equal work: one that seldom repeats takes several times as long.
    private static func groups(of categories: [Int], _ plans: [Plan], count: Int) -> [[Int]] {
        guard !categories.isEmpty else { return [] }
        let works = categories.map { (plan: $0, work: 1 + plans[$0].cells.distinctShare * 4) }
        var groups = [(plans: [Int], work: Double)](repeating: ([], 0), count: min(count, categories.count))
        for (plan, work) in works.sorted(by: { ($1.work, $0.plan) < ($0.work, $1.plan) }) {
            let least = groups.indices.min { groups[$0].work < groups[$1].work } ?? 0
            groups[least].plans.append(plan)
            groups[least].work += work
        }
        return groups.map(\.plans)
    }

    /// The columns of stretches of rows as one.
    private init(joining parts: [ReadColumn]) throws {
        self = parts[0]
        guard parts.count > 1 else { return }
        column = try Column(joining: parts.map(\.column))
        for part in parts.dropFirst() {
            badRows += part.badRows
            roundedCount += part.roundedCount
            firstRoundedRow = firstRoundedRow ?? part.firstRoundedRow
            hasCurrency = hasCurrency || part.hasCurrency
            if let later = part.survey { survey?.add(later) }
        }
    }

    fileprivate init(_ column: Column) { self.column = column }
}

/// A column in the making.
private struct ColumnReading {
    private let cells: ColumnCells
    private let reader: CellReader
    private let header: String
    private let timezoneMinutes: Int
    private var builder: ColumnBuilder
    /// All that is found beside the values.
    private var found: ReadColumn
    /// What the values look like, if that is asked.
    private var survey: ColumnSurvey
    private let isAsked: Bool
    private var notes = CellReader.Notes()
    private var values: [Int64] = []
    private var places: [UInt64] = []

    init(_ plan: ReadColumn.Plan, timezoneMinutes: Int) throws {
        cells = plan.cells
        reader = plan.reader
        header = plan.cells.header
        self.timezoneMinutes = timezoneMinutes
        builder = ColumnBuilder(name: plan.name, valueType: plan.reader.valueType)
        found = ReadColumn(try Column(name: plan.name, valueType: plan.reader.valueType, chunks: []))
        isAsked = plan.question != nil
        survey = ColumnSurvey(plan.question ?? ColumnSurvey.Question(serials: false))
    }

    /// Reads further rows of the file.
    mutating func read(_ rows: Range<Int>) {
        switch reader.valueType.representation {
        case .text, .code: readTexts(rows)
        case .integer:
            switch reader {
            case .date: readDates(rows)
            case .money(let mark): readAmounts(rows, mark, decimals: 2)
            case .percent(let mark, let isFraction): readAmounts(rows, mark, decimals: isFraction ? 6 : 4)
            case .number(let mark, _): readAmounts(rows, mark, decimals: 0)
            default: readIntegers(rows) { _, _ in nil }
            }
        case .real: readReals(rows)
        }
    }

    consuming func finish() throws -> ReadColumn {
        var found = found
        if !values.isEmpty { builder.append(integers: values, missing: .min) }
        found.column = try builder.finish()
        found.hasCurrency = notes.hasCurrency
        if isAsked { found.survey = survey }
        return found
    }

    private mutating func readTexts(_ rows: Range<Int>) {
        cells.table.bytes.withSpan { readTexts(rows, $0) }
    }

    private mutating func readTexts(_ rows: Range<Int>, _ bytes: Span<UInt8>) {
        let cells = cells
        var places = self.places
        self.places = []
        places.removeAll(keepingCapacity: true)
        cells.forEachPlace(rows) { row, place, other in
            if isAsked, !place.isEmpty {
                if let other {
                    survey.note(other.span.extracting(place), row: row)
                } else {
                    survey.note(bytes.extracting(place), row: row)
                }
            }
            let packed = TextTable.pack(place.lowerBound, place.upperBound)
            guard let other else { return places.append(packed) }
            builder.append(texts: places, in: bytes)
            places.removeAll(keepingCapacity: true)
            builder.append(texts: [packed], in: other.span)
        }
        builder.append(texts: places, in: bytes)
        self.places = places
    }

    /// Dates: nearly all of a column are written year first, and say nothing new of it.
    private mutating func readDates(_ rows: Range<Int>) {
        readIntegers(rows) { reading, text in
            if reading.isAsked, !reading.survey.triesOnlyDates { return nil }
            guard let day = DateText.plainDay(text) else { return nil }
            reading.survey.noteKnownDate()
            return day
        }
    }

    /// Amounts in units of `1 ÷ 10^decimals`: nearly all are plain digits.
    private mutating func readAmounts(_ rows: Range<Int>, _ mark: DecimalMark, decimals: Int) {
        readIntegers(rows) { reading, text in
            if reading.isAsked, !reading.survey.triesOnlyAmounts { return nil }
            guard let plain = PlainAmount(text, mark), let value = plain.scaled(to: decimals) else { return nil }
            reading.survey.note(plain, mark)
            return value
        }
    }

    /// Integers; what `quickly` cannot read and note is read with all that a cell may hold.
    @inline(__always)
    private mutating func readIntegers(
        _ rows: Range<Int>, quickly: (inout ColumnReading, Span<UInt8>) -> Int64?
    ) {
        let cells = cells
        let farFuture =
            reader.valueType.type == .date || reader.valueType.type == .instant ? CellReader.farFuture : .max
        if values.count >= Limits.chunkRowCount {
            builder.append(integers: values, missing: .min)
            values.removeAll(keepingCapacity: true)
        }
        // Kept until they make a chunk: that is packed from them as they lie.
        if values.isEmpty { values.reserveCapacity(min(cells.rowCount, Limits.chunkRowCount + rows.count)) }
        cells.forEach(rows) { row, text in
            if text.isEmpty { return values.append(.min) }
            let value = quickly(&self, text) ?? readSlowly(text, row)
            values.append(value >= farFuture && reader.isOpenEnd(value, header: header) ? .min : value)
        }
    }

    /// A value that is not plain; `Int64.min` for a bad cell.
    private mutating func readSlowly(_ text: Span<UInt8>, _ row: Int) -> Int64 {
        if isAsked { survey.note(text, row: row) }
        notes.isRounded = false
        guard let value = reader.integer(text, timezoneMinutes: timezoneMinutes, &notes) else {
            found.badRows.append(row)
            return .min
        }
        if notes.isRounded {
            found.roundedCount += 1
            found.firstRoundedRow = found.firstRoundedRow ?? row
        }
        return value
    }

    private mutating func readReals(_ rows: Range<Int>) {
        let cells = cells
        cells.forEach(rows) { row, text in
            if text.isEmpty { return builder.appendMissing() }
            if isAsked { survey.note(text, row: row) }
            if let value = reader.real(text) {
                builder.append(value)
            } else {
                builder.appendMissing()
                found.badRows.append(row)
            }
        }
    }
}

extension ColumnCells {
    /// Reads all rows into a column; bad cells become missing and are listed.
    func read(_ reader: CellReader, name: String, timezoneMinutes: Int) throws -> ReadColumn {
        let plan = ReadColumn.Plan(cells: self, reader: reader, name: name)
        var reading = try ColumnReading(plan, timezoneMinutes: timezoneMinutes)
        reading.read(0..<rowCount)
        return try reading.finish()
    }

    /// The share of distinct values among the first rows.
    fileprivate var distinctShare: Double {
        var seen: Set<[UInt8]> = []
        let rowCount = min(rowCount, 1_000)
        forEach(0..<rowCount) { _, text in seen.insert(ColumnCells.bytes(text)) }
        return Double(seen.count) / Double(max(1, rowCount))
    }

    /// Rows of the file so cut that the rows of each that are not left out make one chunk; at least one stretch.
    fileprivate var stretches: [Range<Int>] {
        var stretches: [Range<Int>] = []
        if leftOut.isEmpty {
            let starts = stride(from: 0, to: max(1, rowCount), by: Limits.chunkRowCount)
            return starts.map { $0..<min(rowCount, $0 + Limits.chunkRowCount) }
        }
        var start = 0
        var count = 0
        for row in 0..<rowCount {
            if count == Limits.chunkRowCount {
                stretches.append(start..<row)
                start = row
                count = 0
            }
            if leftOut.isEmpty || !leftOut[row] { count += 1 }
        }
        return stretches + [start..<rowCount]
    }
}

extension CellReader {
    /// Whether a column is read as one piece.
    fileprivate var isWhole: Bool { valueType.representation == .code }
}
