// How much should be won, by whom, in which days. Targets are a table of the book like any other, `targets`, so that they
// can be asked, imported and saved; this file reads and writes its rows.
//
//   target                               name       first       last        amount
//   Dana Ruiz 2026-10-01 … 2026-12-31    Dana Ruiz  2026-10-01  2026-12-31  $250,000
//
// A name is an owner, a manager or a team (columns of the owners' table); without one the target is everybody's together.

import Engine
public import Values

/// An amount to win.
public struct SalesTarget: Hashable, Sendable {
    /// The owner, manager or team; `nil` for everybody together.
    public var name: String?
    /// The days in which it is to be won.
    public var period: Period
    /// How much.
    public var amount: Money

    /// A target.
    public init(name: String?, period: Period, amount: Money) {
        self.name = name
        self.period = period
        self.amount = amount
    }

    /// What identifies it: `Dana Ruiz 2026-10-01 … 2026-12-31`.
    public var key: String { (name.map { $0 + " " } ?? "") + "\(period)" }
}

extension Book {
    /// The table that keeps them.
    public static let targetsName = "targets"

    private static let targetColumns: [(name: String, type: ValueType)] = [
        ("target", .text), ("name", .category), ("first", .date), ("last", .date), ("amount", .money),
    ]

    /// The targets in the order they were set.
    public func salesTargets() throws -> [SalesTarget] {
        guard let rows = table(named: Book.targetsName)?.rows else { return [] }
        let columns = Book.targetColumns.map { rows.columnIndex($0.name) ?? -1 }
        return try (0..<rows.rowCount).filter { !rows.deletedRows.contains($0) }.compactMap { row in
            guard let first = try rows.cell(row, columns[2]).integer, let last = try rows.cell(row, columns[3]).integer,
                let amount = try rows.cell(row, columns[4]).integer
            else { return nil }
            return SalesTarget(
                name: try rows.cell(row, columns[1]).text,
                period: Period(from: Day(clamping: Int(first)), through: Day(clamping: Int(last))),
                amount: Money(cents: amount))
        }
    }

    /// Sets targets; one for the same name and days takes the place of the one before.
    public mutating func setTargets(_ targets: [SalesTarget]) throws {
        var all = try salesTargets()
        for target in targets {
            let key = NameIndex.key(target.key)
            if let known = all.firstIndex(where: { NameIndex.key($0.key) == key }) {
                all[known] = target
            } else {
                all.append(target)
            }
        }
        let rows = all.map { target -> [Cell] in
            [
                .text(target.key), target.name.map(Cell.text) ?? .missing,
                .integer(Int64(target.period.start.number)), .integer(Int64(target.period.end.number) - 1),
                .integer(target.amount.cents),
            ]
        }
        let columns = try Book.targetColumns.enumerated().map { index, column in
            try Column(name: column.name, valueType: column.type, cells: rows.map { $0[index] })
        }
        setTable(
            ReferenceTable(
                name: Book.targetsName, singular: "target", field: nil, keyColumn: "target", rows: try Table(columns)))
    }
}

/// What is to be won in a period, by name: the targets of a book added up.
public struct TargetSums: Sendable {
    private var sums: [String: Money] = [:]
    /// By owner (folded) the managers and teams above.
    private var teamsOfOwner: [String: [String]] = [:]
    /// Names as they are written, by folded name.
    private var written: [String: String] = [:]

    /// The sums of whole periods within `period`. Where one target's days hold those of another of the same name, the
    /// longer one counts: a year's target is not added to those of its quarters.
    public init(_ book: Book, in period: Period) throws {
        var taken: [String: [Period]] = [:]
        let longestFirst = try book.salesTargets().enumerated().sorted {
            ($1.element.period.dayCount, $0.offset) < ($0.element.period.dayCount, $1.offset)
        }
        for (_, target) in longestFirst where period.contains(target.period) {
            let name = target.name.map { NameIndex.key($0) } ?? ""
            if taken[name, default: []].contains(where: { $0.contains(target.period) }) { continue }
            taken[name, default: []].append(target.period)
            written[name] = target.name ?? ""
            let sum = sums[name]?.cents ?? 0
            sums[name] = Money(cents: try sum.adding(target.amount.cents))
        }
        teamsOfOwner = try book.teamsOfOwners().mapValues { $0.map { NameIndex.key($0) } }
    }

    /// Whether no target lies within the period.
    public var isEmpty: Bool { sums.isEmpty }

    /// The owners that have a target of their own, as written.
    public var owners: [String] {
        let teams = Set(teamsOfOwner.values.joined())
        return sums.keys.filter { !$0.isEmpty && !teams.contains($0) }.sorted().compactMap { written[$0] }
    }

    /// The target of an owner; `nil` without one.
    public func ofOwner(_ name: String) -> Money? { sums[NameIndex.key(name)] }

    /// The target of a manager or team: its own, else the sum of its owners'; `nil` without any.
    public func ofTeam(_ name: String) throws -> Money? {
        let key = NameIndex.key(name)
        if let own = sums[key] { return own }
        return try sum(of: teamsOfOwner.filter { $0.value.contains(key) }.map(\.key))
    }

    /// The target of several owners together, no one's counted twice; `nil` without any.
    public func ofOwners(_ names: [String]) throws -> Money? { try sum(of: names.map { NameIndex.key($0) }) }

    /// Everybody's: the target without a name, else those of teams and of the owners in no such team.
    public func ofEverybody() throws -> Money? {
        if let whole = sums[""] { return whole }
        let teams = Set(teamsOfOwner.values.joined()).filter { sums[$0] != nil }
        let owners = sums.keys.filter { name in
            !teams.contains(name) && !(teamsOfOwner[name] ?? []).contains { teams.contains($0) }
        }
        // A manager and the team under another name would be the same people: the first of an owner's teams counts.
        var counted: Set<String> = []
        for (_, above) in teamsOfOwner {
            if let first = above.first(where: { teams.contains($0) }) { counted.insert(first) }
        }
        return try sum(of: owners + counted)
    }

    private func sum(of keys: [String]) throws -> Money? {
        let found = Set(keys).compactMap { sums[$0] }
        if found.isEmpty { return nil }
        return Money(cents: try found.reduce(Int64(0)) { try $0.adding($1.cents) })
    }
}

extension Book {
    /// By owner (folded) the manager and the team that the owners' table names, in that order.
    func teamsOfOwners() throws -> [String: [String]] {
        guard let owners = table(ofField: DealColumn.owner.rawValue),
            let key = owners.rows.columnIndex(owners.keyColumn)
        else { return [:] }
        let above = ["manager", "team"].compactMap { owners.rows.columnIndex($0) }
        var teams: [String: [String]] = [:]
        for row in 0..<owners.rows.rowCount where !owners.rows.deletedRows.contains(row) {
            guard let name = try owners.rows.cell(row, key).text else { continue }
            teams[NameIndex.key(name)] = try above.compactMap { try owners.rows.cell(row, $0).text }
        }
        return teams
    }

    /// Everybody who can have a target: owners, managers and teams, each once.
    public func targetNames() throws -> [String] {
        var names = try self.names(ofColumn: DealColumn.owner.rawValue).names
        if let owners = table(ofField: DealColumn.owner.rawValue) {
            for column in [owners.keyColumn, "manager", "team"] {
                for (row, cell) in try owners.rows.column(column)?.cells().enumerated() ?? [].enumerated()
                where !owners.rows.deletedRows.contains(row) {
                    if let name = cell.text { names.append(name) }
                }
            }
        }
        var seen: Set<String> = []
        return names.filter { seen.insert(NameIndex.key($0)).inserted }
    }
}
