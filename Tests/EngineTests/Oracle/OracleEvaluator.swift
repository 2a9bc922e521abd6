// The slow, obvious evaluator: one row, one cell at a time, straight from the definitions. It shares no code with the
// engine beyond the expression enum, the types and the calendar.

import Engine
import Values

/// A table as rows of cells.
struct Oracle {
    let table: Table
    let columns: [[Cell]]
    /// For each column of categories the code of each name, by the name's bytes.
    private let codes: [[[UInt8]: Int]]

    init(_ table: Table) throws {
        self.table = table
        columns = try table.columns.map { column in try (0..<table.rowCount).map { try column.cell($0) } }
        codes = try table.columns.map { column in
            guard column.valueType.representation == .code else { return [:] }
            let names = try column.dictionary.names()
            return Dictionary(uniqueKeysWithValues: names.enumerated().map { (Array($0.element.utf8), $0.offset + 1) })
        }
    }

    /// The code of a name in a column of categories; 0 for what it does not hold.
    func code(_ cell: Cell, ofColumn index: Int) -> Int {
        guard case .text(let name) = cell else { return 0 }
        return codes[index][Array(name.utf8)] ?? 0
    }

    func type(_ expression: Expression) throws -> ValueType { try expression.valueType(in: table) }

    func holds(_ expression: Expression, _ row: Int) throws -> Bool { try value(expression, row) == .integer(1) }

    func value(_ expression: Expression, _ row: Int) throws -> Cell {
        switch expression {
        case .column(let index): return columns[index][row]
        case .constant(let cell, _):
            if case .real(let value) = cell, value.isNaN { return .missing }
            return cell
        case .rowNumber: return .integer(Int64(row))
        case .arithmetic(let operation, let a, let b):
            return try arithmetic(operation, a, b, try value(a, row), try value(b, row))
        case .addMonths(let date, let months):
            guard case .integer(let day) = try value(date, row), case .integer(let count) = try value(months, row)
            else {
                return .missing
            }
            return .integer(Int64(Day(clamping: Int(day)).adding(months: Int(count)).number))
        case .negate(let a):
            switch try value(a, row) {
            case .integer(let value): return try narrow(-Int128(value))
            case .real(let value): return Cell(-value)
            default: return .missing
            }
        case .asReal(let a): return try real(a, row).map(Cell.init) ?? .missing
        case .compare(let comparison, let a, let b): return try compare(comparison, a, b, row)
        case .and(let parts):
            for part in parts where try !holds(part, row) { return .integer(0) }
            return .integer(1)
        case .or(let parts):
            for part in parts where try holds(part, row) { return .integer(1) }
            return .integer(0)
        case .not(let part): return .integer(try holds(part, row) ? 0 : 1)
        case .isMissing(let a): return .integer(try value(a, row) == .missing ? 1 : 0)
        case .inCodes(let a, let codes):
            guard case .column(let index) = a, case .text = try value(a, row) else { return .integer(0) }
            return .integer(codes.contains(UInt32(code(try value(a, row), ofColumn: index))) ? 1 : 0)
        case .inRange(let a, let lower, let upper):
            guard case .integer(let value) = try value(a, row) else { return .integer(0) }
            return .integer(value >= lower && value < upper ? 1 : 0)
        case .inCells(let a, let cells):
            let own = try value(a, row)
            let found = cells.contains { cell in
                switch (own, cell) {
                case (.missing, _), (_, .missing): return false
                case (.text(let x), .text(let y)): return x.lowercased() == y.lowercased()
                case (.integer(let x), .integer(let y)): return x == y
                case (.real(let x), .real(let y)): return x == y
                case (.real(let x), .integer(let y)): return x == Double(y)
                default: return false
                }
            }
            return .integer(found ? 1 : 0)
        case .test(let test, let a, let needle):
            guard case .text(let text) = try value(a, row) else { return .integer(0) }
            let hay = Array(text.lowercased().utf8)
            let sought = Array(needle.lowercased().utf8)
            let found =
                switch test {
                case .startsWith: hay.starts(with: sought)
                case .endsWith: hay.suffix(sought.count).elementsEqual(sought)
                case .contains:
                    hay.count >= sought.count
                        && (0...(hay.count - sought.count)).contains { hay[$0...].starts(with: sought) }
                }
            return .integer(found ? 1 : 0)
        case .matches(let a, let pattern):
            guard case .text(let text) = try value(a, row) else { return .integer(0) }
            return .integer(pattern.finds(in: text) ? 1 : 0)
        case .conditional(let test, let a, let b):
            let chosen = try holds(test, row) ? a : b
            return try converted(try value(chosen, row), from: chosen, to: expression)
        case .fallback(let a, let b):
            let first = try value(a, row)
            return first == .missing
                ? try converted(try value(b, row), from: b, to: expression)
                : try converted(first, from: a, to: expression)
        case .datePart(let part, let a):
            guard case .integer(let number) = try value(a, row) else { return .missing }
            return .integer(datePart(part, Day(clamping: Int(number))))
        case .startOfUnit(let unit, let a, let fiscal, let calendar):
            guard case .integer(let number) = try value(a, row) else { return .missing }
            let start = calendar.start(of: unit, containing: Day(clamping: Int(number)), fiscal: fiscal)
            return .integer(Int64(start.number))
        case .day(let a, let offset):
            guard case .integer(let seconds) = try value(a, row) else { return .missing }
            let days = (Double(seconds) + Double(offset)) / 86_400
            return .integer(Int64(min(max(days.rounded(.down), -719_162), 2_932_896)))
        case .round(let a, let digits): return try rounded(a, digits, try value(a, row))
        case .lower(let a):
            guard case .text(let text) = try value(a, row) else { return .missing }
            return .text(text.lowercased())
        case .length(let a):
            guard case .text(let text) = try value(a, row) else { return .missing }
            return .integer(Int64(text.count))
        case .band(let a, let thresholds):
            switch try value(a, row) {
            case .integer(let value):
                return .integer(Int64(thresholds.filter { ($0.integer ?? .max) <= value }.count))
            case .real(let value):
                return .integer(Int64(thresholds.filter { ($0.real ?? Double($0.integer ?? 0)) <= value }.count))
            default: return .missing
            }
        case .lookup(let a, let codes):
            guard case .column(let index) = a else { return .missing }
            let code = code(try value(a, row), ofColumn: index)
            let found = code < codes.cells.count ? codes.cells[code] : .missing
            if codes.valueType.representation == .real, case .integer(let value) = found { return .real(Double(value)) }
            return found
        }
    }

    private func narrow(_ value: Int128) throws -> Cell {
        guard let result = Int64(exactly: value) else { throw EngineError.overflow(operation: "oracle") }
        return .integer(result)
    }

    /// Round to nearest, halves away from zero.
    private func divide(_ a: Int128, _ b: Int128) -> Int128 {
        let negative = (a < 0) != (b < 0)
        let (x, y) = (a.magnitude, b.magnitude)
        let quotient = Int128((x * 2 + y) / (y * 2))
        return negative ? -quotient : quotient
    }

    private func real(_ expression: Expression, _ row: Int) throws -> Double? {
        switch try value(expression, row) {
        case .integer(let value): return Double(value) / (try type(expression).type == .percent ? 1_000_000 : 1)
        case .real(let value): return value
        default: return nil
        }
    }

    private func converted(_ cell: Cell, from: Expression, to: Expression) throws -> Cell {
        let (a, b) = (try type(from), try type(to))
        if a.representation == .integer, b.representation == .real, case .integer(let value) = cell {
            return .real(Double(value) / (a.type == .percent ? 1_000_000 : 1))
        }
        return cell
    }

    private func asDouble(_ cell: Cell, _ type: ValueType) -> Double? {
        switch cell {
        case .integer(let value): Double(value) / (type.type == .percent ? 1_000_000 : 1)
        case .real(let value): value
        default: nil
        }
    }

    private func arithmetic(
        _ operation: ArithmeticOperator, _ a: Expression, _ b: Expression, _ x: Cell, _ y: Cell
    ) throws -> Cell {
        let (s, t) = (try type(a), try type(b))
        let result = try type(.arithmetic(operation, a, b))
        if x == .missing || y == .missing { return .missing }
        if result.representation == .real || s.representation == .real || t.representation == .real {
            guard let p = asDouble(x, s), let q = asDouble(y, t) else { return .missing }
            let value: Double
            switch operation {
            case .add: value = p + q
            case .subtract: value = p - q
            case .multiply: value = p * q
            case .divide:
                if q == 0 { return .missing }
                value = p / q
            }
            if result.representation == .real { return Cell(value) }
            if value.isNaN { return .missing }
            let whole = value.rounded(.toNearestOrAwayFromZero)
            guard whole >= -0x1p63, whole < 0x1p63 else { throw EngineError.overflow(operation: "oracle") }
            return .integer(Int64(whole))
        }
        guard case .integer(let p) = x, case .integer(let q) = y else { return .missing }
        let (u, v) = (Int128(p), Int128(q))
        if result == .date {
            let sum = operation == .add ? u + v : u - v
            return .integer(Int64(min(max(sum, -719_162), 2_932_896)))
        }
        switch operation {
        case .add: return try narrow(u + v)
        case .subtract: return try narrow(u - v)
        case .multiply:
            let scaled = [s.type, t.type].contains(.percent) && s.type != .number && t.type != .number
            return try narrow(scaled ? divide(u * v, 1_000_000) : u * v)
        case .divide:
            if v == 0 { return .missing }
            return try narrow(divide(t.type == .percent ? u * 1_000_000 : u, v))
        }
    }

    private func compare(_ comparison: Comparison, _ a: Expression, _ b: Expression, _ row: Int) throws -> Cell {
        let (x, y) = (try value(a, row), try value(b, row))
        if x == .missing || y == .missing { return .integer(comparison == .notEqual ? 1 : 0) }
        let order: Int
        if case .text(let left) = x, case .text(let right) = y {
            let (l, r) = (Array(left.lowercased().utf8), Array(right.lowercased().utf8))
            order = l == r ? 0 : l.lexicographicallyPrecedes(r) ? -1 : 1
        } else if case .integer(let left) = x, case .integer(let right) = y,
            try type(a).representation == .integer, try type(b).representation == .integer
        {
            order = left < right ? -1 : left > right ? 1 : 0
        } else if let left = asDouble(x, try type(a)), let right = asDouble(y, try type(b)) {
            order = left < right ? -1 : left > right ? 1 : 0
        } else {
            return .integer(0)
        }
        let holds =
            switch comparison {
            case .equal: order == 0
            case .notEqual: order != 0
            case .less: order < 0
            case .lessOrEqual: order <= 0
            case .greater: order > 0
            case .greaterOrEqual: order >= 0
            }
        return .integer(holds ? 1 : 0)
    }

    private func datePart(_ part: DatePart, _ day: Day) -> Int64 {
        switch part {
        case .year: return Int64(day.year)
        case .month: return Int64(day.month)
        case .dayOfMonth: return Int64(day.dayOfMonth)
        case .quarter: return [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][day.month - 1]
        case .weekday: return Int64(day.weekday.rawValue)
        case .week:
            // The Thursday of the week, found by walking; its ordinal in its year gives the week.
            var thursday = Int(day.number)
            while ((thursday + 3) % 7 + 7) % 7 != 3 { thursday += ((thursday + 3) % 7 + 7) % 7 < 3 ? 1 : -1 }
            var first = thursday
            let year = Day(clamping: thursday).year
            while let before = Day(number: first - 1), before.year == year { first -= 1 }
            return Int64((thursday - first) / 7 + 1)
        case .fiscalYear(let first):
            return Int64(first > 1 && day.month >= first ? day.year + 1 : day.year)
        case .fiscalQuarter(let first):
            var month = first
            var count = 0
            while month != day.month {
                month = month % 12 + 1
                count += 1
            }
            return Int64(count / 3 + 1)
        }
    }

    private func rounded(_ a: Expression, _ digits: Int, _ cell: Cell) throws -> Cell {
        let type = try type(a)
        switch cell {
        case .integer(let value):
            let held = type.type == .money ? 2 : type.type == .percent ? 4 : 0
            var unit: Int128 = 1
            for _ in 0..<min(18, max(0, held - digits)) { unit *= 10 }
            return try narrow(divide(Int128(value), unit) * unit)
        case .real(let value):
            let places = type.type == .percent ? digits + 2 : digits
            var power = 1.0
            for _ in 0..<min(18, abs(places)) { power *= 10 }
            if places < 0 { return Cell((value / power).rounded(.toNearestOrAwayFromZero) * power) }
            let scaled = value * power
            return abs(scaled) < 0x1p52 ? Cell(scaled.rounded(.toNearestOrAwayFromZero) / power) : cell
        default: return .missing
        }
    }
}
