// `sensitivity of forecast P`: every lever a tenth down and a tenth up, and what that does to what is expected; the one that
// matters most first.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    /// How far each lever is moved.
    private static let share = 0.1

    /// `sensitivity of REPORT`.
    func sensitivity(_ statement: SensitivityStatement, in source: SourceText, book: Book) throws -> Answer {
        let asking = LeverQuestion(self, [.report(statement.report)], in: source, book: book)
        // What is expected is all that is looked at.
        let present = try asking.answer([], wantsRange: false)
        guard let expected = present.columns.firstIndex(where: { $0.name == "expected" }) else {
            throw Diagnostic(
                .notSearchable, "\(statement.report.kind.rawValue) expects nothing that levers could move",
                at: statement.report.kindSpan, hint: "sensitivity of forecast this quarter")
        }
        guard present.rowCount == 1 else {
            throw Diagnostic(
                .notSearchable, "sensitivity looks at one row, and this gives \(Words.grouped(present.rowCount))",
                at: statement.report.span, hint: "without by; a clause such as of Dana narrows it")
        }
        func value(_ answer: Answer) throws -> Cell { try answer.page(0..<1, of: [expected]).cell(0, 0) }
        let base = try value(present)
        var rows: [(name: String, low: Cell, high: Cell, swing: Cell)] = []
        for kind in LeverKind.allCases {
            try execution.cancellation.check()
            func moved(_ factor: Double) throws -> Cell {
                try value(
                    asking.answer(
                        [ForecastLevers.Lever(kind.forecastKind, .multiply(factor))], wantsRange: false))
            }
            let low = try moved(1 - StatementRunner.share)
            let high = try moved(1 + StatementRunner.share)
            var swing = Cell.missing
            if let low = low.integer, let high = high.integer {
                let (difference, overflow) = high.subtractingReportingOverflow(low)
                if !overflow { swing = .integer(Int64(clamping: difference.magnitude)) }
            }
            rows.append((kind.rawValue, low, high, swing))
        }
        // Equal ones keep their order.
        let order = rows.indices.sorted { ((rows[$1].swing.integer ?? 0), $0) < ((rows[$0].swing.integer ?? 0), $1) }
        let ranked = order.map { rows[$0] }
        let money = present.columns[expected]
        let named: [(String, [Cell])] = [
            ("at_90%", ranked.map(\.low)), ("expected", ranked.map { _ in base }), ("at_110%", ranked.map(\.high)),
            ("swing", ranked.map(\.swing)),
        ]
        var columns = [try Engine.Column(name: "lever", valueType: .category, cells: ranked.map { .text($0.name) })]
        for (name, cells) in named {
            columns.append(try Engine.Column(name: name, valueType: money.type, cells: cells))
        }
        var answer = Answer(
            shape: .rows,
            columns: [Answer.Column("lever", .category, isKey: true)]
                + named.map { Answer.Column($0.0, money.type, currency: money.currency, isEstimate: money.isEstimate) },
            rows: AnswerRows(try Table(columns)), rowNoun: "lever")
        answer.picture = .tornado(label: 0, low: 1, base: 2, high: 3)
        answer.notes = ["what is expected with each lever at 90% and at 110% of what it is"] + present.notes
        answer.resolved = present.resolved
        return answer
    }
}
