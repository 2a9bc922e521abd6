// The way from a number of a report to its deals. Apart from the reports, which only say which deals they counted, and
// from the language, whose words Query makes of it.

public import Values

/// Which deals stand behind a number.
public struct DrillDown: Hashable, Sendable {
    /// The deals.
    public enum Deals: Hashable, Sendable {
        /// Those that satisfy a condition of the query language; all of them when it is empty.
        case condition(String)
        /// These rows of the deals table: what happened to them no condition says.
        case rows([Int])
    }

    /// The deals.
    public var deals: Deals
    /// Whether only deals of the report's selection are meant; else all of the book.
    public var isOfSelection: Bool
    /// The day whose book holds them, where that is not the report's own.
    public var day: Day?

    /// Deals of the selection that satisfy a condition.
    public init(_ condition: String, on day: Day? = nil) {
        deals = .condition(condition)
        isOfSelection = true
        self.day = day
    }

    /// These rows of the deals table.
    public init(rows: [Int], on day: Day? = nil) {
        deals = .rows(rows)
        isOfSelection = false
        self.day = day
    }

    /// The same on the book of a day, where it is not on that of another already.
    func asOf(_ day: Day?) -> DrillDown {
        var then = self
        then.day = self.day ?? day
        return then
    }

    /// The same with a further condition on the deals, which stands first.
    func narrowed(by group: String) -> DrillDown {
        guard !group.isEmpty, case .condition(let condition) = deals else { return self }
        var narrowed = self
        narrowed.deals = .condition(condition.isEmpty ? group : group + " and " + condition)
        return narrowed
    }
}
