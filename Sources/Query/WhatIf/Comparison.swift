// Answers of the same query on several books, row beside row. Rows are matched by what they are about: a deal by its id, a
// group by its keys, anything else by its names and days; a row that only one side has stands there alone.
//
//   base            what if              owner   count_base  count_what_if  count_difference
//   Dana   4        Dana   3       ->    Dana    4           3              -1
//   Lee    2        Tom    1             Lee     2           –              -2
//                                        Tom     –           1              1

import Engine
import Values

/// Rows of several answers, matched.
struct Comparison {
    /// The answers with what their side is called; the first is what the others are compared with.
    private let sides: [(name: String, answer: Answer)]
    private let names: [String]
    private let keyNames: [String]

    /// Answers to one query; at least two.
    init(_ sides: [(name: String, answer: Answer)]) throws {
        self.sides = sides
        for side in sides where side.answer.rowCount > Limits.comparedRowCountMax {
            throw Diagnostic(
                .notComparable,
                "compare matches at most \(Words.grouped(Limits.comparedRowCountMax)) rows, and these are"
                    + " \(Words.grouped(side.answer.rowCount))",
                hint: "a where, or a by, leaves fewer")
        }
        var names: [String] = []
        for side in sides {
            // Of deals, what a table shows: nobody asks for the difference of a field that nobody looks at.
            let columns = side.answer.totals == nil ? Array(side.answer.columns.indices) : side.answer.shown
            for column in columns where !names.contains(side.answer.columns[column].name) {
                names.append(side.answer.columns[column].name)
            }
        }
        self.names = names
        keyNames = Comparison.keys(names, sides.map(\.answer))
    }

    /// What rows are matched by; nothing where each side has one row or rows have only numbers.
    private static func keys(_ names: [String], _ answers: [Answer]) -> [String] {
        func columns(_ isKey: (Answer.Column) -> Bool) -> [String] {
            names.filter { name in answers.contains { $0.columns.contains { $0.name == name && isKey($0) } } }
        }
        let keys = columns { $0.isKey }
        if !keys.isEmpty { return keys }
        if answers.allSatisfy({ $0.totals != nil }), names.contains("id") { return ["id"] }
        if answers.allSatisfy({ $0.rowCount <= 1 && $0.totals == nil }) { return [] }
        return columns { [.text, .category, .date].contains($0.type.type) }
    }

    /// One row for each that any side has: first those of the first side in their order, then further ones.
    func answer() throws -> Answer {
        let tables = try sides.map { side in
            let places = names.compactMap { name in side.answer.columns.firstIndex { $0.name == name } }
            let page = try side.answer.page(0..<side.answer.rowCount, of: places)
            return try Dictionary(
                zip(places.map { side.answer.columns[$0].name }, page.columns.map { try $0.cells() }),
                uniquingKeysWith: { first, _ in first })
        }
        let rows = matched(tables)
        var output = Output(rowCount: rows.count)
        var comparison = Answer.Comparison(sides: sides.map(\.name), keys: [], measures: [])
        for name in names {
            guard let column = column(name) else { continue }
            func cells(_ side: Int) -> [Cell] {
                rows.map { row in row[side].flatMap { tables[side][name]?[$0] } ?? .missing }
            }
            if keyNames.contains(name) {
                let known = sides.indices.map(cells)
                let keys = rows.indices.map { row in known.map { $0[row] }.first { !$0.isMissing } ?? .missing }
                comparison.keys.append(try output.add(name, column, keys, isKey: true))
                continue
            }
            var measure = Answer.Comparison.Measure(name: name, values: [], differences: [])
            let values = sides.indices.map(cells)
            for (side, cells) in zip(sides, values) {
                measure.values.append(try output.add("\(name)_\(Comparison.word(side.name))", column, cells))
            }
            for side in sides.indices.dropFirst() {
                guard let type = Comparison.differenceType(column.type) else {
                    measure.differences.append(nil)
                    continue
                }
                let differences = rows.indices.map { row in
                    Comparison.difference(
                        values[0][row], values[side][row], column.type,
                        isThere: (rows[row][0] != nil, rows[row][side] != nil))
                }
                let word = sides.count == 2 ? "" : "_" + Comparison.word(sides[side].name)
                var kind = column
                kind.type = type
                measure.differences.append(try output.add("\(name)\(word)_difference", kind, differences))
            }
            comparison.measures.append(measure)
        }
        var answer = Answer(
            shape: .rows, columns: output.columns, rows: AnswerRows(try Table(output.cells)),
            rowNoun: sides[0].answer.rowNoun)
        answer.picture = .comparison(comparison)
        answer.resolved = sides[0].answer.resolved
        answer.warnings = sides[0].answer.warnings
        answer.notes = try notes()
        return answer
    }

    /// The sums of deals side by side, and the remarks; those that only one side makes with its name.
    private func notes() throws -> [String] {
        var notes = try sides.compactMap { side in
            (try side.answer.totals?()).map { totals in
                "\(side.name): \(Words.count(totals.count, "deal")), \(totals.currency.prefix)\(totals.value.grouped())"
            }
        }
        for side in sides {
            for note in side.answer.notes {
                let isShared = sides.allSatisfy { $0.answer.notes.contains(note) }
                let line = isShared ? note : "\(side.name): \(note)"
                if !notes.contains(line) { notes.append(line) }
            }
        }
        return notes
    }

    // MARK: Rows

    /// For each row that any side has, its number on each side.
    private func matched(_ tables: [[String: [Cell]]]) -> [[Int?]] {
        var found: [[Cell]: [Int]] = [:]
        var rows: [[Int?]] = []
        for (side, table) in tables.enumerated() {
            // Rows that are alike in their keys are matched in their order.
            var seen: [[Cell]: Int] = [:]
            for row in 0..<sides[side].answer.rowCount {
                let key = keyNames.isEmpty ? [] : keyNames.map { table[$0]?[row] ?? .missing }
                let occurrence = seen[key, default: 0]
                seen[key] = occurrence + 1
                if let known = found[key], occurrence < known.count {
                    rows[known[occurrence]][side] = row
                } else {
                    found[key, default: []].append(rows.count)
                    var numbers = [Int?](repeating: nil, count: tables.count)
                    numbers[side] = row
                    rows.append(numbers)
                }
            }
        }
        return rows
    }

    private func column(_ name: String) -> Answer.Column? {
        for side in sides {
            if let column = side.answer.columns.first(where: { $0.name == name }) { return column }
        }
        return nil
    }

    // MARK: Differences

    /// `what_if`: a side's name as part of a column's.
    private static func word(_ name: String) -> String {
        String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    /// What the difference of two values is; `nil` where there is none.
    private static func differenceType(_ type: ValueType) -> ValueType? {
        switch type.type {
        case .number, .money, .percent, .duration: type
        case .date: .duration
        case .text, .category, .boolean, .instant: nil
        }
    }

    /// Second − first. Of a row that one side does not have, an amount or number counts as nothing there.
    private static func difference(
        _ first: Cell, _ second: Cell, _ type: ValueType, isThere: (Bool, Bool)
    ) -> Cell {
        let adds = type.type == .money || type == .integer
        let from = isThere.0 || !adds ? first : .integer(0)
        let to = isThere.1 || !adds ? second : .integer(0)
        if let from = from.integer, let to = to.integer {
            let (difference, overflow) = to.subtractingReportingOverflow(from)
            return overflow ? .missing : .integer(difference)
        }
        guard let from = from.real, let to = to.real else { return .missing }
        return Cell(to - from)
    }

    /// Columns of the answer under way.
    private struct Output {
        let rowCount: Int
        var columns: [Answer.Column] = []
        var cells: [Column] = []

        init(rowCount: Int) { self.rowCount = rowCount }

        /// Adds a column under a name that is not taken; gives its place.
        mutating func add(_ name: String, _ like: Answer.Column, _ values: [Cell], isKey: Bool = false) throws -> Int {
            var free = name
            while columns.contains(where: { $0.name == free }) { free += "_" }
            columns.append(
                Answer.Column(free, like.type, currency: like.currency, isKey: isKey, isEstimate: like.isEstimate))
            cells.append(try Column(name: free, valueType: like.type, cells: values))
            return columns.count - 1
        }
    }
}
