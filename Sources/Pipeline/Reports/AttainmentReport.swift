// How much of the target is won, what is still to come, and whether that is enough.
//
//   won        value of the deals won in the period          target    see TargetSums: whole periods within it
//   expected   won + what the forecast expects of open deals and new business
//   gap        target − won                                   met       won ≥ target
//   coverage   open value closing in the period ÷ gap; missing when the gap is gone
//   pace       won ÷ (target × share of the period's days elapsed, today included)
//
// `by owner` has beneath each manager's owners (where the owners' table names managers) a row without an owner: the
// manager's own target, or else the sum of the team's; an owner's target is never added to that of the team.
// Example: target $250,000, won $100,000, open and closing in it $300,000, 46 of 92 days gone: gap 150,000, coverage 2,
// pace 100,000 ÷ 125,000 = 80%.

public import Engine
public import Values

/// Targets against what is won.
public enum AttainmentReport {
    /// What the forecast expects to be won in a period, by group (its key cells), what is won already included.
    public typealias Expected = (_ input: ReportInput, _ period: Period) throws -> [[Cell]: Money]

    /// Runs it: a row per group, and one per manager by owner. The period is this quarter unless given.
    public static func run(_ input: ReportInput, expected: Expected) throws -> ReportResult {
        let period = input.period ?? input.calendar.period(.quarter, containing: input.today)
        let deals = try SelectedDeals(input, fields: ["value", "close", "closed", "won", "open", "owner"])
        let facts = try Facts(deals, period)
        let sums = try TargetSums(input.book, in: period)
        let expectations = try expected(input, period)
        let grouping = Grouping(input)
        let teams = grouping == .owner ? try input.book.teamsOfOwners() : [:]
        let hasManagers = teams.values.contains { !$0.isEmpty }
        var rows: [Row] = []
        for group in deals.groups.indices {
            let cells = deals.groups[group]
            let members = deals.groups.count == 1 ? Array(0..<deals.count) : deals.members(of: group)
            var row = try facts.row(cells, members, condition: deals.groupConditions[group])
            row.expected = expectations[cells]
            row.target = try target(grouping, cells, members, deals, sums, isWhole: input.isWhole)
            if case .owner = grouping { row.manager = cells[0].text.flatMap { teams[NameIndex.key($0)]?.first } }
            rows.append(row)
        }
        if grouping == .owner, input.isWhole {
            // Owners with a target and no deal yet.
            let present = Set(rows.compactMap { $0.keys[0].text.map { NameIndex.key($0) } })
            for owner in sums.owners where !present.contains(NameIndex.key(owner)) {
                var row = Row(keys: [.text(owner)], condition: "owner = " + PQLText.quoted(owner))
                row.target = sums.ofOwner(owner)
                row.manager = teams[NameIndex.key(owner)]?.first
                rows.append(row)
            }
        }
        if hasManagers { rows = try rolledUp(rows, sums) }
        var result = ReportResult(
            columns: try deals.keyColumns()
                + (hasManagers ? [.init("manager", .category, isKey: true, meaning: "the owner's manager")] : [])
                + columns, dealCount: deals.count)
        let share = elapsed(period, today: input.today)
        for row in rows { try append(row, to: &result, period, share, hasManagers: hasManagers) }
        explain(&result, period, share, sums, hasManagers: hasManagers)
        return result
    }

    /// The target of a group (its key cells) in a period; `nil` where there is none, and where the keys are neither owners
    /// nor their managers or teams.
    public static func target(of keys: [Cell], _ input: ReportInput, in period: Period) throws -> Money? {
        let sums = try TargetSums(input.book, in: period)
        if sums.isEmpty { return nil }
        switch Grouping(input) {
        case .owner: return keys[0].text.flatMap { sums.ofOwner($0) }
        case .team: return try keys[0].text.flatMap { try sums.ofTeam($0) }
        case .other: return nil
        case .everybody:
            if input.isWhole { return try sums.ofEverybody() }
            let owners = try SelectedDeals(input, fields: ["owner"]).cells("owner")
            return try sums.ofOwners(Array(Set(owners.compactMap(\.text))))
        }
    }

    private static let columns: [ReportResult.Column] = [
        .init("target", .money, meaning: "what is to be won in the period"),
        .init("won", .money, meaning: "value of the deals won in the period", sums: "value"),
        .init("expected", .money, meaning: "won, and what the forecast expects of the rest of the period"),
        .init("gap", .money, meaning: "target − won"),
        .init("open", .money, meaning: "value of the open deals closing in the period", sums: "value"),
        .init("coverage", .real, meaning: "open ÷ gap; blank when the gap is gone"),
        .init("pace", .realPercent, meaning: "won ÷ (target × share of the days elapsed)"),
        .init("met", .boolean, meaning: "whether the target is won"),
    ]

    private struct Row {
        var keys: [Cell]
        var condition: String
        var manager: String?
        var won: Int64 = 0
        var open: Int64 = 0
        var expected: Money?
        var target: Money?
    }

    private enum Grouping: Equatable {
        case everybody, owner, team, other

        init(_ input: ReportInput) {
            switch input.keyWords.map({ $0.lowercased() }) {
            case []: self = .everybody
            case ["owner"]: self = .owner
            case ["owner.manager"], ["owner.team"]: self = .team
            default: self = .other
            }
        }
    }

    private struct Facts {
        let period: Period
        let value: [Int64]
        let close: [Int64]
        let closed: [Int64]
        let won: [Int64]
        let open: [Int64]

        init(_ deals: SelectedDeals, _ period: Period) throws {
            self.period = period
            value = try deals.integers("value")
            close = try deals.integers("close")
            closed = try deals.integers("closed")
            won = try deals.integers("won")
            open = try deals.integers("open")
        }

        func row(_ keys: [Cell], _ members: [Int], condition: String) throws -> Row {
            var row = Row(keys: keys, condition: condition)
            for deal in members where value[deal] != .min {
                if won[deal] == 1, within(closed[deal]) { row.won = try row.won.adding(value[deal]) }
                if open[deal] == 1, within(close[deal]) { row.open = try row.open.adding(value[deal]) }
            }
            return row
        }

        private func within(_ day: Int64) -> Bool { day != .min && period.contains(Day(clamping: Int(day))) }
    }

    private static func target(
        _ grouping: Grouping, _ keys: [Cell], _ members: [Int], _ deals: SelectedDeals, _ sums: TargetSums,
        isWhole: Bool
    ) throws -> Money? {
        switch grouping {
        case .owner: return keys[0].text.flatMap { sums.ofOwner($0) }
        case .team: return try keys[0].text.flatMap { try sums.ofTeam($0) }
        case .other: return nil
        case .everybody:
            if isWhole { return try sums.ofEverybody() }
            let owners = try deals.cells("owner")
            return try sums.ofOwners(Array(Set(members.compactMap { owners[$0].text })))
        }
    }

    /// Owners by their managers, each followed by a row of the manager; owners without one last.
    private static func rolledUp(_ rows: [Row], _ sums: TargetSums) throws -> [Row] {
        var result: [Row] = []
        for manager in Set(rows.compactMap(\.manager)).sorted() {
            let own = rows.filter { $0.manager == manager }
            var whole = Row(keys: [.missing], condition: "owner.manager = " + PQLText.quoted(manager))
            whole.manager = manager
            for row in own {
                whole.won = try whole.won.adding(row.won)
                whole.open = try whole.open.adding(row.open)
                if let part = row.expected {
                    whole.expected = Money(cents: try (whole.expected?.cents ?? 0).adding(part.cents))
                }
            }
            whole.target = try sums.ofTeam(manager)
            result += own + [whole]
        }
        return result + rows.filter { $0.manager == nil }
    }

    /// The share of the period's days that have begun, 0…1.
    static func elapsed(_ period: Period, today: Day) -> Double {
        let days = Double(today.number) + 1 - Double(period.start.number)
        return min(1, max(0, days / Double(max(1, period.dayCount))))
    }

    private static func append(
        _ row: Row, to result: inout ReportResult, _ period: Period, _ elapsed: Double, hasManagers: Bool
    ) throws {
        let target = row.target?.cents
        let gap = try target.map { try $0.adding(-row.won) }
        let coverage: Cell = gap.map { $0 > 0 ? .real(Double(row.open) / Double($0)) : .missing } ?? .missing
        let due = Double(target ?? 0) * elapsed
        result.append(
            row.keys + (hasManagers ? [row.manager.map(Cell.text) ?? .missing] : []) + [
                target.map(Cell.integer) ?? .missing, .integer(row.won),
                row.expected.map { .integer($0.cents) } ?? .missing, gap.map(Cell.integer) ?? .missing,
                .integer(row.open), coverage, due > 0 ? .real(Double(row.won) / due) : .missing,
                gap.map { .integer($0 <= 0 ? 1 : 0) } ?? .missing,
            ],
            conditions: [
                "won": "won and closed since \(period.start) and closed before \(period.end)",
                "open": "open and close since \(period.start) and close before \(period.end)",
            ], group: row.condition)
    }

    private static func explain(
        _ result: inout ReportResult, _ period: Period, _ elapsed: Double, _ sums: TargetSums, hasManagers: Bool
    ) {
        result.notes.append("attainment of \(period), \((elapsed * 1000).rounded() / 10)% of its days elapsed")
        if sums.isEmpty {
            result.notes.append(
                "no target lies within \(period): target $250k of Dana in Q4 2026, or import targets from \"…\"")
        }
        if hasManagers { result.notes.append("rows without an owner are their managers', teams included") }
        result.definition = [
            "gap = target − won, coverage = open ÷ gap",
            "pace = won ÷ (target × \((elapsed * 1000).rounded() / 10)%)",
            "target = the targets whose days lie within \(period); a team's is its own, else the sum of its owners'",
        ]
        let rows = result.rows.first.map { row in
            ["target", "won", "open"].map { name in
                result.columns.firstIndex { $0.name == name }.flatMap { row[$0].integer }
            }
        }
        if let rows, result.rows.count == 1, let target = rows[0], let won = rows[1], let open = rows[2] {
            func words(_ cents: Int64) -> String { Money(cents: cents).grouped() }
            result.definition.append(
                "gap = \(words(target)) − \(words(won)) = \(words(target - won)), open = \(words(open))")
        }
    }
}

extension ReportInput {
    /// Whether the selection is every deal of the book.
    var isWhole: Bool {
        if case .all = deals.rows { return deals.condition == nil }
        return false
    }

    /// What the method `stages` expects by group: won in the period, and the weighted value of open deals whose close date
    /// lies in it, where a date that is past counts as today.
    public func expectedByStages(in period: Period) throws -> [[Cell]: Money] {
        let deals = try SelectedDeals(self, fields: ["value", "weighted", "close", "closed", "won", "open"])
        let value = try deals.integers("value")
        let weighted = try deals.integers("weighted")
        let close = try deals.integers("close")
        let closed = try deals.integers("closed")
        let won = try deals.integers("won")
        let open = try deals.integers("open")
        func within(_ day: Int64) -> Bool { day != .min && period.contains(Day(clamping: Int(day))) }
        var sums = [Int64](repeating: 0, count: deals.groups.count)
        for deal in 0..<deals.count {
            let group = deals.group[deal]
            if won[deal] == 1, within(closed[deal]), value[deal] != .min {
                sums[group] = try sums[group].adding(value[deal])
            }
            if open[deal] == 1, close[deal] != .min, weighted[deal] != .min,
                within(max(close[deal], Int64(today.number)))
            {
                sums[group] = try sums[group].adding(weighted[deal])
            }
        }
        return Dictionary(
            zip(deals.groups, sums.map { Money(cents: $0) }), uniquingKeysWith: { first, _ in first })
    }
}
