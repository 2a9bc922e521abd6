// Random patches that fit a book, of every kind of effect, for tests of what applying, keeping and taking back do.

import Engine
import Values

@testable import Pipeline

/// Numbers that are the same for the same seed.
struct PatchNumbers: RandomNumberGenerator {
    private var stream: RandomStream
    init(seed: UInt64) { stream = RandomStream(seed: seed, .deal, 77) }
    mutating func next() -> UInt64 { stream.next() }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
    mutating func pick<Element>(_ all: [Element]) -> Element { all[below(all.count)] }
}

/// Makes random effects.
struct RandomPatches {
    var numbers: PatchNumbers
    private var nameCount = 0

    init(seed: UInt64) { numbers = PatchNumbers(seed: seed) }

    /// One to four effects, each of which fits the book after those before it.
    mutating func patch(for book: Book) throws -> Patch {
        var book = book
        var patch = Patch()
        for _ in 0...numbers.below(4) {
            let effect = try effect(for: book)
            try book.apply(Patch([effect]))
            patch.effects.append(effect)
        }
        return patch
    }

    private mutating func name() -> String {
        nameCount += 1
        return "new \(nameCount)"
    }

    private mutating func cell(_ type: ValueType, _ column: String) -> Cell {
        if numbers.below(5) == 0, column != "id" { return .missing }
        switch type.representation {
        case .integer: return .integer(Int64(numbers.below(2_000_000)) - 1_000_000)
        case .real: return .real(Double(numbers.below(1_000)) / 8)
        case .code: return .text(numbers.below(3) == 0 ? name() : "name \(numbers.below(9))")
        case .text: return .text(numbers.below(9) == 0 ? "" : "tëxt \(numbers.below(10_000))")
        }
    }

    private mutating func values(_ count: Int, _ type: ValueType, _ column: String) -> Patch.Values {
        if numbers.below(3) == 0 { return .same(cell(type, column)) }
        return Patch.Values((0..<count).map { _ in cell(type, column) })
    }

    private mutating func rows(_ count: Int, where isMeant: (Int) -> Bool = { _ in true }) -> [Int] {
        let all = (0..<count).filter(isMeant).shuffled(using: &numbers)
        return Array(all.prefix(numbers.below(4) == 0 ? all.count : numbers.below(6)))
    }

    private mutating func effect(for book: Book) throws -> Patch.Effect {
        let reference = book.tables.isEmpty ? nil : numbers.pick(book.tables)
        let isDeals = reference == nil || numbers.below(3) > 0
        let target = isDeals ? Patch.Target.deals : .reference(reference?.name ?? "")
        let table = isDeals ? book.deals : reference?.rows ?? book.deals
        switch numbers.below(12) {
        case 0, 1, 2:
            let column = numbers.pick(table.columns)
            let rows = rows(table.rowCount)
            return .set(
                target, column: column.name, rows: rows, values(rows.count, column.valueType, column.name))
        case 3:
            let count = numbers.below(5)
            let columns = table.columns.filter { _ in numbers.below(4) > 0 }.map {
                Patch.Column(name: $0.name, valueType: $0.valueType, values: values(count, $0.valueType, $0.name))
            }
            return .append(target, count: count, columns)
        case 4:
            var count = numbers.below(3)
            while count > 0, (table.rowCount - count..<table.rowCount).contains(where: table.deletedRows.contains) {
                count -= 1
            }
            if isDeals { count = 0 }
            return .removeLast(target, count: min(count, table.rowCount))
        case 5: return .delete(target, rows: rows(table.rowCount) { !table.deletedRows.contains($0) })
        case 6: return .restore(target, rows: rows(table.rowCount, where: table.deletedRows.contains))
        case 7:
            let type = numbers.pick([ValueType.text, .category, .integer, .real, .money, .date])
            return .addColumn(
                target, at: table.columns.count,
                Patch.Column(name: name(), valueType: type, values: values(table.rowCount, type, "")))
        case 8:
            let fixed = isDeals ? DealColumn.allCases.count : table.columns.count
            guard table.columns.count > fixed else {
                return numbers.below(2) == 0
                    ? .lets(book.lets + [LetDefinition(name: name(), text: "1")])
                    : .scenarios(book.scenarios + [Scenario(name: name(), assumptions: ["win rate * 2", "cycle / 2"])])
            }
            return .removeColumn(target, column: numbers.pick(Array(table.columns[fixed...])).name)
        case 9:
            if let reference, numbers.below(2) == 0 { return .removeTable(reference.name) }
            let count = numbers.below(4)
            let columns = ["key", "a", "b"].map {
                Patch.Column(name: $0, valueType: .text, values: values(count, .text, $0))
            }
            return .addTable(
                at: numbers.below(book.tables.count + 1),
                Patch.ReferenceRows(
                    name: name(), singular: "x", field: nil, keyColumn: "key", rowCount: count,
                    deletedRows: count > 1 ? [1] : [],
                    columns: columns))
        case 10:
            var settings = book.settings
            settings.me = name()
            settings.timezoneMinutes = numbers.below(100)
            var pipelines = book.pipelines
            pipelines[0].stages[0].probability = Percent(millionths: Int64(numbers.below(1_000_000)))
            pipelines[0].stages[1].targetDays = 1 + numbers.below(50)
            return numbers.below(2) == 0 ? .settings(settings) : .pipelines(pipelines)
        default: return .versions(try splice(book))
        }
    }

    private mutating func splice(_ book: Book) throws -> VersionSplice {
        let deals = rows(book.deals.rowCount)
        let kept = try deals.map { deal in
            let count = try book.history.rows(ofDeal: deal).count
            return numbers.below(3) == 0 ? numbers.below(count + 1) : count
        }
        let counts = deals.map { _ in numbers.below(3) }
        let total = counts.reduce(0, +)
        let columns = VersionSplice.columns.map { column in
            column == .at
                ? Patch.Values((0..<total).map { .integer(2_000_000_000 + Int64($0)) })
                : values(total, column.valueType, column.rawValue)
        }
        return VersionSplice(deals: deals, kept: kept, counts: counts, columns: columns)
    }
}
