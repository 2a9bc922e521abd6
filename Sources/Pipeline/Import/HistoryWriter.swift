// Writes versions of deals into a history. What an import without history knows of the past is little, and no more is
// written than that:
//
//   any deal        the days it entered stages, where the file has columns that say so; without them:
//   a closed deal   the day it was created, in its pipeline's first open stage, with no values (nobody knows them);
//                   the stage it was in before its status took it away; the day it closed, with its values
//   an open deal    the day it entered its stage, if the file says so, with no values;
//                   the day of the export, as it was seen then, with all of them
//
// Values are never written to a day before the one they are known of, so that nothing learned later shows in the past.
// Versions are collected as numbers and become columns at the end, because an import can bring millions; several threads
// may each collect those of some deals.

import Engine
import Values

/// The days of a deal that its first versions follow from; `Int64.min` where one is not known.
struct DealDays {
    var created: Int64
    var entered: Int64
    /// The day it closed; of no meaning for open deals.
    var closing: Int64
}

/// Collects versions and puts them into a history.
struct HistoryWriter {
    /// A version: what is known of it beside what its deal says.
    private struct Version: Sendable {
        var deal: Int32
        var day: Int32
        /// Which of `stageNames` it was in; 0 for none.
        var stage: UInt32
        var isObserved: Bool
        /// Whether it has everything as the book has it.
        var isWhole: Bool
    }

    /// Versions in order, in pieces as they were collected: a million are not copied once more to be one list.
    private var pieces: [[Version]] = []
    /// The versions after those.
    private var latest: [Version] = []
    private var versionCount = 0
    /// Whether they are in order of deals, those of one in order of days.
    private var isAscending = true
    /// The names of stages that versions were in, after one for no stage.
    private var stageNames: [String?] = [nil]
    private var numberOfStage: [String: UInt32] = [:]
    /// Which versions say that their deal was deleted.
    private var deletions: Set<Int> = []

    /// The version of a deal as the book will have it, from a day on. At most one for a deal.
    mutating func append(_ row: Int, at day: Int64, observed isObserved: Bool) {
        append(row, day, isObserved, isWhole: true, 0)
    }

    /// The end of a deal that was deleted on a day.
    mutating func appendDeletion(_ row: Int, at day: Int64) {
        deletions.insert(versionCount)
        append(row, day, false, isWhole: false, 0)
    }

    /// The stage of a deal: its number here, and whether it is closed.
    typealias Stage = (number: UInt32, isClosed: Bool)

    /// The versions that a deal new to the book begins with; `today` is the day of the export. Stages are numbers, 0 for
    /// none; `entries` are those it is known to have entered by then, in order of time.
    mutating func appendNew(
        _ row: Int, _ known: DealDays, stage: Stage, firstStage: UInt32, before: UInt32,
        entries: [(stage: UInt32, day: Int64)], today: Int64
    ) {
        guard stage.isClosed else {
            if entries.isEmpty {
                if known.entered != .min, known.entered < today, stage.number > 0 {
                    append(row, known.entered, false, isWhole: false, stage.number)
                }
            } else {
                for entry in entries { append(row, entry.day, false, isWhole: false, entry.stage) }
            }
            return append(row, at: today, observed: known.entered != today)
        }
        guard known.closing != .min, known.closing <= today else { return append(row, at: today, observed: true) }
        let earlier = entries.filter { $0.day <= known.closing && $0.stage != stage.number }
        for entry in earlier { append(row, entry.day, false, isWhole: false, entry.stage) }
        if earlier.isEmpty {
            let wasCreated = known.created != .min && known.created <= known.closing
            if wasCreated { append(row, known.created, false, isWhole: false, firstStage) }
            if before > 0, before != firstStage {
                if known.entered != .min, known.entered < known.closing {
                    append(row, known.entered, false, isWhole: false, before)
                } else if wasCreated {
                    append(row, known.created, false, isWhole: false, before)
                }
            }
        }
        append(row, at: known.closing, observed: known.created == .min && earlier.isEmpty)
    }

    private mutating func append(_ row: Int, _ day: Int64, _ isObserved: Bool, isWhole whole: Bool, _ stage: UInt32) {
        let version = Version(
            deal: Int32(row), day: Int32(truncatingIfNeeded: day), stage: stage, isObserved: isObserved, isWhole: whole)
        if let last = latest.last ?? pieces.last?.last, HistoryWriter.precedes(version, last) { isAscending = false }
        latest.append(version)
        versionCount += 1
    }

    private static func precedes(_ one: Version, _ other: Version) -> Bool {
        one.deal != other.deal ? one.deal < other.deal : one.day < other.day
    }

    /// One without versions that numbers stages as this one does, for a thread of its own.
    var emptied: HistoryWriter {
        var copy = self
        copy.pieces = []
        copy.latest = []
        copy.versionCount = 0
        copy.isAscending = true
        copy.deletions = []
        return copy
    }

    /// Makes room for the versions of so many deals.
    mutating func reserve(_ dealCount: Int) { latest.reserveCapacity(dealCount * 2) }

    /// Adds the versions that another one has collected.
    mutating func append(_ other: HistoryWriter) {
        let numbers = other.stageNames.map { $0.map { number(ofStage: $0) } ?? 0 }
        let areSame = numbers.elementsEqual(numbers.indices.lazy.map { UInt32($0) })
        let last = latest.last ?? pieces.last?.last
        if !latest.isEmpty { pieces.append(latest) }
        latest = []
        let added = (other.pieces + [other.latest]).filter { !$0.isEmpty }
        if let last, let first = added.first?.first, HistoryWriter.precedes(first, last) { isAscending = false }
        isAscending = isAscending && other.isAscending
        for var piece in added {
            if !areSame { for place in piece.indices { piece[place].stage = numbers[Int(piece[place].stage)] } }
            pieces.append(piece)
        }
        for place in other.deletions { deletions.insert(versionCount + place) }
        versionCount += other.versionCount
    }

    /// The number of a stage by its name, a new one for a new name.
    mutating func number(ofStage name: String) -> UInt32 {
        if let number = numberOfStage[name] { return number }
        let number = UInt32(stageNames.count)
        stageNames.append(name)
        numberOfStage[name] = number
        return number
    }

    // MARK: Columns

    /// The book's history with the collected versions in it; whole ones as the book now has their deals.
    func merged(into book: Book, _ execution: Execution = Execution()) throws -> History {
        guard versionCount > 0 else { return book.history }
        let old = try book.history.isEmpty ? nil : book.history.folded().rows
        let columns = try execution.pieces(count: HistoryColumn.allCases.count) { index in
            let column = HistoryColumn.allCases[index]
            let new = try self.column(column, book)
            guard let old = old?.columns[column.index] else { return new }
            var builder = ColumnBuilder(name: old.name, valueType: old.valueType)
            try builder.append(old)
            try builder.append(new)
            return try builder.finish()
        }
        // What is in order needs no look at every row of it.
        return try old == nil && isAscending ? History(sorted: Table(columns)) : History(Table(columns))
    }

    private func column(_ column: HistoryColumn, _ book: Book) throws -> Column {
        switch column {
        case .deal: return try integers(column) { version, _ in Int64(version.deal) }
        case .observed: return try integers(column) { version, _ in version.isObserved ? 1 : 0 }
        case .deleted where deletions.isEmpty: return try same(column, .integer(0))
        case .deleted: return try integers(column) { _, place in deletions.contains(place) ? 1 : 0 }
        case .at:
            // The beginning of the day in the book's timezone.
            let east = Int64(book.settings.timezoneMinutes) * 60
            return try integers(column) { version, _ in Int64(version.day) * 86_400 - east }
        case .value: return try values(column, of: .value, book)
        case .close: return try values(column, of: .close, book)
        case .probability: return try values(column, of: .ownProbability, book)
        case .pipeline: return try codes(column, of: .pipeline, book) { _, own in own }
        case .owner: return try codes(column, of: .owner, book) { version, own in version.isWhole ? own : 0 }
        case .category: return try codes(column, of: .ownCategory, book) { version, own in version.isWhole ? own : 0 }
        case .currency: return try codes(column, of: .currency, book) { version, own in version.isWhole ? own : 0 }
        case .stage:
            let dictionary = book.deals.columns[DealColumn.stage.index].dictionary
            let known = try stageNames.map { name in
                try name.flatMap { try dictionary.codes(ignoringCase: $0).first } ?? 0
            }
            return try codes(column, of: .stage, book) { version, own in
                version.isWhole ? own : known[Int(version.stage)]
            }
        }
    }

    private func same(_ column: HistoryColumn, _ cell: Cell) throws -> Column {
        try Column(name: column.rawValue, valueType: column.valueType, repeating: cell, count: versionCount)
    }

    @inline(__always)
    private func integers(_ column: HistoryColumn, _ value: (Version, Int) -> Int64) throws -> Column {
        var builder = ColumnBuilder(name: column.rawValue, valueType: column.valueType)
        var values: [Int64] = []
        forEachStretch { first, versions in
            values.removeAll(keepingCapacity: true)
            for (offset, version) in versions.enumerated() { values.append(value(version, first + offset)) }
            builder.append(integers: values, missing: .min)
        }
        return try builder.finish()
    }

    /// The deals' values for whole versions, none for others.
    private func values(_ column: HistoryColumn, of source: DealColumn, _ book: Book) throws -> Column {
        let deal = book.deals.columns[source.index]
        if deal.missingCount == deal.rowCount { return try same(column, .missing) }
        let all = try deal.integers()
        return try integers(column) { version, _ in version.isWhole ? all[Int(version.deal)] : .min }
    }

    /// Codes of the deals' dictionary: `choose` is given the version and the deal's own code.
    @inline(__always)
    private func codes(
        _ column: HistoryColumn, of source: DealColumn, _ book: Book, _ choose: (Version, UInt32) -> UInt32
    ) throws -> Column {
        let deal = book.deals.columns[source.index]
        let all = try deal.codes()
        var builder = ColumnBuilder(name: column.rawValue, codesOf: deal.dictionary)
        var codes: [UInt32] = []
        forEachStretch { _, versions in
            codes.removeAll(keepingCapacity: true)
            for version in versions { codes.append(choose(version, all[Int(version.deal)])) }
            builder.append(codes: codes, dictionaryCount: deal.dictionary.count)
        }
        return try builder.finish()
    }

    /// Calls `body` with the number of the first version and some versions that follow one another.
    @inline(__always)
    private func forEachStretch(_ body: (Int, ArraySlice<Version>) -> Void) {
        var first = 0
        for piece in pieces + [latest] {
            for start in stride(from: 0, to: piece.count, by: 8_192) {
                body(first + start, piece[start..<min(piece.count, start + 8_192)])
            }
            first += piece.count
        }
    }
}
