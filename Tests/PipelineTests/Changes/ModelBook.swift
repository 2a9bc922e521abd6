// A book as a person with index cards would keep it: one card per deal, every version written on it. Changes are done
// card by card from the words of the reference, with nothing shared with the program but names. The oracle of the changes.

import Engine
import Values

@testable import Pipeline

/// What one version of a deal says.
struct ModelVersion: Equatable {
    var day: Int
    var stage: String?
    var value: Int64?
    var close: Int?
    var owner: String?
    var chance: Int64?
    var isDeletion = false
    var isObserved = false
}

/// One card.
struct ModelDeal: Equatable {
    var stage: String
    var value: Int64?
    var close: Int?
    var owner: String?
    var chance: Int64?
    var closedOn: Int?
    var entered: Int?
    var touched: Int?
    var pushes: Int
    var reason: String?
    var created: Int?
    var isDeleted: Bool
    var versions: [ModelVersion]
}

/// All cards, with what is known of stages.
struct ModelBook: Equatable {
    var deals: [ModelDeal]
    /// Stages in order: name, kind, chance in millionths.
    let stages: [(name: String, kind: StageKind, chance: Int64?)]

    static func == (left: ModelBook, right: ModelBook) -> Bool { left.deals == right.deals }

    struct Refused: Error {}

    /// The cards of a book, which has one pipeline.
    init(_ book: Book) throws {
        stages = book.pipelines[0].stages.map { stage in
            let fixed: Int64? = stage.kind == .won ? 1_000_000 : stage.kind == .lost ? 0 : nil
            return (stage.name, stage.kind, fixed ?? stage.probability?.millionths)
        }
        deals = try (0..<book.deals.rowCount).map { row in
            func number(_ column: DealColumn) throws -> Int? { try book.deal(row, column).integer.map { Int($0) } }
            return ModelDeal(
                stage: try book.deal(row, .stage).text ?? "", value: try book.deal(row, .value).integer,
                close: try number(.close), owner: try book.deal(row, .owner).text,
                chance: try book.deal(row, .ownProbability).integer, closedOn: try number(.closedOn),
                entered: try number(.entered), touched: try number(.touched), pushes: try number(.pushes) ?? 0,
                reason: try book.deal(row, .reason).text, created: try number(.created),
                isDeleted: book.deals.deletedRows.contains(row),
                versions: try book.history.rows(ofDeal: row).map { version in
                    func cell(_ column: HistoryColumn) throws -> Cell {
                        try book.history.rows.cell(version, column.index)
                    }
                    let time = try cell(.at).integer ?? 0
                    return ModelVersion(
                        day: Int((Double(time) / 86_400).rounded(.down)), stage: try cell(.stage).text,
                        value: try cell(.value).integer, close: try cell(.close).integer.map { Int($0) },
                        owner: try cell(.owner).text, chance: try cell(.probability).integer,
                        isDeletion: try cell(.deleted).integer == 1, isObserved: try cell(.observed).integer == 1)
                })
        }
    }

    func kind(_ stage: String) -> StageKind? { stages.first { $0.name == stage }?.kind }
    private func name(_ kind: StageKind) -> String { stages.first { $0.kind == kind }?.name ?? "" }

    /// Does to some cards what the edit says; all or none.
    mutating func change(_ rows: [Int], _ edit: DealEdit, on day: Int) throws {
        var changed = self
        if case .slip = edit, rows.allSatisfy({ kind(deals[$0].stage)?.isClosed == true }) { throw Refused() }
        for (place, row) in rows.enumerated() {
            let old = deals[row]
            var new = old
            var sets: Set<String> = []
            if case .delete = edit {
                if let created = old.created, created > day { throw Refused() }
                guard old.versions.allSatisfy({ $0.day <= day }) else { throw Refused() }
                new.isDeleted = true
                new.versions.append(ModelVersion(day: day, isDeletion: true))
                changed.deals[row] = new
                continue
            }
            try begin(edit, old, &new, place, &sets)
            follow(old, &new, sets, day)
            if new != old, let created = old.created, created > day { throw Refused() }
            try write(old, &new, day)
            changed.deals[row] = new
        }
        self = changed
    }

    private func begin(
        _ edit: DealEdit, _ old: ModelDeal, _ new: inout ModelDeal, _ place: Int, _ sets: inout Set<String>
    )
        throws
    {
        let isClosed = kind(old.stage)?.isClosed ?? false
        switch edit {
        case .move(let stage): new.stage = stage
        case .advance:
            let position = stages.firstIndex { $0.name == old.stage } ?? 0
            guard !isClosed, let next = stages[(position + 1)...].first(where: { $0.kind != .lost }) else {
                throw Refused()
            }
            new.stage = next.name
        case .win: if kind(old.stage) != .won { new.stage = name(.won) }
        case .lose(let reason):
            if kind(old.stage) != .lost { new.stage = name(.lost) }
            if let reason {
                new.reason = reason
                sets.insert("reason")
            }
        case .reopen:
            guard isClosed else { return }
            new.stage = name(.open)
            if let last = old.versions.last(where: { $0.stage.map { !(kind($0)?.isClosed ?? true) } ?? false }) {
                new.stage = last.stage ?? new.stage
                new.close = last.close ?? new.close
            }
        case .slip(let duration, let isBackward):
            if !isClosed, let close = old.close {
                new.close = isBackward ? close - duration.days : close + duration.days
            }
        case .set(let fields):
            for field in fields {
                let cell: Cell
                switch field.values {
                case .same(let value): cell = value
                case .each(let values): cell = values[place]
                case .column(let column): cell = try column.cell(place)
                }
                sets.insert(field.column)
                switch field.column {
                case "value": new.value = cell.integer
                case "close": new.close = cell.integer.map { Int($0) }
                case "owner": new.owner = cell.text
                case "stage": new.stage = cell.text ?? ""
                default:
                    new.chance = cell.integer
                    if cell.integer != nil, isClosed { throw Refused() }
                }
            }
        case .delete: return
        }
    }

    private func follow(_ old: ModelDeal, _ new: inout ModelDeal, _ sets: Set<String>, _ day: Int) {
        let from = kind(old.stage)
        let to = kind(new.stage)
        if new.stage != old.stage {
            new.entered = day
            if !sets.contains("own_probability") { new.chance = nil }
            if to?.isClosed == true, from != to {
                new.closedOn = day
                if !sets.contains("close") { new.close = day }
                new.chance = nil
                if to == .won, !sets.contains("reason") { new.reason = nil }
            } else if from?.isClosed == true, to?.isClosed == false {
                new.closedOn = nil
                new.reason = nil
            }
        }
        if new.chance == stages.first(where: { $0.name == new.stage })?.chance { new.chance = nil }
        if to?.isClosed == false, from?.isClosed == false, let before = old.close, let after = new.close {
            let first = Day(clamping: before)
            let second = Day(clamping: after)
            if (first.year, first.month) < (second.year, second.month) { new.pushes += 1 }
        }
        if new != old { new.touched = max(new.touched ?? day, day) }
    }

    private func write(_ old: ModelDeal, _ new: inout ModelDeal, _ day: Int) throws {
        var fields: [(ModelVersion) -> AnyHashable?] = []
        if old.stage != new.stage { fields.append { $0.stage } }
        if old.value != new.value { fields.append { $0.value } }
        if old.close != new.close { fields.append { $0.close } }
        if old.owner != new.owner { fields.append { $0.owner } }
        if old.chance != new.chance { fields.append { $0.chance } }
        if fields.isEmpty { return }
        let earlier = new.versions.filter { $0.day <= day }
        let later = new.versions.filter { $0.day > day }
        if later.isEmpty {
            new.versions.append(
                ModelVersion(
                    day: day, stage: new.stage, value: new.value, close: new.close, owner: new.owner,
                    chance: new.chance))
            return
        }
        var base = earlier.last ?? later[0]
        if earlier.isEmpty, !later[0].isObserved, old.stage != new.stage { throw Refused() }
        for field in fields where Set(([base] + later).compactMap(field)).count > 1 { throw Refused() }
        base.day = day
        base.isObserved = false
        new.versions =
            earlier
            + ([base] + later).map { version in
                var version = version
                if old.stage != new.stage { version.stage = new.stage }
                if old.value != new.value { version.value = new.value }
                if old.close != new.close { version.close = new.close }
                if old.owner != new.owner { version.owner = new.owner }
                if old.chance != new.chance { version.chance = new.chance }
                return version
            }
    }
}
