// Random tables and expressions from a printed seed.

import Engine
import Values

/// SplitMix64: the same seed gives the same tests everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}

/// Tables with one or two columns of every type.
struct RandomTables {
    var random: SeededRandom
    /// Whether extreme integers occur, so that arithmetic overflows.
    var isWild = false
    /// Whether huge and infinite reals occur; sums of them depend on the method, so only where nothing is summed.
    var hasWildReals = false

    static let types: [ValueType] = [
        .text, .category, .integer, .real, .money, .percent, .realPercent, .date, .duration, .boolean, .instant,
        .category, .money,
    ]
    static let words = [
        "Acme", "acme", "ACME corp", "Ärger", "ärger", "", "Zoë", "demo", "Demo Scheduled", "K\u{212A}", "İstanbul",
        "straße",
        "x", "xx", "xyz", "Negotiation", "ALPHA-9", "a b c", "日本", "é", "Closed Won",
    ]

    mutating func table(rowCount: Int) throws -> Table {
        let columns = try RandomTables.types.enumerated().map { index, type in
            try column("c\(index)", type, rowCount: rowCount)
        }
        var table = try Table(columns)
        if random.chance(40), rowCount > 0 {
            for _ in 0..<random.below(min(rowCount, 200)) { table.delete(row: random.below(rowCount)) }
        }
        return table
    }

    mutating func column(_ name: String, _ type: ValueType, rowCount: Int) throws -> Column {
        let missing = random.pick([0, 0, 5, 50, 100])
        let spread = random.pick([1, 3, 100, 5_000, 70_000, 10_000_000])
        // Some columns hold whole hundreds, with few exceptions or none.
        let isStepped = [.integer, .money, .duration].contains(type) && random.chance(30)
        let exception = random.pick([0, 0, max(1, rowCount / 2)])
        var builder = ColumnBuilder(name: name, valueType: type)
        for _ in 0..<rowCount {
            if random.chance(missing) {
                builder.appendMissing()
                continue
            }
            var cell = cell(type, spread)
            if isStepped, let value = cell.integer, exception == 0 || random.below(exception) != 0 {
                cell = .integer(value / 100 * 100)
            }
            try builder.append(cell)
        }
        return try builder.finish()
    }

    mutating func cell(_ type: ValueType, _ spread: Int = 100) -> Cell {
        switch type.representation {
        case .text, .code:
            let word = random.pick(RandomTables.words)
            return .text(spread > 1_000 ? word + String(random.below(spread)) : word)
        case .real:
            if hasWildReals, random.chance(3) { return .real(random.pick([1e300, -1e300, 1e-300, .infinity, 0])) }
            return Cell(Double(random.below(spread * 8) - spread * 4) / 4)
        case .integer:
            switch type.type {
            case .boolean: return .integer(Int64(random.below(2)))
            case .date:
                if isWild, random.chance(2) { return .integer(random.pick([-719_162, 2_932_896])) }
                return .integer(Int64(20_000 + random.below(min(spread, 20_000))))
            default:
                if isWild, random.chance(2) {
                    return .integer(random.pick([.min, .max, .min + 1, .max - 1, 1 << 40, -1 << 33, 1 << 62]))
                }
                return .integer(Int64(random.below(spread * 2) - spread))
            }
        }
    }

    // MARK: Expressions

    mutating func columns(_ type: ValueType) -> [Expression] {
        RandomTables.types.indices.filter { RandomTables.types[$0] == type }.map { .column($0) }
    }

    mutating func anyExpression(_ depth: Int) -> Expression {
        expression(random.pick(RandomTables.types), depth)
    }

    mutating func numeric(_ depth: Int) -> Expression {
        expression(random.pick([.integer, .real, .money, .percent, .realPercent, .duration]), depth)
    }

    mutating func expression(_ type: ValueType, _ depth: Int) -> Expression {
        if type == .category { return random.pick(columns(.category)) }
        if depth <= 0 || random.chance(25) {
            if random.chance(75) { return random.pick(columns(type)) }
            if random.chance(5) { return .constant(.missing, type) }
            return .constant(cell(type, random.pick([1, 3, 100, 5_000])), type)
        }
        let next = depth - 1
        if type != .boolean, random.chance(15) {
            return .conditional(condition(next), then: expression(type, next), else: expression(type, next))
        }
        if random.chance(10) { return .fallback(expression(type, next), expression(type, next)) }
        if type != .text, type != .boolean, random.chance(6) {
            return .lookup(
                expression(.category, 0),
                CodeTable(type, cells: (0..<random.below(30)).map { _ in random.chance(20) ? .missing : cell(type) }))
        }
        let plusMinus = random.pick([ArithmeticOperator.add, .subtract])
        switch type {
        case .text: return random.chance(50) ? .lower(expression(.text, next)) : .lower(expression(.category, next))
        case .boolean: return condition(next)
        case .integer:
            switch random.below(9) {
            case 0: return .rowNumber
            case 1: return .length(expression(random.pick([.text, .category]), next))
            case 2:
                let part = random.pick([
                    DatePart.year, .quarter, .month, .week, .weekday, .dayOfMonth, .fiscalYear(firstMonth: 2),
                    .fiscalQuarter(firstMonth: 10),
                ])
                return .datePart(part, expression(.date, next))
            case 3: return .negate(expression(.integer, next))
            case 4: return .round(expression(.integer, next), digits: random.below(6) - 3)
            case 5:
                let subject = random.pick([ValueType.integer, .money, .real])
                return .band(expression(subject, next), [cell(subject), cell(subject), cell(subject)].sorted())
            default:
                let operation = random.pick([ArithmeticOperator.add, .subtract, .multiply])
                return .arithmetic(operation, expression(.integer, next), expression(.integer, next))
            }
        case .real:
            switch random.below(6) {
            case 0: return .arithmetic(.divide, expression(.integer, next), expression(.integer, next))
            case 1: return .arithmetic(.divide, expression(.money, next), expression(.money, next))
            case 2: return .asReal(expression(random.pick([.integer, .money, .duration]), next))
            case 3: return .round(expression(.real, next), digits: random.below(8) - 3)
            case 4: return .negate(expression(.real, next))
            default:
                let operation = random.pick([ArithmeticOperator.add, .subtract, .multiply, .divide])
                return .arithmetic(
                    operation, expression(.real, next), expression(random.pick([.real, .integer]), next))
            }
        case .money:
            switch random.below(5) {
            case 0: return .arithmetic(plusMinus, expression(.money, next), expression(.money, next))
            case 1:
                let factor = expression(random.pick([.percent, .integer, .real, .realPercent]), next)
                return .arithmetic(.multiply, expression(.money, next), factor)
            case 2:
                return .arithmetic(
                    .divide, expression(.money, next), expression(random.pick([.integer, .percent, .real]), next))
            case 3: return .round(expression(.money, next), digits: random.below(6) - 2)
            default: return .negate(expression(.money, next))
            }
        case .percent:
            return .arithmetic(
                random.pick([.add, .subtract, .multiply]), expression(.percent, next), expression(.percent, next))
        case .realPercent:
            return .arithmetic(
                random.pick([.add, .subtract, .multiply]), expression(.percent, next), expression(.realPercent, next))
        case .duration:
            return random.chance(50)
                ? .arithmetic(.subtract, expression(.date, next), expression(.date, next))
                : .arithmetic(plusMinus, expression(.duration, next), expression(.duration, next))
        case .date:
            switch random.below(4) {
            case 0: return .arithmetic(plusMinus, expression(.date, next), expression(.duration, next))
            case 1:
                let calendar = Calendar(
                    today: .min, weekStart: random.pick([.monday, .sunday]), fiscalYearStartMonth: 1 + random.below(12))
                return .startOfUnit(
                    random.pick(CalendarUnit.allCases), expression(.date, next), fiscal: random.chance(50), calendar)
            case 2: return .day(expression(.instant, 0), offsetSeconds: Int64(random.below(100_000) - 50_000))
            default:
                return .addMonths(expression(.date, next), .constant(.integer(Int64(random.below(60) - 30)), .integer))
            }
        default: return random.pick(columns(type))
        }
    }

    mutating func condition(_ depth: Int) -> Expression {
        let next = depth - 1
        if depth > 0, random.chance(35) {
            switch random.below(3) {
            case 0: return .and((0..<random.below(4)).map { _ in condition(next) })
            case 1: return .or((0..<random.below(4)).map { _ in condition(next) })
            default: return .not(condition(next))
            }
        }
        let comparison = random.pick([Comparison.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual])
        switch random.below(10) {
        case 0: return .isMissing(anyExpression(next))
        case 1:
            return .inCodes(
                expression(.category, 0), CodeSet((0..<random.below(6)).map { _ in UInt32(1 + random.below(9)) }))
        case 2:
            let type = random.pick([ValueType.money, .date, .integer])
            let bounds = [cell(type, 5_000), cell(type, 5_000)].compactMap(\.integer).sorted()
            return .inRange(expression(type, next), lower: bounds[0], upper: bounds[1])
        case 3:
            let type = random.pick([ValueType.text, .category, .integer, .real])
            return .inCells(expression(type, next), (0..<random.below(12)).map { _ in cell(type, 3) })
        case 4, 5:
            let needle = String(random.pick(RandomTables.words).prefix(1 + random.below(3)))
            return .test(
                random.pick([.contains, .startsWith, .endsWith]), expression(random.pick([.text, .category]), next),
                needle)
        case 6: return random.pick(columns(.boolean))
        case 7:
            let type = random.pick([ValueType.text, .category])
            return .compare(comparison, expression(type, next), .constant(cell(.text), .text))
        default:
            let type = random.pick([ValueType.integer, .real, .money, .percent, .date, .duration, .text, .instant])
            return .compare(comparison, expression(type, next), expression(type, random.chance(60) ? 0 : next))
        }
    }
}
