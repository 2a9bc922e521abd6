// `solve`: from which value of a lever on, or up to which, is a goal reached? The goal is asked of the answer's only row,
// so it may be any condition over its columns; `=` is reached where the value passes it.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    /// Even distances that a search looks at first.
    private static let intervalCount = 40
    /// What values are narrowed to: a hundredth of a percent.
    private static let resolution: Int64 = 100

    /// `solve LEVER until CONDITION | STEPS`.
    func solve(_ statement: SolveStatement, in source: SourceText, book: Book) throws -> Answer {
        let asking = LeverQuestion(self, statement.steps, in: source, book: book)
        let (scale, range) = LeverScale.searched(try asking.lever(statement.lever))
        let goal = SolveGoal(statement.goal)
        let words = source.text(statement.goal.span)
        // A goal that is no part of the range is searched for without it; the solutions are then asked for whole.
        let wantsRange = statement.steps.count > 1 || SolveGoal.isOfRange(words)
        let present = try asking.answer([], wantsRange: wantsRange)
        guard present.rowCount == 1 else {
            throw Diagnostic(
                .notSearchable, "solve looks at one row, and this gives \(Words.grouped(present.rowCount))",
                at: statement.steps.first?.span ?? statement.span,
                hint: "without by; a clause such as of Dana narrows it")
        }
        let holdsNow = try goal.holds(present, asking)
        var answers: [Int64: Answer] = [:]
        let search = try GoalSeek(
            in: range, intervalCount: StatementRunner.intervalCount, resolution: StatementRunner.resolution
        ) { value in
            try execution.cancellation.check()
            let answer = try asking.answer([scale.moved(to: value)], wantsRange: wantsRange)
            answers[value] = answer
            return try goal.holds(answer, asking)
        }
        var builder = SweepTable()
        builder.addKey(scale.columnName, scale.type, asking.currency)
        builder.addKey("reached", .category, asking.currency)
        func whole(_ value: Int64) throws -> Answer? {
            wantsRange ? answers[value] : try asking.answer([scale.moved(to: value)])
        }
        for crossing in search.crossings {
            guard let answer = try whole(crossing.value) else { continue }
            try builder.add(
                [scale.cell(crossing.value), .text(crossing.holdsAbove ? "from here up" : "up to here")], answer)
        }
        func says(_ value: Int64) -> String { scale.words(value, asking.currency) }
        var notes: [String] = []
        if search.crossings.isEmpty {
            // The ends, so that it can be seen how far from the goal they are.
            for value in [range.lowerBound, range.upperBound] {
                guard let answer = try whole(value) else { continue }
                try builder.add(
                    [scale.cell(value), .text(search.holdsAtLeast ? "everywhere" : "nowhere")], answer)
            }
            let span = "\(scale.lever.words) between \(says(range.lowerBound)) and \(says(range.upperBound))"
            let isSame = try StatementRunner.isSame(Array(answers.values))
            if isSame {
                notes.append(
                    "nothing here depends on \(scale.lever.words): \(words) \(holdsNow ? "holds" : "fails") always")
            } else {
                notes.append(search.holdsAtLeast ? "every \(span) reaches \(words)" : "no \(span) reaches \(words)")
            }
        } else {
            notes += search.crossings.map { crossing in
                "\(words) \(crossing.holdsAbove ? "from \(scale.lever.words) \(says(crossing.value)) up" : "up to \(scale.lever.words) \(says(crossing.value))")"
            }
            if search.crossings.count > 1 { notes.append("\(search.crossings.count) solutions") }
            if holdsNow, !goal.isEquality { notes.append("it holds already as things are") }
        }
        var answer = try builder.answer()
        answer.notes = notes + (scale.note.map { [$0] } ?? []) + asking.commonNotes(Array(answers.values))
        answer.resolved = present.resolved
        answer.rowNoun = search.crossings.isEmpty ? "row" : "solution"
        return answer
    }

    /// Whether all answers have the same cells.
    private static func isSame(_ answers: [Answer]) throws -> Bool {
        var first: [Cell]?
        for answer in answers {
            let cells = try answer.table().row(0)
            if let first, first != cells { return false }
            first = cells
        }
        return true
    }
}

/// What is to be reached.
struct SolveGoal {
    private let condition: SyntaxExpression
    /// Whether it asks for a value and not for a bound.
    let isEquality: Bool

    /// A value is reached where it is passed, so `=` is searched for as `>=`.
    init(_ written: SyntaxExpression) {
        if case .comparison(var comparison) = written, comparison.op == .equal {
            comparison.op = .greaterOrEqual
            condition = .comparison(comparison)
            isEquality = true
        } else {
            condition = written
            isEquality = false
        }
    }

    /// Whether the words ask about a column that a forecast reads off its range.
    static func isOfRange(_ words: String) -> Bool {
        let names = words.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }
        return names.contains { ["p10", "p50", "p90", "chance"].contains($0) }
    }

    /// Whether the answer's only row satisfies it; a row that is missing does not.
    func holds(_ answer: Answer, _ asking: LeverQuestion) throws -> Bool {
        let table = try answer.table()
        var binder = try asking.binder()
        try binder.collecting { (binder) throws(Diagnostic) in
            try binder.useTable(table, name: "the answer", rowNoun: "row", at: condition.span)
        }
        var formula: Formula?
        try binder.collecting { (binder) throws(Diagnostic) in formula = try binder.condition(condition) }
        guard let formula, binder.problems.isEmpty else { throw Diagnostics(binder.problems) }
        return try Execution().count(Relation(table, condition: formula)) > 0
    }
}
