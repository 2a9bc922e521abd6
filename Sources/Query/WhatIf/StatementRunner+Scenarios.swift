// Scenarios: a what-if kept under a name with the book, as its statements. Replaying one asks each statement of today's
// book; one that no longer applies is left out and said.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    /// `scenario NAME`.
    func name(_ statement: ScenarioStatement, book: Book) throws -> StatementResult {
        guard let whatIf, !whatIf.assumptions.isEmpty else { throw nothingAssumed(at: statement.span) }
        var changed = book
        let scenario = Scenario(name: statement.name.text, assumptions: whatIf.assumptions.map(\.text))
        let isNew = changed.setScenario(scenario)
        let count = Words.count(scenario.assumptions.count, "assumption")
        return .changed(changed, ["the scenario \(scenario.name) \(isNew ? "is" : "is now") \(count)"])
    }

    /// `scenarios`.
    func scenarios(_ book: Book) throws -> Answer {
        guard !book.scenarios.isEmpty else {
            return try Answer(lines: ["there are no scenarios; scenario \"NAME\" keeps what is assumed under a name"])
        }
        let rows = book.scenarios.flatMap { scenario in
            scenario.assumptions.map { (scenario.name, $0) }
        }
        var answer = try Answer(
            texts: [("scenario", rows.map(\.0)), ("what_if", rows.map(\.1))], rowNoun: "assumption")
        answer.columns[0].isKey = true
        return answer
    }

    /// The scenario that a name means.
    func scenario(_ name: Name, of book: Book) throws -> Scenario {
        let list = NameList("scenario", names: book.scenarios.map(\.name))
        switch list.index.match(name.text, prefix: name.style == .bare) {
        case .exact(let place), .prefix(let place): return book.scenarios[place]
        case .several(let places): throw list.ambiguous(name.text, places, at: name.span)
        case .none: throw list.unknown(name.text, at: name.span)
        }
    }

    /// What a scenario makes of a what-if, what its statements did, and which of them were left out and why.
    func replay(_ scenario: Scenario, on whatIf: WhatIf) throws -> (whatIf: WhatIf, lines: [String]) {
        var after = whatIf
        var lines: [String] = []
        for text in scenario.assumptions {
            let source = SourceText("what if " + text)
            let script = Parser.parse(source)
            guard case .whatIf(let statement) = script.statements.first,
                script.diagnostics.allSatisfy({ $0.severity != .error })
            else {
                lines.append("left out, it can no longer be read: \(text)")
                continue
            }
            do {
                let assumption = try self.assumption(statement, in: source, on: after)
                if let change = assumption.change, try change.patch().isEmpty {
                    lines.append("left out, \(change.lines.first ?? "it changes nothing"): \(text)")
                    continue
                }
                after.assume(assumption)
                lines += assumption.lines
            } catch let problem as Diagnostic where problem.code != .cancelled {
                lines.append("left out, \(problem.message): \(text)")
            } catch let problems as Diagnostics {
                lines.append("left out, \(problems.all.first?.message ?? "it no longer applies"): \(text)")
            }
        }
        return (after, lines)
    }

    // MARK: compare

    /// `compare QUERY`, `compare QUERY across A, B`.
    func compare(_ statement: CompareStatement, in source: SourceText, book: Book) throws -> Answer {
        if let change = statement.query.change {
            throw Diagnostic(
                .notComparable, "compare asks a question twice, and \(change.kind.word) is a change", at: change.span,
                hint: "what if … | \(change.kind.word), then compare")
        }
        var notes: [String] = []
        var others: [(name: String, whatIf: WhatIf)] = []
        if statement.scenarios.isEmpty {
            guard let whatIf, !whatIf.assumptions.isEmpty else {
                var problem = nothingAssumed(at: statement.span)
                if !book.scenarios.isEmpty {
                    problem.hint = "compare … across \(NameList.written(book.scenarios[0].name))"
                }
                throw problem
            }
            others.append(("what if", whatIf))
        } else {
            let base = WhatIf(book)
            for name in statement.scenarios {
                let scenario = try self.scenario(name, of: book)
                let replayed = try replay(scenario, on: base)
                notes += replayed.lines.filter { $0.hasPrefix("left out") }.map { "\(scenario.name): \($0)" }
                others.append((scenario.name, replayed.whatIf))
            }
        }
        let ground = ForecastGround(others[0].whatIf.base)
        var sides = [(name: "base", answer: try answer(statement.query, in: source, book: book, ground: ground))]
        for (name, whatIf) in others {
            let told = try answer(statement.query, in: source, book: whatIf.book, ground: whatIf.ground)
            sides.append((name: name, answer: told))
        }
        var compared = try placed(statement.query.span) { try Comparison(sides).answer() }
        compared.notes = notes + compared.notes
        return compared
    }
}
