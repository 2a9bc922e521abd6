// Queries, clauses and steps back to text.

import Values

extension Printer {
    func query(_ query: Query) -> String {
        var parts: [String] = []
        var steps = query.steps[...]
        if case .deals(let deals) = query.source, deals.isImplicit, let first = steps.popFirst() {
            parts.append(step(first))
        } else {
            var source = self.source(query.source)
            if !query.summary.isEmpty { source += " by " + keys(query.summary) }
            parts.append(source)
        }
        return (parts + steps.map(step)).joined(separator: " | ")
    }

    func source(_ source: Source) -> String {
        switch source {
        case .deals(let deals): return self.deals(deals)
        case .deal(let deal): return self.deal(deal)
        case .named(let named): return self.named(named)
        case .file(let file): return joined([text(file.path)] + file.clauses.map(clause))
        case .history(let history):
            var out = "history"
            switch history.subject {
            case .deals(let deals): out += " of " + self.deals(deals)
            case .deal(let deal): out += " of " + self.deal(deal)
            case .named(let named): out += " of " + self.named(named)
            case nil: break
            }
            return joined([out] + history.clauses.map(clause))
        }
    }

    private func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: " ") }

    private func deals(_ deals: DealsSource) -> String {
        let statuses = deals.clauses.prefix { if case .status = $0 { true } else { false } }
        let rest = deals.clauses.dropFirst(statuses.count)
        return joined((deals.isMine ? ["my"] : []) + statuses.map(clause) + ["deals"] + rest.map(clause))
    }

    private func deal(_ deal: DealSource) -> String { joined(["deal " + names(deal.deals)] + deal.clauses.map(clause)) }

    private func named(_ named: NamedSource) -> String {
        var out = identifier(named.name)
        if let arguments = named.arguments { out += "(" + arguments.map(value).joined(separator: ", ") + ")" }
        return joined([out] + named.clauses.map(clause))
    }

    func clause(_ clause: Clause) -> String {
        switch clause {
        case .status(let node): return node.status.rawValue
        case .stage(let node):
            let negation = node.isNegated ? "not " : ""
            switch node.stages {
            case .anyOf(let stages): return negation + "in " + names(stages)
            case .range(let first, let last): return negation + "in " + name(first) + ".." + name(last)
            case .orLater(let stage): return negation + "in " + name(stage) + " or later"
            case .past(let stage): return negation + "past " + name(stage)
            case .before(let stage): return negation + "before " + name(stage)
            }
        case .owner(let node): return namesClause("of", node)
        case .account(let node): return namesClause("at", node)
        case .source(let node): return namesClause("from", node)
        case .value(let node):
            switch node.test {
            case .compare(let op, let value): return op.rawValue + " " + expression(value, atLeast: .sum)
            case .between(let lower, let upper):
                return "between " + expression(lower, atLeast: .sum) + " and " + expression(upper, atLeast: .sum)
            }
        case .date(let node):
            var out = node.event.rawValue
            if !node.stages.isEmpty { out += " " + names(node.stages) }
            out += (needsPreposition(node.period) ? " in " : " ") + period(node.period)
            if let versus = node.versus { out += " versus " + period(versus) }
            return out
        case .older(let node): return "older than " + duration(node.age)
        case .stalledFor(let node): return "stalled " + node.op.rawValue + " " + duration(node.duration)
        case .where(let node): return "where " + expression(node.condition, atLeast: .or)
        case .asOf(let node): return "as of " + point(node.day)
        }
    }

    private func namesClause(_ word: String, _ clause: NamesClause) -> String {
        (clause.isNegated ? "not " : "") + word + " " + names(clause.names)
    }

    func keys(_ keys: [Key]) -> String {
        keys.map { key in
            (key.name.map { identifier($0) + " = " } ?? "") + expression(key.value, atLeast: .sum)
        }.joined(separator: ", ")
    }

    func step(_ step: Step) -> String {
        switch step {
        case .where(let node): return clause(.where(node))
        case .narrow(let node): return joined(node.clauses.map(clause))
        case .show(let node):
            let columns = node.columns.map { column in
                switch column {
                case .path(let path): return self.path(path)
                case .assignment(let assignment): return self.assignment(assignment)
                }
            }
            return "show " + columns.joined(separator: ", ")
        case .with(let node): return "with " + node.columns.map(assignment).joined(separator: ", ")
        case .aggregate(let node):
            let measures = node.measures.map(measure).joined(separator: ", ")
            return measures + (node.keys.isEmpty ? "" : " by " + keys(node.keys))
        case .sort(let node):
            let keys = node.keys.map { expression($0.value, atLeast: .sum) + ($0.isDescending ? " desc" : "") }
            return "sort " + keys.joined(separator: ", ")
        case .top(let node):
            return "top \(node.count)" + (node.by.map { " by " + expression($0, atLeast: .sum) } ?? "")
        case .first(let node): return "first \(node.count)"
        case .skip(let node): return "skip \(node.count)"
        case .distinct(let node):
            return joined(["distinct", node.paths.map(path).joined(separator: ", ")])
        case .pivot(let node): return joined(["pivot", node.key.map(path) ?? ""])
        case .chart(let node): return joined(["chart", node.kind?.rawValue ?? ""])
        case .save(let node): return "save " + text(node.path) + (node.isGuarded ? " guarded" : "")
        case .expect(let node): return expect(node)
        case .report(let node): return report(node)
        case .change(let node): return change(node)
        }
    }

    private func assignment(_ node: Assignment) -> String { identifier(node.name) + " = " + expression(node.value) }

    private func measure(_ node: Measure) -> String {
        let word: String
        switch node.function {
        case .count: word = "count"
        case .countDistinct: word = "count distinct"
        case .sum: word = "sum"
        case .avg: word = "avg"
        case .median: word = "median"
        case .min: word = "min"
        case .max: word = "max"
        case .percentile(let number): word = "p\(number)"
        case .stddev: word = "stddev"
        case .winRate: word = "win_rate"
        }
        let name = node.name.map { identifier($0) + " = " } ?? ""
        let operand = node.operand.map { " " + expression($0, atLeast: .sum) } ?? ""
        let filter = node.filter.map { " where " + expression($0, atLeast: .or) } ?? ""
        return name + word + operand + filter
    }

    private func expect(_ node: ExpectStep) -> String {
        let what: String
        switch node.expectation {
        case .none: what = "none"
        case .some: what = "some"
        case .every(let condition): what = expression(condition, atLeast: .or)
        }
        return "expect " + what + (node.message.map { ", " + text($0) } ?? "")
    }

    func report(_ node: ReportStep) -> String {
        var parts = [node.kind.rawValue]
        if node.isStrict { parts.append("strict") }
        if let measure = node.measure { parts.append(identifier(measure)) }
        if let since = node.since { parts.append("since " + point(since)) }
        if let period = node.period { parts.append(self.period(period)) }
        if let method = node.method { parts.append("using " + method.rawValue) }
        let narrowing = node.clauses.prefix { if case .where = $0 { false } else { true } }
        parts += narrowing.map(clause)
        if !node.keys.isEmpty { parts.append("by " + keys(node.keys)) }
        parts += node.clauses.dropFirst(narrowing.count).map(clause)
        return joined(parts)
    }

    func change(_ node: ChangeStep) -> String {
        var out = node.kind.word
        switch node.kind {
        case .set(let values): out += " " + newValues(values)
        case .move(let stage): out += " to " + name(stage)
        case .lose(let reason): out += reason.map { " because " + text($0) } ?? ""
        case .slip(let duration, let isNegative): out += (isNegative ? " -" : " ") + self.duration(duration)
        case .advance, .win, .reopen, .delete: break
        }
        return out + onDay(node.on)
    }

    func newValues(_ values: [Assignment]) -> String {
        values.map { identifier($0.name) + " = " + value($0.value) }.joined(separator: ", ")
    }

    func onDay(_ day: DatePoint?) -> String { day.map { " on " + point($0) } ?? "" }
}
