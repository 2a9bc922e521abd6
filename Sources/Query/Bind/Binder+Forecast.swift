// `win_chance(PERIOD)`: the forecast's chance of each deal as a column behind the deals, computed for the whole book when
// the query is bound, since a chance belongs to the deal and not to the selection.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    mutating func winChance(_ call: Call) throws(Diagnostic) -> Bound {
        guard scope.isDeals, var table = planSource?.table, planSource?.isDeals == true else {
            throw Diagnostic(
                .clauseNotForTable, "win_chance asks about deals, and these rows are \(scope.tableName)", at: call.span)
        }
        for case .window in steps {
            throw Diagnostic(
                .wrongArguments, "win_chance stands before total, share and rank", at: call.span,
                hint: "deals | with chance = win_chance(this quarter) | …")
        }
        let written = try value(call.arguments[0])
        guard case .period(let period) = written.literal else {
            throw Diagnostic(
                .wrongArguments, "win_chance takes a period, \"\(text(written.span))\" is \(written.meaning.words)",
                at: written.span, hint: "win_chance(this quarter)")
        }
        let name = "win_chance #\(period)"
        if let known = table.columns.firstIndex(where: { $0.name == name }) {
            return Bound(.column(known), .percent, at: call.span)
        }
        let column: Engine.Column
        do {
            let execution = Execution(cancellation: Cancellation.ambient ?? Cancellation())
            let ground = self.ground ?? ForecastGround(book)
            let knowledge = try ground.knowledge(calendar, execution)
            column = try ForecastReport.winChances(
                named: name, in: book, knowledge, period, calendar: calendar, levers: ground.levers,
                execution: execution)
            notes += ForecastReport.winChanceNotes(knowledge)
        } catch var problem as Diagnostic {
            problem.span = problem.span ?? call.span
            throw problem
        } catch {
            throw EngineProblem.diagnostic(error as? EngineError ?? .cancelled, at: call.span)
        }
        let place = table.columns.count
        try wrapping(call.span) { try table.add(column) }
        planSource?.table = table
        scope.shape = try wrapping(call.span) { try Scope.shape(of: table) }
        return Bound(.column(place), .percent, at: call.span)
    }
}
