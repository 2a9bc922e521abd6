// What only the history of deals can answer: their versions as rows, and which deals entered a stage in a period.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    /// `history of open deals`: a row per version.
    mutating func useHistory(_ source: HistorySource) throws(Diagnostic) {
        var chosen: [Int]?
        if let subject = source.subject {
            var binder = self
            switch subject {
            case .deals(let deals): try binder.bindSource(.deals(deals))
            case .deal(let deal): try binder.bindSource(.deal(deal))
            case .named(let named): try binder.bindSource(.named(named))
            }
            guard binder.scope.isDeals, let table = binder.planSource?.table else {
                throw Diagnostic(
                    .clauseNotForTable, "history is of deals, and \(binder.scope.tableName) are none", at: source.span,
                    hint: "history of open deals")
            }
            problems += binder.problems[problems.count...]
            resolved = binder.resolved
            warnings = binder.warnings
            let steps = binder.steps
            chosen = try wrapping(source.span) {
                var deals = Relation(table)
                for step in steps {
                    guard case .filter(let condition) = step else { continue }
                    deals = deals.filtered(by: condition)
                }
                return try Execution().rows(deals).map { Int($0) }
            }
        }
        let table = try wrapping(source.span) { try book.historyTable(ofDeals: chosen, today: calendar.today) }
        try useTable(table, name: "versions", rowNoun: "version", stages: ["stage", "from"], at: source.span)
        if book.history.isEmpty {
            notes.append(
                "the book has no history yet: import history from \"…\", or import later exports as of their day")
        }
        try bindClauses(source.clauses)
    }

    /// `entered Demo in March`: a column of yes and no behind the deals, found by a pass over the history.
    mutating func entered(_ clause: DateClause) throws(Diagnostic) -> Formula {
        let period = try self.period(clause.period)
        warnIfFuture(period, after: "entered", at: clause.period.span)
        let stage = try dealField("stage", at: clause.span)
        var names: Set<String>?
        if !clause.stages.isEmpty {
            var found: Set<String> = []
            for name in clause.stages { found.insert(try known(WrittenName(name), of: stage).text) }
            names = found
        }
        return try historyColumn("entered", at: clause.span) { book, name in
            try book.enteredColumn(named: name, stages: names, within: period)
        }
    }

    /// `visited(Demo)`: a column of yes and no behind the deals, found by a pass over the history.
    mutating func visited(_ call: Call) throws(Diagnostic) -> Bound {
        let stage = try dealField("stage", at: call.span)
        let argument = call.arguments[0]
        let written: WrittenName
        if case .literal(.text(let literal)) = argument {
            written = WrittenName(literal.text, isBare: false, at: argument.span)
        } else {
            written = WrittenName(text(argument.span), isBare: true, at: argument.span)
        }
        let name = try known(written, of: stage).text
        let formula = try historyColumn("visited", at: call.span) { book, column in
            try book.visitedColumn(named: column, stage: name)
        }
        return Bound(formula, .yesNo, at: call.span)
    }

    /// A condition that the history of deals answers, as a column behind the deals.
    private mutating func historyColumn(
        _ word: String, at span: SourceSpan, _ column: (Book, String) throws -> Column
    ) throws(Diagnostic) -> Formula {
        for case .window in steps {
            throw Diagnostic(
                .wrongArguments, "\(word) looks into the history of deals, and stands before total, share and rank",
                at: span, hint: "deals … | with …")
        }
        guard scope.isDeals, var table = planSource?.table else {
            throw Diagnostic(.clauseNotForTable, "\(word) asks about deals", at: span)
        }
        let place = table.columns.count
        let book = book
        let added = try wrapping(span) { try column(book, "\(word) #\(place)") }
        try wrapping(span) { try table.add(added) }
        planSource?.table = table
        scope.shape = try wrapping(span) { try Scope.shape(of: table) }
        return .compare(.equal, .column(place), .constant(.integer(1), .boolean))
    }
}
