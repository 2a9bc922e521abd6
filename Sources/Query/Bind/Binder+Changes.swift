// Changes: the last step of a query, which alters the deals that the query selected. Names must be written out (a prefix
// could mean another one tomorrow); a name that is not there is added only where it stands in quotes, and never a stage.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    mutating func bindChange(_ step: ChangeStep) throws(Diagnostic) {
        guard letStack.isEmpty else {
            throw Diagnostic(
                .badChange, "a query under a name asks and changes nothing", at: step.kindSpan,
                hint: "the change follows where it is used")
        }
        guard !isPast else {
            throw Diagnostic(
                .badChange, "the past cannot be changed: these are the deals of another day", at: step.kindSpan,
                hint: "without as of; \(step.kind.word) … on DATE dates the change")
        }
        if scope.isTable { return try bindTableChange(step) }
        guard scope.isDeals, planSource?.isDeals == true else {
            throw Diagnostic(
                .badChange, "\(step.kind.word) changes deals, and these rows are \(rowsInWords)", at: step.kindSpan,
                hint: "deals … | \(step.kind.word): the change follows the deals themselves")
        }
        var plan = ChangePlan(
            kind: step.kind, span: step.span, isDated: step.on != nil, day: try changeDay(step.on))
        switch step.kind {
        case .set(let assignments):
            for assignment in assignments { plan.fields.append(try newValue(assignment, &plan.newNames)) }
        case .move(let name): plan.stage = try stageInFull(name)
        case .advance, .win, .lose, .reopen, .slip, .delete: break
        }
        change = plan
    }

    /// What the rows of the moment are, where they are no deals.
    private var rowsInWords: String {
        if scope.isAggregated { return "groups" }
        guard let name = planSource?.name else { return "none" }
        return name.hasPrefix("the ") ? name : "those of \(name)"
    }

    /// The fields of a new deal, and the day it is created.
    mutating func bindNewDeal(_ statement: AddDealStatement) throws -> ChangePlan {
        var plan: ChangePlan?
        try collecting { (binder) throws(Diagnostic) in
            try binder.useDeals(at: statement.span)
            var made = ChangePlan(
                kind: .set(statement.values), span: statement.span, isDated: statement.on != nil,
                day: try binder.changeDay(statement.on))
            for assignment in statement.values {
                made.fields.append(try binder.newValue(assignment, &made.newNames))
            }
            plan = made
        }
        guard let plan, problems.isEmpty else { throw Diagnostics(problems) }
        return plan
    }

    private mutating func changeDay(_ written: DatePoint?) throws(Diagnostic) -> Day {
        guard let written else { return calendar.today }
        let day = try self.day(written, after: "on")
        guard day <= calendar.today else {
            throw Diagnostic(
                .badChange, "\(day) is after today, \(calendar.today): what has not happened cannot be recorded",
                at: written.span, hint: "a day up to today")
        }
        return day
    }

    private func stageInFull(_ written: Name) throws(Diagnostic) -> String {
        let stages = try wrapping(written.span) { try book.stageNames() }
        if let place = stages.exact(written.text) { return stages.names[place] }
        let list = NameList("stage", names: stages.names)
        throw inFull(list, written.text, written.span)
    }

    /// A name that is not there; when it begins one, the whole of it is asked for.
    func inFull(_ list: NameList, _ text: String, _ span: SourceSpan) -> Diagnostic {
        var problem = list.unknown(text, at: span)
        let begun = list.index.beginning(with: text)
        if begun.count == 1 {
            let name = list.names[begun[0]]
            problem.hint = "a change needs the whole name: \(NameList.written(name))"
            problem.fix = Diagnostic.Fix(span, NameList.written(name))
        }
        return problem
    }

    // MARK: Fields

    /// Fields that follow from others, with what changes them instead.
    private static let followingFields: [String: String] = [
        "status": "move to STAGE, win, lose or reopen", "open": "reopen", "won": "win", "lost": "lose",
        "entered": "move to STAGE on DATE", "in_stage": "move to STAGE on DATE", "weighted": "set value or probability",
        "age": "set created", "target": "stage \"NAME\" target 10d", "stalled": "move, or a target of the stage",
        "overdue": "slip, or set close", "pushes": "slip, or set close", Book.furthestName: "move to STAGE",
    ]

    private mutating func newValue(
        _ assignment: Assignment, _ newNames: inout [String]
    ) throws(Diagnostic) -> FieldPlan {
        let written = assignment.name
        let index = NameIndex(book.fieldNames + [Book.furthestName])
        guard let place = index.exact(written.text) else {
            throw inFull(NameList("field", names: book.fieldNames), written.text, written.span)
        }
        let name = index.names[place]
        if let instead = Binder.followingFields[name] {
            throw Diagnostic(
                .badChange, "\(name) follows from other fields and cannot be set", at: written.span, hint: instead)
        }
        let left: Bound
        let column: String
        switch name {
        case "probability":
            column = DealColumn.ownProbability.rawValue
            left = Bound(.constant(.missing, .percent), .percent, at: written.span)
        case "category":
            column = DealColumn.ownCategory.rawValue
            left = names("category", ForecastCategory.allCases.map(\.rawValue), written.span)
        case "closed":
            column = DealColumn.closedOn.rawValue
            left = Bound(.constant(.missing, .date), .day, at: written.span)
        case "stage":
            column = name
            let stages = try wrapping(written.span) { try book.stageNames().names }
            left = names("stage", stages, written.span)
        case "pipeline":
            column = name
            left = names("pipeline", book.pipelines.map(\.name), written.span)
        default:
            column = name
            left = try dealField(name, at: written.span)
        }
        // Deals that are kept in a currency can be given amounts in it.
        if left.meaning == .money, let currency = foreignCurrency(assignment.value),
            case .literal(.money(let money)) = assignment.value
        {
            return FieldPlan(
                name: name, column: column, formula: .constant(.integer(money.cents), .money), currency: currency.code,
                span: money.span)
        }
        let formula = try value(assignment.value, for: left, isOpen: isOpenList(name), &newNames)
        return FieldPlan(name: name, column: column, formula: formula, span: assignment.value.span)
    }

    private func names(_ singular: String, _ names: [String], _ span: SourceSpan) -> Bound {
        Bound(.constant(.missing, .text), .name(NameKind(singular)), at: span, names: .list(names))
    }

    /// Whether a quoted name that is new to the field is added.
    private func isOpenList(_ field: String) -> Bool { !["stage", "pipeline", "category", "currency"].contains(field) }

    mutating func value(
        _ written: SyntaxExpression, for left: Bound, isOpen: Bool, _ newNames: inout [String]
    ) throws(Diagnostic) -> Formula {
        if case .literal(.missing) = written { return .constant(.missing, .text) }
        if case .name = left.meaning { return try name(written, for: left, isOpen: isOpen, &newNames) }
        if case .text = left.meaning { return try textual(try textOperand(written), left) }
        switch try operand(written, beside: left) {
        case .name(let name): return .constant(.text(name.text), .text)
        case .period(let period, let span):
            guard period.dayCount == 1 else {
                throw Diagnostic(
                    .notOneDay, "\"\(text(span))\" is \(period), and \(text(left.span)) is one day", at: span,
                    hint: "start of \(text(span))?")
            }
            return .constant(.integer(Int64(period.start.number)), .date)
        case .value(let bound):
            let right = try settled(bound, beside: left)
            guard right.meaning == left.meaning || (right.isDay && left.isDay) else {
                throw mismatch(left, right, "set to")
            }
            return right.formula
        }
    }

    private func textual(_ right: Bound, _ left: Bound) throws(Diagnostic) -> Formula {
        guard right.isTextual else { throw mismatch(left, right, "set to") }
        return right.formula
    }

    private mutating func name(
        _ written: SyntaxExpression, for left: Bound, isOpen: Bool, _ newNames: inout [String]
    ) throws(Diagnostic) -> Formula {
        let word: WrittenName
        var isQuoted = false
        var isColumn = false
        switch written {
        case .literal(.text(let literal)):
            word = WrittenName(literal)
            isQuoted = true
        case .literal(.yesNo): return try textual(try value(written), left)
        case .literal(let literal): word = WrittenName(text(literal.span), isBare: false, at: literal.span)
        case .name(let name):
            word = WrittenName(name)
            isQuoted = name.style != .bare
        case .either(let reading): word = WrittenName(reading.name)
        case .date(let span): word = WrittenName(text(span.span), isBare: true, at: span.span)
        case .path(let path) where path.parts.count == 1:
            word = WrittenName(path.parts[0])
            isColumn = true
        default: return try textual(try value(written), left)
        }
        if let found = try find(WrittenName(word.text, isBare: false, at: word.span), of: left) {
            return .constant(.text(found.text), .text)
        }
        if isColumn {
            if case .exact = columnMatch(word.text, prefix: false) { return try textual(try value(written), left) }
            if let bound = try valueOfLet(word) {
                if case .text(let text) = bound.literal {
                    return try name(text, at: word.span, for: left, isQuoted: true, isOpen: isOpen, &newNames)
                }
                return try textual(bound, left)
            }
        }
        return try name(word.text, at: word.span, for: left, isQuoted: isQuoted, isOpen: isOpen, &newNames)
    }

    /// A name that the list does not have, or has under this very text.
    private func name(
        _ text: String, at span: SourceSpan, for left: Bound, isQuoted: Bool, isOpen: Bool, _ newNames: inout [String]
    ) throws(Diagnostic) -> Formula {
        if let found = try find(WrittenName(text, isBare: false, at: span), of: left) {
            return .constant(.text(found.text), .text)
        }
        let list = try nameList(left)
        if left.meaning == .name(NameKind("currency")) {
            guard let currency = Currency(sign: text) ?? Currency(code: text) else {
                throw Diagnostic(
                    .unknownName, "\"\(text)\" is no currency", at: span, hint: "a code such as EUR, or a sign")
            }
            return .constant(.text(currency.code), .text)
        }
        guard isOpen, isQuoted, !text.isEmpty else {
            var problem = inFull(list, text, span)
            if isOpen, !isQuoted, problem.hint == nil { problem.hint = "in quotes it is added: \"\(text)\"" }
            throw problem
        }
        let remark = "\"\(text)\" is new among \(list.plural)"
        if !newNames.contains(remark) { newNames.append(remark) }
        return .constant(.text(text), .text)
    }
}
