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
// Versions are collected as numbers and become columns at the end, because an import can bring millions.

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
    private var deals: [Int64] = []
    private var days: [Int64] = []
    private var observed: [Int64] = []
    /// For each version the stage it was in; `nil` for a version that has everything as the book has it.
    private var stages: [String?] = []
    private var isWhole: [Bool] = []
    /// Which versions say that their deal was deleted.
    private var deletions: Set<Int> = []

    /// The version of a deal as the book will have it, from a day on. At most one for a deal.
    mutating func append(_ row: Int, at day: Int64, observed isObserved: Bool) {
        append(row, day, isObserved, isWhole: true, nil)
    }

    /// The end of a deal that was deleted on a day.
    mutating func appendDeletion(_ row: Int, at day: Int64) {
        deletions.insert(deals.count)
        append(row, day, false, isWhole: false, nil)
    }

    /// The versions that a deal new to the book begins with; `today` is the day of the export. `entries` are the stages
    /// it is known to have entered by then, in order of time.
    mutating func appendNew(
        _ row: Int, _ known: DealDays, stage: Stage?, firstStage: String?, before: String?,
        entries: [StageEntries.Entry], today: Int64
    ) {
        guard let stage, stage.kind.isClosed else {
            if entries.isEmpty {
                if known.entered != .min, known.entered < today, let stage {
                    append(row, known.entered, false, isWhole: false, stage.name)
                }
            } else {
                for entry in entries { append(row, entry.day, false, isWhole: false, entry.stage) }
            }
            return append(row, at: today, observed: known.entered != today)
        }
        guard known.closing != .min, known.closing <= today else { return append(row, at: today, observed: true) }
        let earlier = entries.filter { $0.day <= known.closing && $0.stage != stage.name }
        for entry in earlier { append(row, entry.day, false, isWhole: false, entry.stage) }
        if earlier.isEmpty {
            let wasCreated = known.created != .min && known.created <= known.closing
            if wasCreated { append(row, known.created, false, isWhole: false, firstStage) }
            if let before, before != firstStage {
                if known.entered != .min, known.entered < known.closing {
                    append(row, known.entered, false, isWhole: false, before)
                } else if wasCreated {
                    append(row, known.created, false, isWhole: false, before)
                }
            }
        }
        append(row, at: known.closing, observed: known.created == .min && earlier.isEmpty)
    }

    private mutating func append(_ row: Int, _ day: Int64, _ isObserved: Bool, isWhole whole: Bool, _ stage: String?) {
        deals.append(Int64(row))
        days.append(day)
        observed.append(isObserved ? 1 : 0)
        stages.append(stage)
        isWhole.append(whole)
    }

    /// The book's history with the collected versions in it; whole ones as the book now has their deals.
    func merged(into book: Book) throws -> History {
        guard !deals.isEmpty else { return book.history }
        let new = try Table(HistoryColumn.allCases.map { try column($0, book) })
        if book.history.isEmpty { return try History(new) }
        let columns = try zip(book.history.folded().rows.columns, new.columns).map { old, added in
            var builder = ColumnBuilder(name: old.name, valueType: old.valueType)
            try builder.append(old)
            try builder.append(added)
            return try builder.finish()
        }
        return try History(Table(columns))
    }

    private func column(_ column: HistoryColumn, _ book: Book) throws -> Column {
        switch column {
        case .deal: return try integers(column, deals)
        case .observed: return try integers(column, observed)
        case .deleted: return try integers(column, deals.indices.map { deletions.contains($0) ? 1 : 0 })
        case .at:
            // The beginning of the day in the book's timezone.
            let east = Int64(book.settings.timezoneMinutes) * 60
            return try integers(column, days.map { $0 * 86_400 - east })
        case .value: return try values(column, of: .value, book)
        case .close: return try values(column, of: .close, book)
        case .probability: return try values(column, of: .ownProbability, book)
        case .pipeline: return try codes(column, of: .pipeline, book) { whole, _ in whole }
        case .owner: return try codes(column, of: .owner, book) { whole, index in isWhole[index] ? whole : 0 }
        case .category: return try codes(column, of: .ownCategory, book) { whole, index in isWhole[index] ? whole : 0 }
        case .currency: return try codes(column, of: .currency, book) { whole, index in isWhole[index] ? whole : 0 }
        case .stage:
            let dictionary = book.deals.columns[DealColumn.stage.index].dictionary
            var known: [String: UInt32] = [:]
            for name in Set(stages.compactMap { $0 }) { known[name] = try dictionary.codes(ignoringCase: name).first }
            return try codes(column, of: .stage, book) { whole, index in
                isWhole[index] ? whole : stages[index].flatMap { known[$0] } ?? 0
            }
        }
    }

    private func integers(_ column: HistoryColumn, _ values: [Int64]) throws -> Column {
        var builder = ColumnBuilder(name: column.rawValue, valueType: column.valueType)
        builder.append(integers: values, missing: .min)
        return try builder.finish()
    }

    /// The deals' values for whole versions, none for others.
    private func values(_ column: HistoryColumn, of source: DealColumn, _ book: Book) throws -> Column {
        let all = try book.deals.columns[source.index].integers()
        return try integers(column, deals.indices.map { isWhole[$0] ? all[Int(deals[$0])] : .min })
    }

    /// Codes of the deals' dictionary: `choose` is given the deal's own code and the version's index.
    private func codes(
        _ column: HistoryColumn, of source: DealColumn, _ book: Book, _ choose: (UInt32, Int) -> UInt32
    ) throws -> Column {
        let deal = book.deals.columns[source.index]
        let all = try deal.codes()
        var builder = ColumnBuilder(name: column.rawValue, codesOf: deal.dictionary)
        let codes = deals.indices.map { choose(all[Int(deals[$0])], $0) }
        builder.append(codes: codes, dictionaryCount: deal.dictionary.count)
        return try builder.finish()
    }
}
