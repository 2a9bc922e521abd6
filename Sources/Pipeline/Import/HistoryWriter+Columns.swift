// Collected versions as the columns of a history. Every 65,536 of them become a chunk of each column, one list of versions
// after another on several threads. Column by column the list of all versions and whole columns of the deals went
// through memory a dozen times: 0.10 s of processor time for the 1.9 million versions of an import, 0.03 s so.

import Engine
import Values

extension HistoryWriter {
    /// The book's history with the collected versions in it; whole ones as the book now has their deals.
    func merged(into book: Book, _ execution: Execution = Execution()) throws -> History {
        guard versionCount > 0 else { return book.history }
        let old = try book.history.isEmpty ? nil : book.history.folded().rows
        let source = try VersionSource(book, stageNames, haveDeletions: !deletions.isEmpty)
        let size = Limits.chunkRowCount
        let parts = try execution.pieces(count: (versionCount + size - 1) / size) { part in
            let places = part * size..<min(versionCount, (part + 1) * size)
            let versions = VersionList(versions(places), deletions: deletions.filter { places.contains($0) }, places)
            return try HistoryColumn.allCases.map { try source.column($0, versions) }
        }
        let columns = try execution.pieces(count: HistoryColumn.allCases.count) { index in
            let column = HistoryColumn.allCases[index]
            let new = try Column(joining: parts.map { $0[index] })
            guard let old = old?.columns[column.index] else { return new }
            var builder = ColumnBuilder(name: old.name, valueType: old.valueType)
            try builder.append(old)
            try builder.append(new)
            return try builder.finish()
        }
        // What is in order needs no look at every row of it.
        return try old == nil && isAscending ? History(sorted: Table(columns)) : History(Table(columns))
    }
}

/// Versions that become one chunk of each column.
private struct VersionList {
    let versions: [HistoryWriter.Version]
    /// The deals that they are of.
    let deals: Range<Int>
    /// Whether each says that its deal was deleted; empty when none does.
    private(set) var isDeletion: [Bool] = []

    init(_ versions: [HistoryWriter.Version], deletions: Set<Int>, _ places: Range<Int>) {
        self.versions = versions
        var (first, last) = (Int32.max, Int32(-1))
        for version in versions {
            first = min(first, version.deal)
            last = max(last, version.deal)
        }
        deals = last < first ? 0..<0 : Int(first)..<Int(last) + 1
        guard !deletions.isEmpty else { return }
        isDeletion = Array(repeating: false, count: versions.count)
        for place in deletions { isDeletion[place - places.lowerBound] = true }
    }
}

/// What the versions say, of themselves or of the deals of a book.
private struct VersionSource: Sendable {
    private let deals: Table
    /// The seconds from the beginning of a day in the book's timezone to that in UTC.
    private let east: Int64
    /// The code of each stage that versions were in.
    private let codeOfStage: [UInt32]
    /// A full chunk of each column in which all versions say the same.
    private let alike: [HistoryColumn: Column]

    init(_ book: Book, _ stageNames: [String?], haveDeletions: Bool) throws {
        deals = book.deals
        east = Int64(book.settings.timezoneMinutes) * 60
        let stages = book.deals.columns[DealColumn.stage.index].dictionary
        codeOfStage = try stageNames.map { name in try name.flatMap { try stages.codes(ignoringCase: $0).first } ?? 0 }
        let size = Limits.chunkRowCount
        var alike: [HistoryColumn: Column] = [:]
        for column in [HistoryColumn.value, .close, .probability, .owner, .category, .currency] {
            guard let deals = column.ofDeals.map({ book.deals.columns[$0.index] }), deals.missingCount == deals.rowCount
            else { continue }
            alike[column] = try VersionSource.missing(column, size, deals.dictionary)
        }
        if !haveDeletions { alike[.deleted] = try VersionSource.integers(.deleted, Array(repeating: 0, count: size)) }
        self.alike = alike
    }

    /// The versions' values of a column.
    func column(_ column: HistoryColumn, _ list: VersionList) throws -> Column {
        if let alike = alike[column] {
            return list.versions.count == alike.rowCount ? alike : try alike.gathered(Array(list.versions.indices))
        }
        switch column {
        case .deal: return try integers(column, list) { Int64($0.deal) }
        case .at: return try integers(column, list) { Int64($0.day) * 86_400 - east }
        case .observed: return try integers(column, list) { $0.isObserved ? 1 : 0 }
        case .deleted:
            let deleted = list.versions.indices.map { Int64(list.isDeletion.isEmpty || !list.isDeletion[$0] ? 0 : 1) }
            return try VersionSource.integers(column, deleted)
        case .value, .close, .probability:
            let (own, first) = (try ofDeals(column).integers(list.deals), list.deals.lowerBound)
            return try integers(column, list) { $0.isWhole ? own[Int($0.deal) - first] : .min }
        case .pipeline: return try codes(column, list) { _, own in own }
        case .owner, .category, .currency: return try codes(column, list) { $0.isWhole ? $1 : 0 }
        case .stage: return try codes(column, list) { $0.isWhole ? $1 : codeOfStage[Int($0.stage)] }
        }
    }

    private func ofDeals(_ column: HistoryColumn) throws -> Column {
        guard let source = column.ofDeals else { throw EngineError.typeMismatch("\(column) of deals") }
        return deals.columns[source.index]
    }

    @inline(__always)
    private func integers(
        _ column: HistoryColumn, _ list: VersionList, _ value: (HistoryWriter.Version) -> Int64
    ) throws -> Column {
        try VersionSource.integers(column, list.versions.map(value))
    }

    private static func integers(_ column: HistoryColumn, _ integers: [Int64]) throws -> Column {
        var builder = ColumnBuilder(name: column.rawValue, valueType: column.valueType)
        builder.append(integers: integers, missing: .min)
        return try builder.finish()
    }

    /// Codes of the deals' dictionary: `choose` is given the version and the deal's own code.
    @inline(__always)
    private func codes(
        _ column: HistoryColumn, _ list: VersionList, _ choose: (HistoryWriter.Version, UInt32) -> UInt32
    ) throws -> Column {
        let source = try ofDeals(column)
        let (own, first) = (try source.codes(list.deals), list.deals.lowerBound)
        var builder = ColumnBuilder(name: column.rawValue, codesOf: source.dictionary)
        builder.append(
            codes: list.versions.map { choose($0, own[Int($0.deal) - first]) },
            dictionaryCount: source.dictionary.count)
        return try builder.finish()
    }

    private static func missing(
        _ column: HistoryColumn, _ rowCount: Int, _ dictionary: CategoryDictionary
    ) throws -> Column {
        guard column.valueType.representation == .code else {
            return try integers(column, Array(repeating: .min, count: rowCount))
        }
        var builder = ColumnBuilder(name: column.rawValue, codesOf: dictionary)
        builder.append(codes: Array(repeating: 0, count: rowCount), dictionaryCount: 0)
        return try builder.finish()
    }
}

extension HistoryColumn {
    /// The column of the deals that whole versions have it from.
    fileprivate var ofDeals: DealColumn? {
        switch self {
        case .deal, .at, .observed, .deleted: nil
        case .pipeline: .pipeline
        case .stage: .stage
        case .value: .value
        case .close: .close
        case .owner: .owner
        case .probability: .ownProbability
        case .category: .ownCategory
        case .currency: .currency
        }
    }
}
