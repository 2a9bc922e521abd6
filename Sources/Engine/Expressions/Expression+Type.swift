// The table of types: what every node gives for what it takes. A binder asks it for headings and checks; evaluation
// relies on it, so that a plan that passes here cannot fail for its types.

import Values

extension Expression {
    /// The type of the expression's values over the columns of `table`; throws `typeMismatch` where the operands do
    /// not fit.
    public func valueType(in table: Table) throws(EngineError) -> ValueType {
        switch self {
        case .column(let index):
            guard table.columns.indices.contains(index) else { throw .typeMismatch("no column \(index)") }
            return table.columns[index].valueType
        case .constant(let cell, let type):
            switch (cell, type.representation) {
            case (.missing, _), (.integer, .integer), (.real, .real), (.text, .text): return type
            default: throw .typeMismatch("constant \(cell) as \(type.type)")
            }
        case .rowNumber: return .integer
        case .arithmetic(let operation, let left, let right):
            return try Expression.arithmeticType(
                operation, try left.valueType(in: table), try right.valueType(in: table))
        case .addMonths(let date, let months):
            try Expression.expect([.date], try date.valueType(in: table), "months added to")
            guard try months.valueType(in: table) == .integer else { throw .typeMismatch("a number of months") }
            return .date
        case .negate(let value):
            let type = try value.valueType(in: table)
            try Expression.expect([.number, .percent, .money, .duration], type, "the negative of")
            return type
        case .asReal(let value):
            let type = try value.valueType(in: table)
            try Expression.expect([.number, .percent, .money, .duration], type, "the real form of")
            return type.type == .percent ? .realPercent : .real
        case .compare(_, let left, let right):
            let a = try left.valueType(in: table)
            let b = try right.valueType(in: table)
            guard Expression.areComparable(a, b) else { throw .typeMismatch("\(a.type) compared with \(b.type)") }
            return .boolean
        case .and(let conditions), .or(let conditions):
            for condition in conditions { try condition.expectCondition(in: table) }
            return .boolean
        case .not(let condition):
            try condition.expectCondition(in: table)
            return .boolean
        case .isMissing(let value):
            _ = try value.valueType(in: table)
            return .boolean
        case .inCodes(let value, _):
            try Expression.expect([.category], try value.valueType(in: table), "codes of")
            return .boolean
        case .inRange(let value, _, _):
            let type = try value.valueType(in: table)
            guard type.representation == .integer else { throw .typeMismatch("a range of \(type.type)") }
            return .boolean
        case .inCells(let value, let cells):
            let type = try value.valueType(in: table)
            for cell in cells where !Expression.fits(cell, type) { throw .typeMismatch("\(cell) among \(type.type)") }
            return .boolean
        case .test(_, let value, _), .matches(let value, _):
            try Expression.expect([.text, .category], try value.valueType(in: table), "a text test of")
            return .boolean
        case .conditional(let condition, let first, let second):
            try condition.expectCondition(in: table)
            return try Expression.common(try first.valueType(in: table), try second.valueType(in: table))
        case .fallback(let first, let second):
            return try Expression.common(try first.valueType(in: table), try second.valueType(in: table))
        case .datePart(_, let date):
            try Expression.expect([.date], try date.valueType(in: table), "a date part of")
            return .integer
        case .startOfUnit(_, let date, _, _):
            try Expression.expect([.date], try date.valueType(in: table), "the start of a unit of")
            return .date
        case .day(let instant, _):
            try Expression.expect([.instant], try instant.valueType(in: table), "the day of")
            return .date
        case .round(let value, let digits):
            let type = try value.valueType(in: table)
            try Expression.expect([.number, .percent, .money, .duration], type, "round of")
            guard (-18...18).contains(digits) else { throw .typeMismatch("round to \(digits) digits") }
            return type
        case .lower(let text):
            try Expression.expect([.text, .category], try text.valueType(in: table), "lower of")
            return .text
        case .length(let text):
            try Expression.expect([.text, .category], try text.valueType(in: table), "length of")
            return .integer
        case .band(let value, let thresholds):
            let type = try value.valueType(in: table)
            for cell in thresholds where cell.text != nil || cell == .missing || !Expression.fits(cell, type) {
                throw .typeMismatch("threshold \(cell) for \(type.type)")
            }
            return .integer
        case .lookup(let category, let codes):
            try Expression.expect([.category], try category.valueType(in: table), "a lookup by")
            if !codes.fits { throw .typeMismatch("a value of another type in a lookup of \(codes.valueType.type)") }
            return codes.valueType
        }
    }

    private func expectCondition(in table: Table) throws(EngineError) {
        try Expression.expect([.boolean], try valueType(in: table), "a condition of")
    }

    private static func expect(_ types: [ColumnType], _ found: ValueType, _ what: String) throws(EngineError) {
        guard types.contains(found.type) else { throw .typeMismatch("\(what) \(found.type)") }
    }

    static func areComparable(_ a: ValueType, _ b: ValueType) -> Bool {
        let texts: [ColumnType] = [.text, .category]
        return a.type == b.type || texts.contains(a.type) && texts.contains(b.type)
    }

    static func fits(_ cell: Cell, _ type: ValueType) -> Bool {
        switch (cell, type.representation) {
        case (.missing, _), (.integer, .integer), (.integer, .real), (.real, .real), (.text, .text), (.text, .code):
            true
        default: false
        }
    }

    private static func common(_ a: ValueType, _ b: ValueType) throws(EngineError) -> ValueType {
        if a == b { return a == .category ? .text : a }
        if a.type == b.type { return ValueType(a.type, real: true) }
        if areComparable(a, b) { return .text }
        throw .typeMismatch("\(a.type) or \(b.type)")
    }

    /// What an operation gives; see `ArithmeticOperator`.
    static func arithmeticType(
        _ operation: ArithmeticOperator, _ a: ValueType, _ b: ValueType
    ) throws(EngineError) -> ValueType {
        let real = a.representation == .real || b.representation == .real
        switch (operation, a.type, b.type) {
        case (.add, .money, .money), (.subtract, .money, .money): return .money
        case (.add, .number, .number), (.subtract, .number, .number), (.multiply, .number, .number):
            return ValueType(.number, real: real)
        case (.add, .percent, .percent), (.subtract, .percent, .percent), (.multiply, .percent, .percent):
            return ValueType(.percent, real: real)
        case (.add, .duration, .duration), (.subtract, .duration, .duration): return .duration
        case (.add, .date, .duration), (.add, .duration, .date), (.subtract, .date, .duration): return .date
        case (.subtract, .date, .date): return .duration
        case (.multiply, .money, .number), (.multiply, .number, .money), (.multiply, .money, .percent),
            (.multiply, .percent, .money), (.divide, .money, .number), (.divide, .money, .percent):
            return .money
        case (.multiply, .duration, .number), (.multiply, .number, .duration), (.divide, .duration, .number),
            (.multiply, .duration, .percent), (.multiply, .percent, .duration):
            return .duration
        case (.multiply, .percent, .number), (.multiply, .number, .percent), (.divide, .percent, .number):
            return ValueType(.percent, real: real)
        case (.divide, .number, .number), (.divide, .money, .money), (.divide, .percent, .percent),
            (.divide, .duration, .duration), (.divide, .number, .percent):
            return .real
        default: throw .typeMismatch("\(a.type) \(operation.rawValue) \(b.type)")
        }
    }
}
