// Random queries over random books against the row oracle: conditions, clauses, groups, order. A failure prints its seed
// and its query.

import Engine
import Foundation
import Language
import Pipeline
import Query
import Testing
import Values

@Suite struct RandomQueryTests {
    static let seeds: [UInt64] = (0..<20).map { UInt64($0) }
    static let queriesPerBook = 150

    private func oracle(_ random: RandomBook) -> RowOracle {
        RowOracle(
            calendar: Calendar(today: random.today), stages: random.book.pipelines[0].stages.map(\.name),
            names: [
                "owner": RandomBook.owners, "account": RandomBook.accounts, "source": RandomBook.sources,
                "stage": random.book.pipelines[0].stages.map(\.name),
            ])
    }

    private func answer(_ text: String, _ random: RandomBook) throws -> (answer: Answer, query: Query) {
        let question = try Question(text)
        return (try question.answer(random.book, today: random.today), question.query)
    }

    private static func cell(_ value: OracleValue) -> Cell {
        switch value {
        case .missing: .missing
        case .number(let number): Cell(number)
        case .cents(let cents): .integer(cents)
        case .percent(let percent): Cell(percent)
        case .day(let number), .days(let number): .integer(Int64(number))
        case .yesNo(let value): .integer(value ? 1 : 0)
        case .text(let text): .text(text)
        }
    }

    @Test(arguments: seeds) func conditions(_ seed: UInt64) throws {
        let random = try RandomBook(seed: seed, rowCount: 5 + Int(seed) * 17 % 300)
        let oracle = oracle(random)
        var conditions = RandomCondition(numbers: SeededNumbers(seed: seed ^ 0xC0FFEE))
        for _ in 0..<RandomQueryTests.queriesPerBook {
            let text = "deals where \(conditions.text(depth: 3)) | show id"
            let (answer, query) = try answer(text, random)
            guard case .where(let clause) = query.source.clauses.last else { throw OracleGap(what: text) }
            let expected = try random.rows.filter { try oracle.holds(clause.condition, $0) }.map { $0["id"] }
            let found = try answer.table().columns[0].cells().map { $0.text.map(OracleValue.text) }
            #expect(found == expected, "seed \(seed): \(text)")
        }
    }

    @Test(arguments: seeds) func groups(_ seed: UInt64) throws {
        let random = try RandomBook(seed: seed &+ 1_000, rowCount: 40 + Int(seed) * 13)
        let oracle = oracle(random)
        var conditions = RandomCondition(numbers: SeededNumbers(seed: seed ^ 0xBEEF))
        for _ in 0..<40 {
            let key = conditions.numbers.pick(["owner", "source", "stage", "won", "status"])
            let filter = conditions.text(depth: 1)
            let inner = conditions.text(depth: 1)
            let text =
                "deals where \(filter) | count, sum value, avg value, median value, min close, max value, "
                + "count distinct account, win_rate, n = count where \(inner) by \(key)"
            let (answer, query) = try answer(text, random)
            guard case .where(let clause) = query.source.clauses.last, case .aggregate(let step) = query.steps.first,
                let condition = step.measures.last?.filter
            else { throw OracleGap(what: text) }
            let rows = try random.rows.filter { try oracle.holds(clause.condition, $0) }
            var groups: [Cell: [[String: OracleValue]]] = [:]
            for row in rows { groups[RandomQueryTests.cell(row[key] ?? .missing), default: []].append(row) }
            let table = try answer.table()
            #expect(table.rowCount == groups.count, "seed \(seed): \(text)")
            for index in 0..<table.rowCount {
                let cells = try table.row(index)
                let group = groups[cells[0]] ?? []
                var expected: [Cell] = [.integer(Int64(group.count))]
                let values = group.compactMap { row -> Int64? in
                    if case .cents(let cents) = row["value"] { cents } else { nil }
                }.sorted()
                let sum = values.reduce(0, +)
                expected.append(.integer(sum))
                expected.append(values.isEmpty ? .missing : .integer(Self.divided(sum, Int64(values.count))))
                expected.append(values.isEmpty ? .missing : .integer(Self.median(values)))
                let days = group.compactMap { row -> Int? in
                    if case .day(let number) = row["close"] { number } else { nil }
                }
                expected.append(days.min().map { .integer(Int64($0)) } ?? .missing)
                expected.append(values.last.map(Cell.integer) ?? .missing)
                expected.append(
                    .integer(
                        Int64(
                            Set(
                                group.compactMap { row -> String? in
                                    if case .text(let text) = row["account"] { text } else { nil }
                                }
                            ).count)))
                let won = group.filter { $0["won"] == .yesNo(true) }.count
                let lost = group.filter { $0["lost"] == .yesNo(true) }.count
                expected.append(won + lost == 0 ? .missing : Cell(Double(won) / Double(won + lost)))
                expected.append(.integer(Int64(try group.filter { try oracle.holds(condition, $0) }.count)))
                #expect(Array(cells.dropFirst()) == expected, "seed \(seed), \(cells[0]): \(text)")
            }
        }
    }

    @Test(arguments: seeds) func orders(_ seed: UInt64) throws {
        let random = try RandomBook(seed: seed &+ 2_000, rowCount: 30 + Int(seed) * 11)
        var numbers = SeededNumbers(seed: seed ^ 0xFACE)
        let oracle = oracle(random)
        for _ in 0..<40 {
            let keys = (0..<Int.random(in: 1...3, using: &numbers)).map { _ in
                (numbers.pick(["value", "close", "owner", "stage", "source", "age", "won"]), numbers.chance(50))
            }
            let skip = Int.random(in: 0...5, using: &numbers)
            let count = Int.random(in: 1...40, using: &numbers)
            let text =
                "deals | sort " + keys.map { $0.0 + ($0.1 ? " desc" : "") }.joined(separator: ", ")
                + " | skip \(skip) | first \(count) | show id"
            let answer = try answer(text, random).answer
            let sorted = random.rows.enumerated().sorted { left, right in
                for (field, isDescending) in keys {
                    let a = left.element[field] ?? .missing
                    let b = right.element[field] ?? .missing
                    if (a == .missing) != (b == .missing) { return b == .missing }
                    guard a != .missing, let order = Self.order(a, b, field, oracle.stages), order != 0 else {
                        continue
                    }
                    return isDescending ? order > 0 : order < 0
                }
                return left.offset < right.offset
            }
            let expected = sorted.dropFirst(skip).prefix(count).map { $0.element["id"] }
            let found = try answer.table().columns[0].cells().map { $0.text.map(OracleValue.text) }
            #expect(found == expected, "seed \(seed): \(text)")
        }
    }

    private static func order(_ a: OracleValue, _ b: OracleValue, _ field: String, _ stages: [String]) -> Int? {
        if field == "stage", case .text(let x) = a, case .text(let y) = b {
            return (stages.firstIndex(of: x) ?? 0) - (stages.firstIndex(of: y) ?? 0)
        }
        return OracleValue.order(a, b)
    }

    /// Halves away from zero.
    private static func divided(_ sum: Int64, _ count: Int64) -> Int64 {
        let (quotient, rest) = sum.quotientAndRemainder(dividingBy: count)
        return abs(rest) * 2 >= count ? quotient + (sum < 0 ? -1 : 1) : quotient
    }

    private static func median(_ sorted: [Int64]) -> Int64 {
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : divided(sorted[middle - 1] + sorted[middle], 2)
    }
}
