// The fields that an edit sets as people see them, before and after it: amounts in the book's currency whatever the deals
// keep, the chance and category that count where a deal has none of its own. For the words of a change; what is kept is
// made of `before` and `after` alone.

import Engine
import Values

extension DealChanger {
    /// What became of the fields that the edit itself sets, and of values that it does not set but shows in another
    /// currency.
    mutating func fieldChanges(_ edit: DealEdit) throws -> [FieldChange] {
        var columns: [String]
        switch edit {
        case .set(let fields): columns = fields.map(\.column)
        case .slip: columns = [DealColumn.close.rawValue]
        case .move, .advance, .win, .lose, .reopen, .delete: return []
        }
        let value = DealColumn.value.rawValue
        if columns.contains(DealColumn.currency.rawValue), !columns.contains(value) { columns.append(value) }
        return try columns.compactMap { name in
            guard let place = book.deals.columnIndex(name) else { return nil }
            let (old, new) = try shownCells(name, place)
            return try FieldChange(book.deals.columns[place], from: old, to: new)
        }
    }

    private mutating func shownCells(_ name: String, _ place: Int) throws -> (old: [Cell], new: [Cell]) {
        let old = before[name] ?? []
        let new = after[name] ?? []
        switch DealColumn(rawValue: name) {
        case .ownProbability:
            return (
                rows.indices.map { chance(old[$0], oldPlace($0)) }, rows.indices.map { chance(new[$0], newPlace($0)) }
            )
        case .ownCategory:
            return (
                rows.indices.map { category(old[$0], self.old(.ownProbability, $0), oldPlace($0)) },
                rows.indices.map { category(new[$0], self.new(.ownProbability, $0), newPlace($0)) }
            )
        default:
            guard book.deals.columns[place].type == .money else { return (old, new) }
            return (try shown.deals.columns[place].cells(at: rows), try shownAmounts(name, new))
        }
    }

    /// The chance of a deal that counts.
    private func chance(_ own: Cell, _ place: StagePlace?) -> Cell {
        own.isMissing ? place?.stage.chance.map { .integer($0.millionths) } ?? .missing : own
    }

    /// The category of a deal that counts.
    private func category(_ own: Cell, _ ownChance: Cell, _ place: StagePlace?) -> Cell {
        guard own.isMissing, let stage = place?.stage else { return own }
        let byChance = chance(ownChance, place).integer.map { ForecastCategory.of(Percent(millionths: $0)) }
        return (stage.category ?? (stage.kind == .lost ? .omitted : byChance)).map { .text($0.rawValue) } ?? .missing
    }

    /// New amounts of a column, which are kept in the currencies of the deals, in the book's.
    private mutating func shownAmounts(_ column: String, _ kept: [Cell]) throws -> [Cell] {
        let currencies = try currencies(of: column).new
        guard currencies.contains(where: { $0 != nil && $0 != book.settings.currency.code }) else { return kept }
        let amounts = try OwnAmounts(book, on: shown.reporting?.day ?? day)
        var cells = kept
        for index in rows.indices {
            guard let cents = kept[index].integer else { continue }
            let isClosed = newPlace(index)?.stage.kind.isClosed == true
            let days = isClosed ? [DealColumn.closedOn, .close, .entered] : []
            let closing = days.compactMap { new($0, index).integer }.first
            cells[index] =
                try amounts.shown(cents, in: currencies[index], closing: closing.map { Int32(clamping: $0) })
                .map { .integer($0) } ?? .missing
        }
        return cells
    }
}
