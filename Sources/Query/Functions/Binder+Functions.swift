// Calls to formulas. Most functions are one node of the engine; those that look at other rows become a step of their
// own before the step they stand in.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    mutating func call(_ call: Call) throws(Diagnostic) -> Bound {
        let written = call.function
        let names = FunctionName.list
        let function: FunctionName
        switch names.index.match(written.text, prefix: false) {
        case .exact(let index): function = FunctionName.allCases[index]
        default:
            var problem = names.unknown(written.text, at: written.span)
            problem.code = .unknownFunction
            problem.notes = [names.listing(atMost: 40)]
            throw problem
        }
        guard function.argumentCounts.contains(call.arguments.count) else {
            throw Diagnostic(
                .wrongArguments, "\(function.rawValue) does not take \(call.arguments.count) arguments", at: call.span,
                hint: function.syntax)
        }
        if call.within != nil, !function.isWindow {
            throw Diagnostic(
                .wrongArguments, "\(function.rawValue) looks at one row, so it takes no within", at: call.span,
                hint: "total, share, rank and running do")
        }
        switch function {
        case .year, .quarter, .month, .week, .fiscalYear, .fiscalQuarter:
            let day = try dayArgument(call)
            return function.start(of: day, calendar, at: call.span)
        case .weekday: return try weekday(call)
        case .round: return try round(call)
        case .lower: return Bound(.lower(try textArgument(call).formula), .text, at: call.span)
        case .length: return Bound(.length(try textArgument(call).formula), .number, at: call.span)
        case .default: return try fallback(call)
        case .band: return try band(call)
        case .visited: return try visited(call)
        case .total, .share, .rank, .running: return try window(function, call)
        case .winChance: return try winChance(call)
        }
    }

    // MARK: Dates

    private mutating func dayArgument(_ call: Call) throws(Diagnostic) -> Bound {
        let argument = try value(call.arguments[0])
        if argument.isDay { return argument }
        if argument.meaning == .instant {
            let offset = Int64(book.settings.timezoneMinutes) * 60
            return Bound(.day(argument.formula, offsetSeconds: offset), .day, at: argument.span)
        }
        throw wrongType(call, argument, "a date")
    }

    /// Days since the start of the week, so that days sort as the week goes.
    private mutating func weekday(_ call: Call) throws(Diagnostic) -> Bound {
        let day = try dayArgument(call)
        let first = Formula.startOfUnit(.week, day.formula, fiscal: false, calendar)
        let names = (0..<7).map { Weekday.allCases[(calendar.weekStart.rawValue - 1 + $0) % 7].name }
        return Bound(
            .arithmetic(.subtract, day.formula, first), .label(names), at: call.span, names: .list(names))
    }

    // MARK: Numbers, texts, missing values

    private mutating func round(_ call: Call) throws(Diagnostic) -> Bound {
        let argument = try value(call.arguments[0])
        switch argument.meaning {
        case .number, .money, .percent: break
        default: throw wrongType(call, argument, "a number, money or a percent")
        }
        var digits = 0
        if call.arguments.count == 2 {
            let second = try value(call.arguments[1])
            guard case .number(let number) = second.literal, let whole = number.whole, (-18...18).contains(whole) else {
                throw Diagnostic(
                    .wrongArguments, "round takes a whole number of digits from -18 to 18", at: second.span,
                    hint: "round(x, 2)")
            }
            digits = Int(whole)
        }
        return Bound(.round(argument.formula, digits: digits), argument.meaning, at: call.span)
    }

    private mutating func textArgument(_ call: Call) throws(Diagnostic) -> Bound {
        let argument = try value(call.arguments[0])
        guard argument.isTextual else { throw wrongType(call, argument, "a text") }
        return argument
    }

    private mutating func fallback(_ call: Call) throws(Diagnostic) -> Bound {
        let first = try value(call.arguments[0])
        let second = try settled(try value(call.arguments[1]), beside: first)
        let (value, instead) = try unified(first, second, "or else")
        return Bound(.fallback(value.formula, instead.formula), value.meaning, at: call.span)
    }

    private mutating func band(_ call: Call) throws(Diagnostic) -> Bound {
        let argument = try value(call.arguments[0])
        switch argument.meaning {
        case .number, .money, .percent, .duration: break
        default: throw wrongType(call, argument, "a number, money, a percent or a duration")
        }
        var limits: [Cell] = []
        var words: [String] = []
        for written in call.arguments.dropFirst() {
            let limit = try settled(try value(written), beside: argument)
            guard case .constant(let cell, _) = limit.formula, limit.meaning == argument.meaning else {
                throw Diagnostic(
                    .wrongArguments, "the limits of band are written out", at: limit.span,
                    hint: "band(value, $10k, $50k)")
            }
            if let last = limits.last, !(last < cell) {
                throw Diagnostic(.wrongArguments, "the limits of band must ascend", at: limit.span)
            }
            limits.append(cell)
            words.append(text(limit.span))
        }
        var labels = ["under \(words[0])"]
        for (lower, upper) in zip(words, words.dropFirst()) { labels.append("\(lower) – \(upper)") }
        labels.append("\(words[words.count - 1]) and more")
        if try type(of: argument) == .realPercent {
            limits = limits.map { cell in cell.integer.map { Cell(Double($0) / 1_000_000) } ?? cell }
        }
        return Bound(.band(argument.formula, limits), .label(labels), at: call.span, names: .list(labels))
    }

    // MARK: Looking at other rows

    private mutating func window(_ function: FunctionName, _ call: Call) throws(Diagnostic) -> Bound {
        let argument = try value(call.arguments[0])
        switch argument.meaning {
        case .number, .money, .percent, .duration: break
        case .day, .period:
            if function != .rank { throw wrongType(call, argument, "a number, money, a percent or a duration") }
        case .label, .instant, .text, .name, .yesNo, .nothing:
            throw wrongType(call, argument, "a number, money, a percent or a duration")
        }
        var partition: [Formula] = []
        for path in call.within ?? [] { partition.append(try value(.path(path)).formula) }
        let held = try type(of: argument)
        let type: ValueType
        let made: WindowFunction
        var meaning = argument.meaning
        switch function {
        case .share: (type, meaning, made) = (.realPercent, .percent, .share(argument.formula))
        case .rank: (type, meaning, made) = (.integer, .number, .rank(argument.formula))
        case .running: (type, made) = (held, .running(argument.formula))
        default: (type, made) = (held, .total(argument.formula))
        }
        let place = try addColumn(type, at: call.span)
        steps.append(.window([Engine.Window(scope.shape.columns[place].name, made, within: partition)]))
        return Bound(.column(place), meaning, at: call.span)
    }

    /// Adds a column behind the table of the moment and gives its place.
    mutating func addColumn(_ type: ValueType, at span: SourceSpan) throws(Diagnostic) -> Int {
        let shape = scope.shape
        let place = shape.columns.count
        scope.shape = try wrapping(span) {
            var wider = shape
            try wider.add(Column(name: "\(place):", valueType: type, chunks: []))
            return wider
        }
        return place
    }

    private func wrongType(_ call: Call, _ argument: Bound, _ wanted: String) -> Diagnostic {
        Diagnostic(
            .typeMismatch,
            "\(call.function.text) takes \(wanted), \"\(text(argument.span))\" is \(argument.meaning.words)",
            at: argument.span)
    }
}

extension FunctionName {
    /// The first day of the calendar unit in which a day lies; the day itself from a function that gives none.
    func start(of day: Bound, _ calendar: Calendar, at span: SourceSpan) -> Bound {
        guard let (unit, isFiscal) = unit else { return day }
        return Bound(
            .startOfUnit(unit, day.formula, fiscal: isFiscal, calendar),
            .period(PeriodUnit(unit, isFiscal: isFiscal, calendar)), at: span)
    }
}
