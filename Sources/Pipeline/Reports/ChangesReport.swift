// What moved between two days: the waterfall. Open deals of the selection at the end of the day before D, then everything
// that came in, changed, or left, then the open deals at the end of today. It reconciles to the cent, per deal and in
// total; a remainder would be printed as a row of its own.
//
//   start + ins − outs ± changes = end            V0, V1 = the deal's value at the start, and at the end or when it left
//
//   V0 at the rate that V1 counts with, less V0 as it counted at the start, is fx; V0 below is the former
//
//   in at both       V1 − V0                      increased or decreased
//   came in          V1, to the first that fits   new, reopened, pulled in, pushed in, dated, moved in
//   left             V1 − V0 increased or decreased, and −V1 to the first that fits of
//                                                 won, lost, deleted, pushed out, pulled out, undated, moved out
//   came and left    V1 in and −V1 out            new or reopened; won or lost

import Engine
public import Values

/// The waterfall of the pipeline between two days.
public enum ChangesReport {
    /// Where an amount goes. The order is that of the rows.
    enum Bucket: String, CaseIterable {
        case start, new, reopened
        case pulledIn = "pulled in"
        case pushedIn = "pushed in"
        case dated
        case movedIn = "moved in"
        case increased, decreased
        /// What a change of rates did to the value at the start.
        case fx
        case won, lost, deleted
        case pushedOut = "pushed out"
        case pulledOut = "pulled out"
        case undated
        case movedOut = "moved out"
        case end
        case fault

        var isOut: Bool {
            [.won, .lost, .deleted, .pushedOut, .pulledOut, .undated, .movedOut].contains(self)
        }
    }

    /// Runs it. `start` asks the book as of the end of the day before D, `end` today's; both with the same selection and
    /// keys, bound to their own book. `closing` narrows both ends to close dates in it.
    public static func run(start: ReportInput, end: ReportInput, closing: Period? = nil) throws -> ReportResult {
        let before = try Side(start, closing)
        let after = try Side(end, closing)
        var groups: [[Cell]: [Bucket: Entry]] = [:]
        var undone: (count: Int, value: Int64) = (0, 0)
        func add(_ bucket: Bucket, _ amount: Int64, _ deal: Int, _ group: [Cell]) throws {
            try groups[group, default: [:]][bucket, default: Entry()].add(amount, deal)
        }
        let all = try before.rows(and: after)
        for (number, deal) in all.enumerated() {
            if number & 0xFFF == 0 { try Cancellation.checkAmbient() }
            let old = before.deals[deal]
            let new = after.deals[deal]
            if old?.kind == .won, let new, new.kind != .won {
                undone.count += 1
                undone.value = try undone.value.adding(new.value)
            }
            let group =
                (new?.isIn == true ? new?.group : nil) ?? (old?.isIn == true ? old?.group : nil) ?? new?.group ?? old?
                .group ?? []
            let from = old?.isIn == true ? old : nil
            let to = new?.isIn == true ? new : nil
            if let from { try add(.start, from.value, deal, from.group) }
            if let to { try add(.end, to.value, deal, to.group) }
            switch (from, to) {
            case (let from?, let to?):
                let restated = try before.restated(deal, from, after)
                if restated != from.value { try add(.fx, try restated.adding(-from.value), deal, from.group) }
                if from.group == to.group {
                    try addChange(to.value, restated, deal, group, add)
                } else {
                    try addChange(to.value, restated, deal, from.group, add)
                    try add(.movedOut, -to.value, deal, from.group)
                    try add(.movedIn, to.value, deal, to.group)
                }
            case (nil, let to?):
                try add(cameBy(old, closing), to.value, deal, to.group)
            case (let from?, nil):
                let restated = try before.restated(deal, from, after)
                if restated != from.value { try add(.fx, try restated.adding(-from.value), deal, from.group) }
                let value = try new?.value ?? after.valueWhenDeleted(deal) ?? restated
                try addChange(value, restated, deal, from.group, add)
                try add(leftBy(new, closing), -value, deal, from.group)
            case (nil, nil):
                guard let new, let kind = new.kind, kind.isClosed, new.wouldBeIn,
                    try after.wasOpen(deal, since: old, behind: start.today)
                else { continue }
                try add(cameBy(old, closing), new.value, deal, new.group)
                try add(kind == .won ? .won : .lost, -new.value, deal, new.group)
            }
        }
        var result = ReportResult(
            columns: after.keyColumns + [
                .init("change", .category, isKey: true, meaning: "what happened"),
                .init("deals", .integer, meaning: "distinct deals"), .init("amount", .money, meaning: "the amount"),
            ], dealCount: all.count)
        for group in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            var entries = groups[group] ?? [:]
            for bucket in [Bucket.start, .end] where entries[bucket] == nil { entries[bucket] = Entry() }
            var balance: Int64 = 0
            for (bucket, entry) in entries where bucket != .end { balance = try balance.adding(entry.amount) }
            let remainder = try (entries[.end]?.amount ?? 0).adding(-balance)
            if remainder != 0 { try entries[.fault, default: Entry()].add(remainder, -1) }
            for bucket in Bucket.allCases {
                guard let entry = entries[bucket] else { continue }
                // What left the book since stands in the book of the first day.
                let isBefore = bucket == .start || bucket == .deleted
                let behind = DrillDown(rows: entry.deals.sorted(), on: isBefore ? start.today : nil)
                result.append(
                    group + [.text(bucket.rawValue), .count(entry.deals.count), .integer(entry.amount)],
                    drillDowns: bucket == .fault ? [:] : ["deals": behind, "amount": behind])
            }
        }
        if groups.isEmpty, end.keys.isEmpty {
            for bucket in [Bucket.start, .end] {
                result.append([.text(bucket.rawValue), .count(0), .integer(0)], drillDowns: [:])
            }
        }
        if undone.count > 0 {
            result.notes.append(
                "outside the sum: \(undone.count) deals that had been won are won no more (\(Money(cents: undone.value).grouped()))"
            )
        }
        for (side, day) in [(before, start.today), (after, end.today)] {
            let count = side.deals.values.count { $0.kind == nil && $0.wouldBeIn }
            guard count > 0 else { continue }
            result.notes.append(
                "at the end of \(day) the stage of \(EnglishPlural.counted(count, "deal")) is not known: \(count == 1 ? "it counts" : "they count") as not open then"
            )
        }
        let first = start.today.adding(days: 1)
        result.notes.append("changes from \(first) to \(end.today)" + (closing.map { ", closing \($0)" } ?? ""))
        result.definition = [
            "start = open deals at the end of \(start.today), end = open deals at the end of \(end.today)"
                + (closing.map { ", closing \($0)" } ?? ""),
            "start + what came in − what left ± changes of value = end, per deal and in total",
            "a deal that came in or left counts with its value then; its change of value before it left stands apart",
        ]
        return result
    }

    private static func addChange(
        _ now: Int64, _ then: Int64, _ deal: Int, _ group: [Cell], _ add: (Bucket, Int64, Int, [Cell]) throws -> Void
    ) throws {
        if now != then { try add(now > then ? .increased : .decreased, try now.adding(-then), deal, group) }
    }

    private static func cameBy(_ old: Side.Deal?, _ closing: Period?) -> Bucket {
        guard let old else { return .new }
        if old.kind?.isClosed == true { return .reopened }
        if let closing {
            guard let close = old.close else { return .dated }
            if close >= closing.end { return .pulledIn }
            if close < closing.start { return .pushedIn }
        }
        return .movedIn
    }

    private static func leftBy(_ new: Side.Deal?, _ closing: Period?) -> Bucket {
        guard let new else { return .deleted }
        if new.kind == .won { return .won }
        if new.kind == .lost { return .lost }
        if let closing {
            guard let close = new.close else { return .undated }
            if close >= closing.end { return .pushedOut }
            if close < closing.start { return .pulledOut }
        }
        return .movedOut
    }

    private struct Entry {
        var amount: Int64 = 0
        var deals: Set<Int> = []
        mutating func add(_ cents: Int64, _ deal: Int) throws {
            amount = try amount.adding(cents)
            if deal >= 0 { deals.insert(deal) }
        }
    }

    /// One end of the waterfall: every deal of the book then, and whether the selection has it.
    private struct Side {
        struct Deal {
            /// The kind of its stage; `nil` without a known one.
            var kind: StageKind?
            var value: Int64
            var close: Day?
            var group: [Cell]
            /// Open, in the selection, and in the closing period.
            var isIn: Bool
            /// In the selection but for being closed.
            var wouldBeIn: Bool
            /// The number of its versions by then.
            var versionCount: Int
        }

        var deals: [Int: Deal] = [:]
        var keyColumns: [ReportResult.Column]
        private let book: Book
        private let versions: VersionDays

        init(_ input: ReportInput, _ closing: Period?) throws {
            book = input.book
            versions = try VersionDays(input.book)
            let chosen = try SelectedDeals(input)
            var isSelected = [Bool](repeating: false, count: input.book.deals.rowCount)
            for row in chosen.rows { isSelected[row] = true }
            var every = input
            every.deals = Relation(input.deals.table)
            let all = try SelectedDeals(every, fields: ["value", "close"])
            let values = try all.integers("value")
            let closes = try all.integers("close")
            keyColumns = try all.keyColumns()
            // Room for all at once: growing step by step would move a million of them in one go.
            deals.reserveCapacity(all.count)
            for index in 0..<all.count {
                if index & 0xFFF == 0 { try Cancellation.checkAmbient() }
                let row = all.rows[index]
                let kind = all.place[index] >= 0 ? all.places[all.place[index]].stage.kind : nil
                let close = closes[index] == .min ? nil : Day(clamping: Int(closes[index]))
                let inPeriod = closing.map { period in close.map { period.contains($0) } ?? false } ?? true
                deals[row] = Deal(
                    kind: kind, value: values[index] == .min ? 0 : values[index], close: close,
                    group: all.groups[all.group[index]],
                    isIn: kind?.isClosed == false && inPeriod && isSelected[row],
                    wouldBeIn: inPeriod && isSelected[row], versionCount: versions.rows(of: row).count)
            }
        }

        /// The deals that either side has, ascending.
        func rows(and other: Side) throws -> [Int] {
            var isThere = [Bool](repeating: false, count: max(book.deals.rowCount, other.book.deals.rowCount))
            for side in [self, other] {
                try Cancellation.checkAmbient()
                for row in side.deals.keys { isThere[row] = true }
            }
            return isThere.indices.filter { isThere[$0] }
        }

        /// Whether a deal that is closed now was open behind the first end: it was open then, has an open version since,
        /// or was created since.
        func wasOpen(_ deal: Int, since old: Deal?, behind day: Day) throws -> Bool {
            if old?.kind?.isClosed == false { return true }
            let isOpenSince = versions.rows(of: deal).dropFirst(old?.versionCount ?? 0).contains {
                versions.place[$0] >= 0 && !versions.stagePlaces[Int(versions.place[$0])].stage.kind.isClosed
            }
            if isOpenSince || old != nil { return isOpenSince }
            return try book.deal(deal, .created).integer.map { $0 > Int64(day.number) } ?? false
        }

        /// The value that a deal had here, at the rate with which the other end counts it.
        func restated(_ deal: Int, _ from: Deal, _ other: Side) throws -> Int64 {
            guard book.usesRates || other.book.usesRates, let own = try book.ownValue(deal) else { return from.value }
            let isClosed = other.deals[deal]?.kind?.isClosed == true
            let closing = isClosed ? try other.book.closingDay(deal) : nil
            return try other.book.reportedAmount(own.cents, currency: own.currency, closing: closing) ?? 0
        }

        /// The value of a deal that is deleted here, by its last version before.
        func valueWhenDeleted(_ deal: Int) throws -> Int64? {
            guard versions.isDeleted(deal), let row = versions.rows(of: deal).dropLast().last,
                let cents = try versions.rows.cell(row, HistoryColumn.value.index).integer
            else { return nil }
            let currency = try versions.rows.cell(row, HistoryColumn.currency.index).text
            return try book.reportedAmount(cents, currency: currency, closing: nil)
        }
    }
}
