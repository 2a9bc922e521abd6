// Syntax trees back to text, in one canonical form: printing a tree and parsing it again gives an equal tree. Used
// for what is stored as statements (`let`, scenarios, the log) and for hints.

import Values

/// Writes syntax trees as text.
struct Printer {
    /// Strengths of the operators, weakest first: what an operand must bind at least as strongly as, or stand in
    /// parentheses.
    enum Strength: Int, Comparable {
        case conditional, or, and, not, comparison, sum, product, minus, primary

        static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
    }

    func name(_ name: Name) -> String {
        switch name.style {
        case .bare: return name.text
        case .quoted: return quoted(name.text)
        case .backtick: return backticked(name.text)
        }
    }

    func names(_ names: [Name]) -> String { names.map(name).joined(separator: ", ") }

    func identifier(_ identifier: Identifier) -> String {
        identifier.isBackticked ? backticked(identifier.text) : identifier.text
    }

    func path(_ path: Path) -> String { path.parts.map(identifier).joined(separator: ".") }

    func text(_ literal: TextLiteral) -> String { quoted(literal.text) }

    /// Every double quote inside, plain or curly, is doubled.
    func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            out.unicodeScalars.append(scalar)
            if scalar == "\"" || (0x201C...0x201F).contains(scalar.value) { out.unicodeScalars.append(scalar) }
        }
        return out + "\""
    }

    private func backticked(_ text: String) -> String {
        "`" + text.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }

    /// Digits ÷ 10^scale.
    func decimal(_ digits: Int64, scale: Int) -> String {
        var whole = String(digits)
        guard scale > 0 else { return whole }
        if whole.utf8.count <= scale { whole = String(repeating: "0", count: scale + 1 - whole.utf8.count) + whole }
        let split = whole.index(whole.endIndex, offsetBy: -scale)
        return whole[..<split] + "." + whole[split...]
    }

    func literal(_ literal: Literal) -> String {
        switch literal {
        case .number(let number): return decimal(number.digits, scale: number.scale)
        case .money(let money): return self.money(money)
        case .percent(let percent): return self.percent(percent)
        case .duration(let duration): return self.duration(duration)
        case .text(let text): return self.text(text)
        case .day(let day): return day.day.description
        case .yesNo(let yesNo): return yesNo.isYes ? "yes" : "no"
        case .missing: return "missing"
        }
    }

    /// With the largest suffix that leaves a whole number: `$10k`, `$1.50`.
    private func money(_ money: MoneyLiteral) -> String {
        let mark: String
        switch money.currency {
        case .sign(let sign): mark = sign
        case .code(let currency): mark = currency.code + " "
        }
        guard money.cents % 100 == 0 else { return mark + Money(cents: money.cents).plain }
        let whole = money.cents / 100
        for (suffix, factor) in [("bn", 1_000_000_000), ("m", 1_000_000), ("k", 1_000)] as [(String, Int64)]
        where whole != 0 && whole % factor == 0 {
            return mark + String(whole / factor) + suffix
        }
        return mark + String(whole)
    }

    func percent(_ literal: PercentLiteral) -> String {
        var digits = literal.percent.millionths
        var scale = 4
        while scale > 0, digits % 10 == 0 {
            digits /= 10
            scale -= 1
        }
        return decimal(digits, scale: scale) + "%"
    }

    func duration(_ literal: DurationLiteral) -> String {
        switch literal.unit {
        case .day: return "\(literal.count)d"
        case .week: return "\(literal.count)w"
        case .month: return "\(literal.count)mo"
        case .quarter: return "\(literal.count)q"
        case .half: return "\(literal.count) halves"
        case .year: return "\(literal.count)y"
        }
    }
}

extension Statement {
    /// The statement in its canonical form, on one line.
    public var text: String { Printer().statement(self) }
}

extension Query {
    /// The query in its canonical form, on one line.
    public var text: String { Printer().query(self) }
}

extension Step {
    /// The step in its canonical form, without its `|`.
    public var text: String { Printer().step(self) }
}

extension Clause {
    /// The clause in its canonical form.
    public var text: String { Printer().clause(self) }
}

extension Expression {
    /// The expression in its canonical form.
    public var text: String { Printer().expression(self) }
}

extension PeriodExpression {
    /// The period in its canonical form.
    public var text: String { Printer().period(self) }
}
