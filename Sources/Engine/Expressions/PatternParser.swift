// Reads the text of a pattern. Each function carries its production; errors point at the byte where the trouble is.

import Values

struct PatternParser {
    private static let countMax = 1_000

    private var scalars: [(scalar: Unicode.Scalar, offset: Int)] = []
    private let end: Int
    private var place = 0
    private var depth = 0

    init(_ text: String) {
        var offset = 0
        for scalar in text.unicodeScalars {
            scalars.append((scalar, offset))
            offset += UTF8.width(scalar)
        }
        end = offset
    }

    // pattern = choice
    mutating func parse() throws(EngineError) -> PatternTree {
        let tree = try choice()
        if let next = peek() { throw failure(next == ")" ? "a ) without its (" : "an unexpected \(next)") }
        return tree
    }

    // choice = sequence { "|" sequence }
    private mutating func choice() throws(EngineError) -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Limits.nestingDepthMax else { throw failure("brackets nested too deeply") }
        var branches = [try sequence()]
        while peek() == "|" {
            place += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    // sequence = { repeated }
    private mutating func sequence() throws(EngineError) -> PatternTree {
        var parts: [PatternTree] = []
        while let next = peek(), next != "|", next != ")" { parts.append(try repeated()) }
        return parts.count == 1 ? parts[0] : (parts.isEmpty ? .empty : .sequence(parts))
    }

    // repeated = one { "*" | "+" | "?" | "{" count [ "," [ count ] ] "}" }
    private mutating func repeated() throws(EngineError) -> PatternTree {
        var tree = try one()
        var repetitions = 0
        while let next = peek() {
            switch next {
            case "*": tree = .repeated(tree, least: 0, most: nil)
            case "+": tree = .repeated(tree, least: 1, most: nil)
            case "?": tree = .repeated(tree, least: 0, most: 1)
            case "{":
                let (least, most) = try counts()
                tree = .repeated(tree, least: least, most: most)
            default: return tree
            }
            repetitions += 1
            guard repetitions <= 8 else { throw failure("too many repetitions of one place") }
            place += 1
        }
        return tree
    }

    /// Leaves `place` at the closing brace.
    private mutating func counts() throws(EngineError) -> (Int, Int?) {
        place += 1
        let least = try count()
        var most: Int? = least
        if peek() == "," {
            place += 1
            most = peek() == "}" ? nil : try count()
        }
        guard peek() == "}" else { throw failure("a count of repetitions without its }") }
        if let most, most < least { throw failure("a count of repetitions that ends below its start") }
        return (least, most)
    }

    private mutating func count() throws(EngineError) -> Int {
        var value: Int?
        while let next = peek(), (48...57).contains(next.value) {
            value = (value ?? 0) * 10 + Int(next.value - 48)
            guard value ?? 0 <= PatternParser.countMax else { throw failure("more than 1,000 repetitions") }
            place += 1
        }
        guard let value else { throw failure("a { without a count; \\{ stands for itself") }
        return value
    }

    // one = "(" choice ")" | "[" set "]" | "." | "^" | "$" | "\" escape | literal
    private mutating func one() throws(EngineError) -> PatternTree {
        guard let next = peek() else { throw failure("an unfinished pattern") }
        switch next {
        case "(":
            let opening = place
            place += 1
            let tree = try choice()
            guard peek() == ")" else {
                place = opening
                throw failure("a ( without its )")
            }
            place += 1
            return tree
        case "[": return .one(try set())
        case "*", "+", "?", "{": throw failure("a \(next) with nothing to repeat; \\\(next) stands for itself")
        default: break
        }
        place += 1
        switch next {
        case ".": return .one(.anything)
        case "^": return .start
        case "$": return .end
        case "\\": return .one(try escape())
        default: return .one(.literal(next))
        }
    }

    /// After the backslash.
    private mutating func escape() throws(EngineError) -> ScalarSet {
        guard let next = peek() else {
            place -= 1
            throw failure("a \\ with nothing after it")
        }
        place += 1
        switch next {
        case "d": return .kind(.digit)
        case "D": return .kind(.notDigit)
        case "w": return .kind(.word)
        case "W": return .kind(.notWord)
        case "s": return .kind(.space)
        case "S": return .kind(.notSpace)
        case "t": return .literal("\t")
        case "n": return .literal("\n")
        case "r": return .literal("\r")
        default:
            if next.isASCII, next.properties.isAlphabetic || (48...57).contains(next.value) {
                place -= 2
                throw failure("an unknown \\\(next)")
            }
            return .literal(next)
        }
    }

    // set = [ "^" ] { item [ "-" item ] }
    private mutating func set() throws(EngineError) -> ScalarSet {
        let opening = place
        place += 1
        var set = ScalarSet()
        if peek() == "^" {
            set.isNegated = true
            place += 1
        }
        var isFirst = true
        while let next = peek(), next != "]" || isFirst {
            isFirst = false
            let start = place
            let low = try setItem()
            guard peek() == "-", place + 1 < scalars.count, scalars[place + 1].scalar != "]" else {
                set.ranges += low.ranges
                set.kinds += low.kinds
                continue
            }
            place += 1
            let high = try setItem()
            guard let first = low.ranges.first?.lowerBound, let last = high.ranges.first?.lowerBound, first <= last
            else {
                place = start
                throw failure("a range that ends before it starts")
            }
            set.ranges.append(first...last)
        }
        guard peek() == "]" else {
            place = opening
            throw failure("a [ without its ]")
        }
        place += 1
        return set
    }

    private mutating func setItem() throws(EngineError) -> ScalarSet {
        guard let next = peek() else { throw failure("an unfinished [ ]") }
        place += 1
        return next == "\\" ? try escape() : .literal(next)
    }

    private func peek() -> Unicode.Scalar? { place < scalars.count ? scalars[place].scalar : nil }

    private func failure(_ reason: String) -> EngineError {
        .badPattern(offset: place >= 0 && place < scalars.count ? scalars[place].offset : end, reason: reason)
    }
}
