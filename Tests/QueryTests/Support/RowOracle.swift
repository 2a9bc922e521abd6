// A slow, independent reading of the language: the syntax tree of a condition or expression is evaluated row by row on
// dictionaries of values, without binder, plan or engine. Written from the reference alone, so that the two can only
// agree by both being right.

import Language
import Values

/// A value as a person would write it down.
enum OracleValue: Equatable {
    case missing
    case number(Double)
    case cents(Int64)
    case percent(Double)
    case day(Int)
    case days(Int)
    case yesNo(Bool)
    case text(String)

    /// What two values of one kind are ordered by; texts ignoring case.
    static func order(_ left: OracleValue, _ right: OracleValue) -> Int? {
        func sign(_ a: Double, _ b: Double) -> Int { a < b ? -1 : (a > b ? 1 : 0) }
        switch (left, right) {
        case (.number(let a), .number(let b)): return sign(a, b)
        case (.cents(let a), .cents(let b)): return a < b ? -1 : (a > b ? 1 : 0)
        case (.percent(let a), .percent(let b)): return sign(a, b)
        case (.day(let a), .day(let b)): return a < b ? -1 : (a > b ? 1 : 0)
        case (.days(let a), .days(let b)): return a < b ? -1 : (a > b ? 1 : 0)
        case (.yesNo(let a), .yesNo(let b)): return a == b ? 0 : (a ? 1 : -1)
        case (.text(let a), .text(let b)):
            let (x, y) = (Array(a.lowercased().utf8), Array(b.lowercased().utf8))
            if x == y { return 0 }
            return x.lexicographicallyPrecedes(y) ? -1 : 1
        default: return nil
        }
    }
}

/// Something the oracle does not know; a test that meets it has asked too much.
struct OracleGap: Error { var what: String }

struct RowOracle {
    var calendar: Calendar
    /// Stage names in the order of the pipeline.
    var stages: [String]
    /// The full name that a written one means, by field.
    var names: [String: [String]]

    func holds(_ condition: Language.Expression, _ row: [String: OracleValue]) throws -> Bool {
        if case .yesNo(let value) = try self.value(condition, row, beside: nil) { return value }
        return false
    }

    func value(
        _ written: Language.Expression, _ row: [String: OracleValue], beside: (field: String?, value: OracleValue)?
    ) throws -> OracleValue {
        switch written {
        case .literal(let literal): return try self.literal(literal, beside: beside?.value)
        case .path(let path):
            let name = path.parts.map(\.text).joined(separator: ".").lowercased()
            if let value = row[name] { return value }
            return try self.name(path.parts[0].text, beside)
        case .name(let name): return try self.name(name.text, beside)
        case .either(let reading):
            if beside?.field != nil, names[beside?.field ?? ""] != nil {
                return try self.name(reading.name.text, beside)
            }
            return try value(reading.expression, row, beside: beside)
        case .date(let span): return .day(Int(try period(span).start.number))
        case .call(let call): return try self.call(call, row)
        case .unary(let unary):
            if unary.op == .not { return .yesNo(!(try holds(unary.operand, row))) }
            switch try value(unary.operand, row, beside: beside) {
            case .missing: return .missing
            case .number(let number): return .number(-number)
            case .cents(let cents): return .cents(-cents)
            case .percent(let percent): return .percent(-percent)
            case .days(let days): return .days(-days)
            default: throw OracleGap(what: "negative")
            }
        case .binary(let binary):
            switch binary.op {
            case .and: return .yesNo(try holds(binary.left, row) && holds(binary.right, row))
            case .or: return .yesNo(try holds(binary.left, row) || holds(binary.right, row))
            default: return try arithmetic(binary, row)
            }
        case .comparison(let comparison): return .yesNo(try compare(comparison, row))
        case .between(let between):
            let left = try value(between.operand, row, beside: nil)
            let field = self.field(between.operand)
            let low = try value(between.lower, row, beside: (field, left))
            let high = try value(between.upper, row, beside: (field, left))
            let inside = (order(left, low, field) ?? -1) >= 0 && (order(left, high, field) ?? 1) <= 0
            return .yesNo(inside != between.isNegated)
        case .list(let list):
            let left = try value(list.operand, row, beside: nil)
            let field = self.field(list.operand)
            let found = try list.items.contains { item in
                order(left, try value(item, row, beside: (field, left)), field) == 0
            }
            return .yesNo(found != list.isNegated)
        case .period(let condition):
            let left = try value(condition.operand, row, beside: nil)
            var inside = false
            if case .day(let number) = left {
                let period = try self.period(condition.period)
                inside = number >= Int(period.start.number) && number < Int(period.end.number)
            }
            return .yesNo(inside != condition.isNegated)
        case .missing(let missing):
            let isMissing = try value(missing.operand, row, beside: nil) == .missing
            return .yesNo(isMissing != missing.isNegated)
        case .conditional(let conditional):
            let chosen = try holds(conditional.condition, row) ? conditional.then : conditional.otherwise
            // The conditionals asked here are of amounts, so a bare number in one is money.
            return try value(chosen, row, beside: (nil, .cents(0)))
        }
    }

    private func field(_ written: Language.Expression) -> String? {
        if case .path(let path) = written { return path.parts.map(\.text).joined(separator: ".").lowercased() }
        return nil
    }

    private func literal(_ literal: Literal, beside: OracleValue?) throws -> OracleValue {
        switch literal {
        case .number(let number):
            if case .cents = beside { return .cents(Int64((number.real * 100).rounded())) }
            return .number(number.real)
        case .money(let money): return .cents(money.cents)
        case .percent(let percent): return .percent(Double(percent.percent.millionths) / 1_000_000)
        case .duration(let duration): return .days(duration.duration.days)
        case .text(let text): return .text(text.text)
        case .day(let day): return .day(Int(day.day.number))
        case .yesNo(let yesNo): return .yesNo(yesNo.isYes)
        case .missing: return .missing
        }
    }

    private func name(_ text: String, _ beside: (field: String?, value: OracleValue)?) throws -> OracleValue {
        guard let field = beside?.field, let known = names[field] else { return .text(text) }
        if let exact = known.first(where: { $0.lowercased() == text.lowercased() }) { return .text(exact) }
        let begun = known.filter { $0.lowercased().hasPrefix(text.lowercased()) }
        guard begun.count == 1 else { throw OracleGap(what: "name \(text)") }
        return .text(begun[0])
    }

    /// −1, 0, 1; `nil` when something is missing. Stages by the pipeline.
    private func order(_ left: OracleValue, _ right: OracleValue, _ field: String?) -> Int? {
        if field == "stage", case .text(let a) = left, case .text(let b) = right, let x = stages.firstIndex(of: a),
            let y = stages.firstIndex(of: b)
        {
            return (x - y).signum()
        }
        return OracleValue.order(left, right)
    }

    private func compare(_ comparison: Language.Comparison, _ row: [String: OracleValue]) throws -> Bool {
        let left = try value(comparison.left, row, beside: nil)
        let field = self.field(comparison.left)
        if [.contains, .startsWith, .endsWith].contains(comparison.op) {
            guard case .text(let text) = left else { return comparison.isNegated }
            guard case .text(let part) = try value(comparison.right, row, beside: nil) else {
                throw OracleGap(what: "text test")
            }
            let (whole, piece) = (text.lowercased(), part.lowercased())
            let found =
                switch comparison.op {
                case .contains: piece.isEmpty || whole.contains(piece)
                case .startsWith: whole.hasPrefix(piece)
                default: whole.hasSuffix(piece)
                }
            return found != comparison.isNegated
        }
        if case .day(let number) = left, let period = try comparedPeriod(comparison.right) {
            let (start, end) = (Int(period.start.number), Int(period.end.number))
            switch comparison.op {
            case .equal: return number >= start && number < end
            case .notEqual: return !(number >= start && number < end)
            case .less: return number < start
            case .lessOrEqual: return number < end
            case .greater: return number >= end
            default: return number >= start
            }
        }
        if left == .missing, try comparedPeriod(comparison.right) != nil { return comparison.op == .notEqual }
        let right = try value(comparison.right, row, beside: (field, left))
        guard let order = order(left, right, field) else { return comparison.op == .notEqual }
        switch comparison.op {
        case .equal: return order == 0
        case .notEqual: return order != 0
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        case .greater: return order > 0
        default: return order >= 0
        }
    }

    private func comparedPeriod(_ written: Language.Expression) throws -> Period? {
        switch written {
        case .date(let span): return try period(span)
        case .either(let reading): return try comparedPeriod(reading.expression)
        case .literal(.day(let day)): return Period(from: day.day, through: day.day)
        default: return nil
        }
    }

    private func arithmetic(_ binary: BinaryExpression, _ row: [String: OracleValue]) throws -> OracleValue {
        var left = try value(binary.left, row, beside: nil)
        var right = try value(
            binary.right, row, beside: binary.op == .add || binary.op == .subtract ? (nil, left) : nil)
        if left == .missing || right == .missing { return .missing }
        if binary.op == .add || binary.op == .subtract, case .cents = right {
            left = try value(binary.left, row, beside: (nil, right))
        }
        let sign: Double = binary.op == .subtract ? -1 : 1
        func rounded(_ value: Double) -> Int64 { Int64(value.rounded(.toNearestOrAwayFromZero)) }
        switch (binary.op, left, right) {
        case (.add, .cents(let a), .cents(let b)), (.subtract, .cents(let a), .cents(let b)):
            return .cents(a + Int64(sign) * b)
        case (.add, .number(let a), .number(let b)), (.subtract, .number(let a), .number(let b)):
            return .number(a + sign * b)
        case (.subtract, .day(let a), .day(let b)): return .days(a - b)
        case (.add, .day(let a), .days(let b)), (.subtract, .day(let a), .days(let b)): return .day(a + Int(sign) * b)
        case (.add, .days(let a), .days(let b)), (.subtract, .days(let a), .days(let b)):
            return .days(a + Int(sign) * b)
        case (.multiply, .cents(let a), .number(let b)), (.multiply, .number(let b), .cents(let a)):
            return .cents(rounded(Double(a) * b))
        case (.multiply, .cents(let a), .percent(let b)), (.multiply, .percent(let b), .cents(let a)):
            return .cents(rounded(Double(a) * (b * 1_000_000).rounded() / 1_000_000))
        case (.divide, .cents(let a), .number(let b)): return b == 0 ? .missing : .cents(rounded(Double(a) / b))
        case (.divide, .cents(let a), .cents(let b)): return b == 0 ? .missing : .number(Double(a) / Double(b))
        default:
            right = .missing
            throw OracleGap(what: "\(left) \(binary.op.rawValue) \(right)")
        }
    }

    private func call(_ call: Call, _ row: [String: OracleValue]) throws -> OracleValue {
        let first = try value(call.arguments[0], row, beside: nil)
        switch call.function.text {
        case "default":
            return first == .missing ? try value(call.arguments[1], row, beside: (nil, .cents(0))) : first
        case "lower": if case .text(let text) = first { return .text(text.lowercased()) }
        case "length": if case .text(let text) = first { return .number(Double(text.count)) }
        case "round":
            if case .cents(let cents) = first {
                return .cents(Int64((Double(cents) / 100).rounded(.toNearestOrAwayFromZero)) * 100)
            }
        case "quarter":
            if case .day(let number) = first {
                let day = Day(clamping: number).civil
                return (Day(year: day.year, month: (day.month - 1) / 3 * 3 + 1, day: 1)).map { .day(Int($0.number)) }
                    ?? .missing
            }
        default: throw OracleGap(what: call.function.text)
        }
        return .missing
    }

    // MARK: Periods, from the words alone

    func period(_ written: PeriodExpression) throws -> Period {
        switch written.bounds {
        case .point(let point): return try period(point)
        case .range(let first, let last):
            return Period(from: try period(first).start, upTo: try period(last).end)
        case .since(let point): return Period(from: try period(point).start, upTo: .max)
        case .until(let point): return Period(from: .min, upTo: try period(point).end)
        case .before(let point): return Period(from: .min, upTo: try period(point).start)
        case .after(let point): return Period(from: try period(point).end, upTo: .max)
        case .within(let length):
            return Period(from: calendar.today, through: calendar.today.adding(days: length.duration.days))
        }
    }

    private func period(_ point: DatePoint) throws -> Period {
        guard point.offsets.isEmpty else { throw OracleGap(what: "offset") }
        return try period(point.base)
    }

    private func period(_ span: DateSpan) throws -> Period {
        let today = calendar.today
        func months(_ year: Int, _ month: Int, _ count: Int) throws -> Period {
            guard let first = Day(year: year, month: month, day: 1) else { throw OracleGap(what: "month") }
            return Period(from: first, upTo: first.adding(months: count))
        }
        switch span.kind {
        case .day(let day): return Period(from: day, through: day)
        case .today: return Period(from: today, through: today)
        case .year(let year, isFiscal: false): return try months(year, 1, 12)
        case .month(let month, let year): return try months(year ?? today.year, month, 1)
        case .quarter(let quarter, let year, isFiscal: false):
            return try months(year ?? today.year, quarter * 3 - 2, 3)
        case .relative(let direction, let unit, isFiscal: false):
            let step = direction == .this ? 0 : (direction == .last ? -1 : 1)
            let (year, month) = (today.year, today.month)
            switch unit {
            case .year: return try months(year + step, 1, 12)
            case .quarter:
                let index = year * 4 + (month - 1) / 3 + step
                return try months(index / 4, index % 4 * 3 + 1, 3)
            case .month:
                let index = year * 12 + month - 1 + step
                return try months(index / 12, index % 12 + 1, 1)
            default: throw OracleGap(what: "unit")
            }
        case .relativeCount(.last, let count, .day):
            return Period(from: today.adding(days: 1 - count), through: today)
        case .relativeCount(.next, let count, .day):
            return Period(from: today.adding(days: 1), through: today.adding(days: count))
        default: throw OracleGap(what: "span")
        }
    }
}
