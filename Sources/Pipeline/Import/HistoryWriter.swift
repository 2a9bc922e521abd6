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
// Versions are collected as numbers and become columns at the end (HistoryWriter+Columns), because an import can bring
// millions; several threads may each collect those of some deals.

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
    /// A version: what is known of it beside what its deal says. An import collects two for most deals: 12 bytes each.
    struct Version: Sendable {
        let deal: Int32
        let day: Int32
        private let stageAndMarks: UInt32

        init(deal: Int32, day: Int32, stage: UInt32, isObserved: Bool, isWhole: Bool) {
            self.deal = deal
            self.day = day
            stageAndMarks = stage << 2 | (isObserved ? 2 : 0) | (isWhole ? 1 : 0)
        }

        /// Which of `stageNames` it was in; 0 for none.
        var stage: UInt32 { stageAndMarks >> 2 }
        var isObserved: Bool { stageAndMarks & 2 != 0 }
        /// Whether it has everything as the book has it.
        var isWhole: Bool { stageAndMarks & 1 != 0 }

        /// The same version under another number of its stage.
        func inStage(_ stage: UInt32) -> Version {
            Version(deal: deal, day: day, stage: stage, isObserved: isObserved, isWhole: isWhole)
        }
    }

    /// Versions in order, in pieces as they were collected: a million are not copied once more to be one list.
    private var pieces: [[Version]] = []
    /// The versions after those.
    private var latest: [Version] = []
    private var last: Version?
    private(set) var versionCount = 0
    /// Whether they are in order of deals, those of one in order of days.
    private(set) var isAscending = true
    /// The names of stages that versions were in, after one for no stage.
    private(set) var stageNames: [String?] = [nil]
    private var numberOfStage: [String: UInt32] = [:]
    /// Which versions say that their deal was deleted.
    private(set) var deletions: Set<Int> = []

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
        if let last, HistoryWriter.precedes(version, last) { isAscending = false }
        last = version
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
        copy.last = nil
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
        if !latest.isEmpty { pieces.append(latest) }
        latest = []
        let added = (other.pieces + [other.latest]).filter { !$0.isEmpty }
        if let last, let first = added.first?.first, HistoryWriter.precedes(first, last) { isAscending = false }
        isAscending = isAscending && other.isAscending
        for var piece in added {
            if !areSame { piece = piece.map { $0.inStage(numbers[Int($0.stage)]) } }
            pieces.append(piece)
        }
        last = other.last ?? last
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

    /// Some versions, by their places among all.
    func versions(_ places: Range<Int>) -> [Version] {
        var found: [Version] = []
        found.reserveCapacity(places.count)
        var first = 0
        for piece in pieces + [latest] {
            let some = places.clamped(to: first..<first + piece.count)
            found += piece[some.lowerBound - first..<some.upperBound - first]
            first += piece.count
        }
        return found
    }
}
