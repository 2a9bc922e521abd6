// What a change of deals did, in a line that says how many, how much, and from where to where: the answer to the statement,
// the effect that the log keeps, and the question before a large change.

import Engine
import Language
import Pipeline
import Values

/// What a change did, in words.
enum ChangeWords {
    /// `moved 12 deals, $340,000, from Demo (8) and Proposal (4) to Negotiation`; then what became of each field, where
    /// several were set.
    static func lines(_ made: DealChange, _ written: ChangePlan, settings: BookSettings) -> [String] {
        let deals = Words.count(made.rows.count, "deal") + ", " + money(made.value, settings)
        let words = FieldWords(currency: settings.currency, areSummed: true)
        var line: String
        var more: [String] = []
        switch written.kind {
        case .set:
            line = "set " + Words.list(written.fields.map(\.name)) + " of "
            more = words.lines(made.fields, written.fields, of: made.rows.count, "deal")
            if written.fields.count == 1, !more.isEmpty {
                let isAmount = made.fields[0].valueType.type == .money
                line += (isAmount ? Words.count(made.rows.count, "deal") : deals + ",") + " " + more.removeFirst()
            } else {
                line += deals + ownAmount(written)
            }
        case .move: line = "moved " + deals + ", " + stages(made)
        case .advance: line = "advanced " + deals + ", " + stages(made)
        case .win: line = "won " + deals + (made.leftStages.isEmpty ? "" : ", " + from(made))
        case .lose: line = "lost " + deals + (made.leftStages.isEmpty ? "" : ", " + from(made))
        case .reopen: line = "reopened " + deals + ", " + stages(made)
        case .slip(let duration, let isNegative):
            line = "moved the close date of " + deals + ", by \(isNegative ? "-" : "")\(length(duration.duration))"
            if let close = made.fields.first, close.old.counts.count == 1 {
                line += ", " + words.passage(close, "close")
            }
        case .delete: line = "deleted " + deals
        }
        if written.isDated { line += " on \(written.day)" }
        return [line] + more
    }

    /// `added D-12 "Acme renewal", $25,000, in Qualification`
    static func added(_ id: String, _ name: String, _ made: DealChange, settings: BookSettings) -> String {
        let stage = made.enteredStages.first?.name ?? ""
        return "added \(id) \"\(name)\", " + money(made.value, settings) + ", in \(stage)"
    }

    /// `3 deals were so already`
    static func alike(_ count: Int) -> String {
        "\(Words.count(count, "deal")) \(count == 1 ? "was" : "were") so already"
    }

    private static func money(_ cents: Int64, _ settings: BookSettings) -> String {
        Words.money(cents, settings.currency)
    }

    /// ` to CHF 500`: an amount that is not shown, for lack of a rate.
    private static func ownAmount(_ written: ChangePlan) -> String {
        guard written.fields.count == 1, case .constant(let cell, _) = written.fields[0].formula,
            let cents = cell.integer, let currency = written.fields[0].currency.flatMap(Currency.init(code:))
        else { return "" }
        return " to " + Words.money(cents, currency)
    }

    private static func length(_ duration: CalendarDuration) -> String {
        var parts: [String] = []
        if duration.months != 0 { parts.append(Words.count(duration.months, "month")) }
        if duration.days != 0 || parts.isEmpty { parts.append(Words.count(duration.days, "day")) }
        return Words.list(parts)
    }

    private static func from(_ made: DealChange) -> String { "from " + counted(made.leftStages) }

    private static func stages(_ made: DealChange) -> String { from(made) + " to " + counted(made.enteredStages) }

    /// One name alone, several with their numbers.
    private static func counted(_ stages: [(name: String, count: Int)]) -> String {
        if stages.count == 1 { return stages[0].name }
        return Words.list(stages.map { "\($0.name) (\(Words.grouped($0.count)))" })
    }
}
