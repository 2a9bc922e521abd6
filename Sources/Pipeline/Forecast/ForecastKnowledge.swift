// Everything a forecast is made with that does not depend on the question: what the book teaches, how past forecasts
// did, which method is the default and why. Learned once from the base book; every question, and every what-if about
// it, is then answered with the same knowledge.

public import Engine
public import Values

/// What a book teaches for its forecasts, as of a day.
public struct ForecastKnowledge: Sendable {
    let basis: ForecastBasis
    let past: PastQuarters

    /// Learns from a book as of the calendar's today, and from how forecasts at the start of its last quarters did.
    ///
    /// - Complexity: O(deals + history rows) for each of up to nine days.
    public init(_ book: Book, calendar: Calendar, execution: Execution = Execution()) throws {
        let evenings = try PastEvenings(
            book, calendar, count: ShockEstimate.periodCountMax, execution, further: ForecastBasis.pieceCount)
        // The present first and then back in time: the later a day, the more there is to learn.
        let learned = try execution.pieces(count: evenings.count + 1) { item -> Learned in
            guard item == 0 else { return .past(try evenings.look(evenings.ask(evenings.count - item))) }
            let deals = try ForecastDeals(ReportInput(book: book, calendar: calendar, execution: execution))
            return .present(try ForecastBasis(book, deals, calendar: calendar) { evenings.done.add() })
        }
        var past: [PastEvenings.Evening] = []
        var present: ForecastBasis?
        for piece in learned.reversed() {
            switch piece {
            case .present(let basis): present = basis
            case .past(let evening): past.append(evening)
            }
        }
        guard let present else { throw EngineError.cancelled }
        basis = present
        self.past = PastQuarters(past)
    }

    private enum Learned: Sendable {
        case present(ForecastBasis)
        case past(PastEvenings.Evening)
    }

    /// The median days from created to won, against which a cycle in days counts; `nil` when no deal was won.
    public var medianWonAge: Double? { basis.medianWonAge }

    /// The method when none is asked for.
    public var defaultMethod: ForecastReport.Method { basis.isEnough ? .history : .stages }

    /// How much there is to learn from: `412 closed deals, 231 won and 181 lost`.
    var closedWords: String {
        "\(basis.closedCount) closed \(basis.closedCount == 1 ? "deal" : "deals"), \(basis.wonCount) won and \(basis.lostCount) lost"
    }

    /// Which method a forecast used, and why: the first line of its footer.
    func reason(_ method: ForecastReport.Method, isChosen: Bool) -> String {
        let least =
            "at least \(ForecastBasis.closedCountMin) closed deals, \(ForecastBasis.outcomeCountMin) won and"
            + " \(ForecastBasis.outcomeCountMin) lost among them"
        switch method {
        case .history:
            var words = "method history: rates learned from \(closedWords)"
            if !basis.isEnough { words += "; that is little: it takes \(least), to be the default" }
            if basis.stages == nil { words += "; without stage history the age since created stands for the stage" }
            return words
        case .stages:
            if isChosen { return "method stages: each deal's probability, in the period of its close date" }
            return "method stages, because history takes \(least); the book has \(closedWords)"
        case .category: return "method category: what the forecast categories say, each row with those before it"
        }
    }
}
