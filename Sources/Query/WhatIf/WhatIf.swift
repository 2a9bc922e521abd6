// What is assumed at the moment: a stack of assumptions, each with the book and the levers as they are after it. A book is
// a value that shares its chunks with the base book until something of it is changed, so that opening a what-if costs
// nothing, keeping every state costs what each assumption touched, and `forget last` is going back by one.
//
//   base book ── win 3 deals ──> book 1 ── win rate = 60% ──> book 1 ── slip 30d ──> book 2
//   levers  {}                  {}                     {win rate}                {win rate, slip}

public import Pipeline
import Values

/// Assumptions and what they make of the book.
public struct WhatIf: Sendable {
    /// One assumption.
    public struct Assumption: Sendable {
        /// As it stands behind `what if`, in canonical text.
        public var text: String
        /// What it did, in words.
        public var lines: [String]
        /// The change; `nil` for a lever.
        var change: Change?
        /// The book after it.
        var book: Book
        /// The levers after it.
        var levers: ForecastLevers
        /// The lever that it added; `nil` for a change.
        var lever: ForecastLevers.Lever?
        /// Whether it is a fact that can be kept.
        var isChange: Bool { change != nil }
    }

    /// The book as it is.
    let base: Book
    /// In the order typed.
    public private(set) var assumptions: [Assumption] = []

    /// Nothing assumed yet.
    init(_ base: Book) {
        self.base = base
    }

    /// The book under all assumptions.
    public var book: Book { assumptions.last?.book ?? base }
    /// The levers under all assumptions.
    var levers: ForecastLevers { assumptions.last?.levers ?? .none }
    /// What forecasts are made with.
    var ground: ForecastGround { ForecastGround(base, levers: levers) }

    /// Adds an assumption.
    mutating func assume(_ assumption: Assumption) { assumptions.append(assumption) }

    /// Takes the latest assumption away; says which.
    mutating func forgetLast() -> Assumption? { assumptions.popLast() }

    /// The same assumptions where definitions or settings of the base book have changed: these are no part of a what-if.
    func following(_ base: Book) -> WhatIf {
        var copy = WhatIf(base)
        for var assumption in assumptions {
            assumption.book.settings = base.settings
            assumption.book.lets = base.lets
            assumption.book.scenarios = base.scenarios
            copy.assume(assumption)
        }
        return copy
    }

    /// The levers alone, on a base book that has all changes in it already.
    func levers(on base: Book) -> WhatIf? {
        var copy = WhatIf(base)
        var levers = ForecastLevers.none
        for var assumption in assumptions {
            guard let lever = assumption.lever else { continue }
            levers.levers.append(lever)
            assumption.book = base
            assumption.levers = levers
            copy.assume(assumption)
        }
        return copy.assumptions.isEmpty ? nil : copy
    }
}
