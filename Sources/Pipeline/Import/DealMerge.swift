// Brings the deals of a file into a book: known ids are updated in the fields that the file has, others are added. What
// a change implies is done here for every import alike: a stage change dates `entered` and clears an own probability, a
// close date moved into a later month is a push, and each change of a tracked field is a version in the history.

import Engine
import Values

/// The result of bringing a file's deals into a book.
struct DealMerge {
    /// The book with the deals.
    var book: Book
    private(set) var addedCount = 0
    private(set) var updatedCount = 0
    private(set) var unchangedCount = 0
    /// New open deals of which it is not known since when they are in their stage.
    var openWithoutEntry = 0
    var notes: [String] = []
    /// Deals that the file does not hold and that were lost or deleted for it.
    var missingCount = 0

    private let values: DealValues
    let stages: StageResolution
    /// The day of the export.
    let day: Day

    /// Merges; `day` is that of the export, to which changes are dated. `known` gives for each row of the file the row of
    /// its deal in the book, `held` the deals that the file holds.
    init(
        _ values: DealValues, _ stages: StageResolution, known: [Int?], held: Set<Int>, into book: Book, day: Day,
        missing: ImportOptions.MissingDeals = .kept, _ execution: Execution
    ) throws {
        self.book = book
        self.values = values
        self.stages = stages
        self.day = day
        self.book.pipelines = stages.pipelines
        try addCustomColumns()
        var history = HistoryWriter()
        try self.book.addStageNames()
        try update(known, &history)
        try resolveMissing(held, missing, &history)
        try add(known, &history, execution)
        try self.book.addStageNames()
        self.book.history = try history.merged(into: self.book, execution)
        self.book.learned = LearnedTargets()
    }

    // MARK: Columns

    /// Columns that the book does not have yet; missing for all deals it has.
    private mutating func addCustomColumns() throws {
        for (name, column) in values.columns.sorted(by: { $0.key < $1.key }) where book.deals.columnIndex(name) == nil {
            guard book.deals.rowCount > 0 else { continue }
            let empty = try Column(
                name: name, valueType: column.valueType, repeating: .missing, count: book.deals.rowCount)
            try book.deals.add(empty)
        }
    }

    // MARK: Known deals

    private mutating func update(_ known: [Int?], _ history: inout HistoryWriter) throws {
        let pairs = known.enumerated().compactMap { file, row in row.map { (file: file, book: $0) } }
        guard !pairs.isEmpty else { return }
        var changed = Array(repeating: false, count: pairs.count)
        var tracked = changed
        var stageChanged = changed
        var pushed = changed
        for (name, column) in values.columns.sorted(by: { $0.key < $1.key }) {
            guard let index = book.deals.columnIndex(name) else { continue }
            let differing = try DealMerge.differences(book.deals.columns[index], column, pairs)
            let rows = differing.map { pairs[$0].book }
            let cells = try differing.map { try column.cell(pairs[$0].file) }
            for place in differing {
                changed[place] = true
                switch DealColumn(rawValue: name) {
                case .stage, .pipeline:
                    stageChanged[place] = true
                    tracked[place] = true
                case .close:
                    tracked[place] = true
                    pushed[place] = DealMerge.isPush(
                        from: try book.deals.cell(pairs[place].book, index), to: try column.cell(pairs[place].file))
                case .value, .owner, .ownProbability, .ownCategory, .currency: tracked[place] = true
                default: break
                }
            }
            try promote(index, to: column.valueType)
            try book.deals.set(rows: rows, column: index, to: cells)
        }
        let returned = pairs.indices.filter { book.deals.restore(row: pairs[$0].book) }
        for place in returned {
            changed[place] = true
            tracked[place] = true
            stageChanged[place] = true
            pushed[place] = false
        }
        if !returned.isEmpty {
            let what =
                returned.count == 1
                ? "1 deal that had been deleted is" : "\(returned.count) deals that had been deleted are"
            notes.append("\(what) back")
        }
        try follow(pairs, stageChanged, pushed, tracked, &history)
        updatedCount = changed.reduce(0) { $0 + ($1 ? 1 : 0) }
        unchangedCount = pairs.count - updatedCount
    }

    /// The pairs whose values differ, found in whole columns.
    private static func differences(
        _ old: Column, _ new: Column, _ pairs: [(file: Int, book: Int)]
    ) throws -> [Int] {
        if old.representation == .integer, new.representation == .integer {
            let before = try old.integers()
            let after = try new.integers()
            return pairs.indices.filter { before[pairs[$0].book] != after[pairs[$0].file] }
        }
        if old.representation == .code, new.representation == .code {
            // A name that the book does not have yet is no code of its.
            let known = try [0] + new.dictionary.names().map { try old.dictionary.code(of: $0) ?? UInt32.max }
            let before = try old.codes()
            let after = try new.codes()
            return pairs.indices.filter { before[pairs[$0].book] != known[Int(after[pairs[$0].file])] }
        }
        return try pairs.indices.filter { try old.cell(pairs[$0].book) != new.cell(pairs[$0].file) }
    }

    /// What a change implies for the fields that the file does not have.
    private mutating func follow(
        _ pairs: [(file: Int, book: Int)], _ stageChanged: [Bool], _ pushed: [Bool], _ tracked: [Bool],
        _ history: inout HistoryWriter
    ) throws {
        func rows(_ marks: [Bool]) -> [Int] { pairs.indices.filter { marks[$0] }.map { pairs[$0].book } }
        let today = Cell.integer(Int64(day.number))
        let moved = rows(stageChanged)
        if values.columns[DealColumn.entered.rawValue] == nil {
            try book.deals.set(
                rows: moved, column: DealColumn.entered.index, to: Array(repeating: today, count: moved.count))
        }
        if values.columns[DealColumn.closedOn.rawValue] == nil {
            // The closing day of an earlier life says nothing of this one.
            let stale = try moved.filter { try book.deal($0, .closedOn) != .missing }
            try book.deals.set(
                rows: stale, column: DealColumn.closedOn.index, to: Array(repeating: .missing, count: stale.count))
        }
        if values.columns[DealColumn.ownProbability.rawValue] == nil {
            let own = try moved.filter { try book.deal($0, .ownProbability) != .missing }
            try book.deals.set(
                rows: own, column: DealColumn.ownProbability.index,
                to: Array(repeating: Cell.missing, count: own.count))
            if !own.isEmpty {
                notes.append(
                    "\(own.count) own \(own.count == 1 ? "probability was" : "probabilities were") cleared by a change of stage"
                )
            }
        }
        if values.columns[DealColumn.pushes.rawValue] == nil {
            let later = rows(pushed)
            let counts = try later.map { Cell.integer((try book.deal($0, .pushes).integer ?? 0) + 1) }
            try book.deals.set(rows: later, column: DealColumn.pushes.index, to: counts)
        }
        let touched = try rows(tracked).filter { (try book.deal($0, .touched).integer ?? .min) < Int64(day.number) }
        try book.deals.set(
            rows: touched, column: DealColumn.touched.index, to: Array(repeating: today, count: touched.count))
        for row in rows(tracked) { history.append(row, at: Int64(day.number), observed: false) }
    }

    /// Whether a close date was moved into a later month.
    static func isPush(from old: Cell, to new: Cell) -> Bool {
        guard let old = old.integer.flatMap({ Day(number: Int($0)) }),
            let new = new.integer.flatMap({ Day(number: Int($0)) })
        else { return false }
        return (old.year, old.month) < (new.year, new.month)
    }

    /// Whole numbers become real ones when the file brings decimals.
    private mutating func promote(_ index: Int, to type: ValueType) throws {
        let column = book.deals.columns[index]
        guard column.valueType == .integer, type == .real else { return }
        let cells = try column.integers().map { $0 == .min ? Cell.missing : Cell.real(Double($0)) }
        try book.deals.replaceColumn(index, with: Column(name: column.name, valueType: .real, cells: cells))
    }

    // MARK: New deals

    private mutating func add(_ known: [Int?], _ history: inout HistoryWriter, _ execution: Execution) throws {
        let areAllNew = known.allSatisfy { $0 == nil }
        let places = areAllNew ? Array(known.indices) : known.indices.filter { known[$0] == nil }
        addedCount = places.count
        guard !places.isEmpty else { return }
        let first = book.deals.rowCount
        var columns: [Column] = []
        let fixed = DealColumn.allCases.map { ($0.rawValue, $0.valueType) }
        let custom = book.deals.columns.dropFirst(fixed.count).map { ($0.name, $0.valueType) }
        let brought =
            first > 0
            ? []
            : values.columns.values.filter { DealColumn(rawValue: $0.name) == nil }.map { ($0.name, $0.valueType) }
                .sorted { $0.0 < $1.0 }
        for (name, type) in fixed + (first > 0 ? custom : brought) {
            var new = try values.columns[name].map { areAllNew ? $0 : try $0.gathered(places) }
            if name == DealColumn.pushes.rawValue, new == nil {
                new = try Column(name: name, valueType: type, repeating: .integer(0), count: places.count)
            }
            let addition = try new ?? Column(name: name, valueType: type, repeating: .missing, count: places.count)
            guard first > 0, let index = book.deals.columnIndex(name) else {
                columns.append(addition)
                continue
            }
            try promote(index, to: addition.valueType)
            columns.append(try DealMerge.joined(book.deals.columns[index], addition))
        }
        book.deals = try Table(columns, deletedRows: book.deals.deletedRows)
        let entries = StageEntries(values, book.pipelines)
        try enterStages(first, places, entries)
        try begin(first, places, entries, &history, execution)
    }

    /// Dates the last stage change of new deals by the columns that say when a stage was entered.
    private mutating func enterStages(_ first: Int, _ places: [Int], _ entries: StageEntries) throws {
        guard !entries.isEmpty else { return }
        let entered = try book.deals.columns[DealColumn.entered.index].integers(first..<book.deals.rowCount)
        var rows: [Int] = []
        var cells: [Cell] = []
        for (offset, place) in places.enumerated() where entered[offset] == .min {
            guard let stage = stages.places[place],
                let last = try entries.of(place, stage, through: day).last(where: { $0.stage == stage.stage.name })
            else { continue }
            rows.append(first + offset)
            cells.append(.integer(last.day))
        }
        try book.deals.set(rows: rows, column: DealColumn.entered.index, to: cells)
    }

    private static func joined(_ old: Column, _ new: Column) throws -> Column {
        var builder = ColumnBuilder(name: old.name, valueType: old.valueType)
        try builder.append(old)
        if old.valueType == new.valueType {
            try builder.append(new)
        } else {
            for cell in try new.cells() { try builder.append(cell) }
        }
        return try builder.finish()
    }
}
