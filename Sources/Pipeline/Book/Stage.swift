// A sales stage and what a manager says about it. The only meaning of "stage" in the project: a part of a
// query is a step. Everything that reports know of a stage (its kind, its chance, its target) is here.

public import Values

/// What it means for a deal to be in a stage; also the deal's `status`.
public enum StageKind: String, CaseIterable, Sendable {
    /// Being worked on.
    case open
    /// Open, but waiting on purpose: never stalled.
    case hold
    /// Closed with success.
    case won
    /// Closed without.
    case lost

    /// Whether a deal in such a stage is decided.
    public var isClosed: Bool { self == .won || self == .lost }
}

/// How sure a deal is, as forecasts by category count it.
public enum ForecastCategory: String, CaseIterable, Sendable {
    /// Early: counted by `pipeline` rows only.
    case pipeline
    /// Could happen in the period.
    case bestCase = "best case"
    /// Promised for the period.
    case commit
    /// Never counted.
    case omitted

    /// The category that a probability stands for when neither deal nor stage names one: below 50% pipeline,
    /// below 75% best case, else commit.
    public static func of(_ probability: Percent) -> ForecastCategory {
        if probability.millionths < bestCaseFrom.millionths { return .pipeline }
        return probability.millionths < commitFrom.millionths ? .bestCase : .commit
    }

    /// The probability from which a deal is best case.
    public static let bestCaseFrom = Percent(millionths: 500_000)
    /// The probability from which a deal is commit.
    public static let commitFrom = Percent(millionths: 750_000)

    /// The category with this name, whatever its case, blanks or underscores; CRM synonyms included
    /// ("Most Likely", "Upside", "Not forecasted"); `nil` for any other text, also for "Closed", which says nothing.
    public init?(named text: String) {
        let letters = String(text.lowercased().filter { $0.isLetter })
        switch letters {
        case "pipeline": self = .pipeline
        case "bestcase", "upside", "mostlikely", "probable", "best": self = .bestCase
        case "commit", "forecast", "committed": self = .commit
        case "omitted", "omit", "notforecasted", "notforecast", "nothing": self = .omitted
        default: return nil
        }
    }
}

/// One stage of a pipeline.
public struct Stage: Hashable, Sendable {
    /// Its name, unique in its pipeline without regard to case.
    public var name: String
    /// What being in it means.
    public var kind: StageKind
    /// The chance to win from here; `nil` where it is not known. Won is 100% and lost 0%, whatever is set.
    public var probability: Percent?
    /// The days a deal should need at most; `nil` takes the learned one.
    public var targetDays: Int?
    /// The forecast category of its deals; `nil` goes by probability.
    public var category: ForecastCategory?

    /// A stage; an open one unless told.
    public init(
        _ name: String, _ kind: StageKind = .open, probability: Percent? = nil, targetDays: Int? = nil,
        category: ForecastCategory? = nil
    ) {
        self.name = name
        self.kind = kind
        self.probability = probability
        self.targetDays = targetDays
        self.category = category
    }

    /// The chance that counts: 100% of a won stage, 0% of a lost one, else as set.
    public var chance: Percent? {
        switch kind {
        case .won: .one
        case .lost: .zero
        case .open, .hold: probability
        }
    }

    /// The category that counts: as set, else omitted for a lost stage, else by its chance; `nil` without a chance.
    public var countedCategory: ForecastCategory? {
        category ?? (kind == .lost ? .omitted : chance.map(ForecastCategory.of))
    }
}
