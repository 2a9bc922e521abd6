// The versions that a change writes into the history. A change is dated to a day:
//
//   the deal's last version is of that day or before    one new version follows it
//   later versions are there                            the new version goes before them, and they get the change too;
//                                                       refused where one of them changed the same field
//
// So `win on last Friday` works after Monday's import, which only saw the deal, and never contradicts what is known.

import Engine
import Values

/// Makes the versions of changed deals.
struct DealVersions {
    /// The fields that a history keeps, with the deals' column that each is of.
    private static let kept: [(version: HistoryColumn, deal: DealColumn)] = [
        (.pipeline, .pipeline), (.stage, .stage), (.value, .value), (.close, .close), (.owner, .owner),
        (.probability, .ownProbability), (.category, .ownCategory), (.currency, .currency),
    ]

    private let changer: DealChanger
    private let changed: [Int]
    private let isDeletion: Bool
    private let dayStart: Int64
    private let dayEnd: Int64

    /// The versions of the deals at these places of the selection.
    init(_ changer: DealChanger, _ changed: [Int], isDeletion: Bool) throws {
        self.changer = changer
        self.isDeletion = isDeletion
        self.changed =
            isDeletion
            ? changed
            : changed.filter { index in
                DealVersions.kept.contains { changer.old($0.deal, index) != changer.new($0.deal, index) }
            }
        dayStart = Int64(changer.day.number) * 86_400 - Int64(changer.book.settings.timezoneMinutes) * 60
        dayEnd = dayStart + 86_399
    }

    /// The new versions; `nil` when no field that a history keeps has changed.
    func splice() throws -> VersionSplice? {
        if changed.isEmpty { return nil }
        let history = changer.book.history
        let versions = try changed.map { try history.rows(ofDeal: changer.rows[$0]) }
        let lasts = versions.compactMap(\.last)
        let times = try history.rows.columns[HistoryColumn.at.index].cells(at: lasts).map { $0.integer ?? .min }
        var splice = VersionSplice(deals: [], kept: [], counts: [], columns: [])
        var columns = Array(repeating: [Cell](), count: VersionSplice.columns.count)
        var next = 0
        for (index, rows) in zip(changed, versions) {
            var suffix: (kept: Int, versions: [[Cell]])
            var last = Int64.min
            if !rows.isEmpty {
                last = times[next]
                next += 1
            }
            if last <= dayEnd {
                suffix = (rows.count, [version(index, at: max(dayStart, last))])
            } else {
                suffix = try inserted(index, rows, history)
            }
            splice.deals.append(changer.rows[index])
            splice.kept.append(suffix.kept)
            splice.counts.append(suffix.versions.count)
            for version in suffix.versions {
                for (place, column) in VersionSplice.columns.enumerated() {
                    columns[place].append(version[column.index])
                }
            }
        }
        splice.columns = columns.map { Patch.Values($0) }
        return splice
    }

    /// The deal as it will be.
    private func version(_ index: Int, at time: Int64) -> [Cell] {
        var cells = Array(repeating: Cell.missing, count: HistoryColumn.allCases.count)
        cells[HistoryColumn.at.index] = .integer(time)
        cells[HistoryColumn.observed.index] = .integer(0)
        cells[HistoryColumn.deleted.index] = .integer(isDeletion ? 1 : 0)
        // A deletion knows nothing else of the deal but where it was.
        if isDeletion {
            cells[HistoryColumn.pipeline.index] = changer.old(.pipeline, index)
            return cells
        }
        for (version, deal) in DealVersions.kept { cells[version.index] = changer.new(deal, index) }
        return cells
    }

    /// The versions from the day on, when there are later ones.
    private func inserted(_ index: Int, _ rows: [Int], _ history: History) throws -> (kept: Int, versions: [[Cell]]) {
        let all = try rows.map { try history.rows.row($0) }
        func time(_ version: [Cell]) -> Int64 { version[HistoryColumn.at.index].integer ?? .min }
        let kept = all.firstIndex { time($0) > dayEnd } ?? all.count
        let later = all[kept...]
        let fields =
            isDeletion
            ? [] : DealVersions.kept.filter { changer.old($0.deal, index) != changer.new($0.deal, index) }
        var base = kept > 0 ? all[kept - 1] : later.first ?? []
        let conflicting = fields.filter { field in
            let known = ([base] + later).map { $0[field.version.index] }.filter { !$0.isMissing }
            // A first version that is no mere observation says that the deal came to its stage on that day.
            let isEntry = kept == 0 && later.first?[HistoryColumn.observed.index] != .integer(1)
            return Set(known).count > 1 || (field.version == .stage && isEntry)
        }
        if isDeletion || !conflicting.isEmpty {
            let id = changer.old(.id, index).text ?? ""
            let day = DateText.day(
                of: time(later.last ?? []), timezoneMinutes: changer.book.settings.timezoneMinutes)
            let what = conflicting.first.map { ": its \($0.version.rawValue)" } ?? ""
            throw ChangeDiagnostics.refused(
                "\(id) was changed after \(changer.day)\(what) is known up to \(day?.description ?? "a later day")",
                hint: "on \(day?.description ?? "a later day") or later")
        }
        base[HistoryColumn.at.index] = .integer(max(dayStart, kept > 0 ? time(base) : .min))
        base[HistoryColumn.observed.index] = .integer(0)
        let versions = ([base] + later).map { version in
            var version = version
            for field in fields { version[field.version.index] = changer.new(field.deal, index) }
            return version
        }
        return (kept, versions)
    }
}
