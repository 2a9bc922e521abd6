// Statements back to text.

import Values

extension Printer {
    func statement(_ statement: Statement) -> String {
        switch statement {
        case .query(let node): return query(node)
        case .continuation(let node): return "| " + steps(node.steps)
        case .import(let node):
            let head = "import " + identifier(node.table) + " from " + text(node.path)
            return ([head] + node.options.map(option)).joined(separator: " ")
        case .open(let node): return "open " + text(node.path)
        case .save(let node):
            return "save" + (node.path.map { " as " + text($0) } ?? "") + (node.isCompact ? " compact" : "")
        case .new: return "new"
        case .run(let node): return "run " + text(node.path)
        case .addDeal(let node): return addDeal(node)
        case .addRow(let node): return "add " + name(node.table) + " " + name(node.name) + withValues(node.values)
        case .stage(let node): return stage(node)
        case .pipeline(let node):
            let stages = node.stages.map(pipelineStage).joined(separator: ", ")
            return "pipeline " + (node.name.map { text($0) + ": " } ?? "") + stages
        case .target(let node):
            let owner = node.owner.map { " of " + names($0.names) } ?? ""
            return "target " + expression(node.amount, atLeast: .sum) + owner + " in " + period(node.period)
        case .let(let node): return letStatement(node)
        case .undo(let node): return node.count == 1 ? "undo" : "undo \(node.count)"
        case .redo(let node): return node.count == 1 ? "redo" : "redo \(node.count)"
        case .log: return "log"
        case .whatIf(let node): return whatIf(node)
        case .compare(let node):
            return "compare " + query(node.query) + (node.scenarios.isEmpty ? "" : " across " + names(node.scenarios))
        case .keep: return "keep"
        case .forget(let node):
            switch node.subject {
            case .all: return "forget"
            case .last: return "forget last"
            case .scenario(let name): return "forget scenario " + self.name(name)
            }
        case .scenario(let node): return "scenario " + name(node.name)
        case .scenarios: return "scenarios"
        case .sweep(let node):
            return "sweep " + node.ranges.map(leverRange).joined(separator: ", ") + " | " + steps(node.steps)
        case .solve(let node):
            return "solve " + lever(node.lever) + " until " + expression(node.goal, atLeast: .or) + " | "
                + steps(node.steps)
        case .sensitivity(let node): return "sensitivity of " + report(node.report)
        case .settings(let node):
            let settings = node.settings.map { identifier($0.name) + " = " + settingValue($0.value) }
            return "settings" + (settings.isEmpty ? "" : " " + settings.joined(separator: ", "))
        case .explain(let node): return "explain " + query(node.query)
        case .help(let node): return "help" + (node.topic.isEmpty ? "" : " " + node.topic)
        }
    }

    private func steps(_ steps: [Step]) -> String { steps.map(step).joined(separator: " | ") }

    private func option(_ option: ImportOption) -> String {
        switch option {
        case .asOf(let clause): return self.clause(.asOf(clause))
        case .key(let column, _): return "key " + name(column)
        case .mapping(let mappings, _):
            return "with " + mappings.map { name($0.column) + " as " + identifier($0.field) }.joined(separator: ", ")
        case .missingAs(let texts, _): return "missing as " + texts.map(text).joined(separator: ", ")
        case .missingDeals(let policy, _): return "missing deals are " + policy.rawValue
        case .duplicates(let policy, _): return policy.rawValue
        case .dates(let order, _): return "dates as " + order.rawValue
        case .skippingBadRows(let path, _): return "skipping bad rows to " + text(path)
        }
    }

    private func stage(_ node: StageStatement) -> String {
        var out = "stage " + name(node.stage)
        if let probability = node.probability { out += " probability " + percent(probability) }
        if let target = node.target { out += " target " + duration(target) }
        if let category = node.category { out += " category " + name(category) }
        if let kind = node.kind { out += " as " + kind.rawValue }
        return out
    }

    private func pipelineStage(_ node: PipelineStageSyntax) -> String {
        name(node.name) + (node.probability.map { " " + percent($0) } ?? "")
            + (node.kind.map { " as " + $0.rawValue } ?? "")
    }

    private func letStatement(_ node: LetStatement) -> String {
        let parameters =
            node.parameters.isEmpty ? "" : "(" + node.parameters.map(identifier).joined(separator: ", ") + ")"
        let meaning: String
        switch node.meaning {
        case .query(let query): meaning = self.query(query)
        case .value(let value): meaning = letValue(value)
        case .either(let name): meaning = identifier(name)
        }
        return "let " + identifier(node.name) + parameters + " = " + meaning
    }

    private func whatIf(_ node: WhatIfStatement) -> String {
        switch node.assumption {
        case .none: return "what if"
        case .change(let query): return "what if " + self.query(query)
        case .addDeal(let node): return "what if " + addDeal(node)
        case .scenario(let name): return "what if scenario " + self.name(name)
        case .lever(let change):
            return "what if " + lever(change.lever) + " " + change.op.rawValue + " "
                + expression(change.amount, atLeast: .sum)
        }
    }

    private func addDeal(_ node: AddDealStatement) -> String {
        "add deal " + name(node.name) + withValues(node.values) + onDay(node.on)
    }

    private func withValues(_ values: [Assignment]) -> String {
        values.isEmpty ? "" : " with " + newValues(values)
    }

    private func lever(_ lever: Lever) -> String {
        ([lever.kind.rawValue] + lever.clauses.map(clause)).joined(separator: " ")
    }

    private func leverRange(_ range: LeverRange) -> String {
        let by = range.by.map { " by " + expression($0, atLeast: .sum) } ?? ""
        return lever(range.lever) + " from " + expression(range.from, atLeast: .sum) + " to "
            + expression(range.to, atLeast: .sum) + by
    }

    private func settingValue(_ value: SettingValue) -> String {
        switch value {
        case .literal(let literal): return self.literal(literal)
        case .name(let name): return self.name(name)
        case .currencySign(let sign): return sign
        }
    }
}
