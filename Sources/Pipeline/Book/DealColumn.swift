// The columns that every deals table has, under fixed names, and what each holds. What can be computed from them is
// no column (see DerivedField); what an import brings beyond them is a custom column behind them.

public import Engine

/// A column that every deals table stores.
public enum DealColumn: String, CaseIterable, Sendable {
    case id, name, pipeline, stage, account, contact, owner, source, product, type, reason, currency
    /// The deal's own forecast category; missing goes by its stage.
    case ownCategory = "own_category"
    /// The amount, in the deal's currency.
    case value
    /// The deal's own probability; missing, and so never equal to its stage's, goes by its stage.
    case ownProbability = "own_probability"
    case created, close
    /// The day that the CRM says the deal was closed.
    case closedOn = "closed_on"
    case entered, touched, pushes
    case nextStep = "next_step"

    /// What its values mean and how they are held.
    public var valueType: ValueType {
        switch self {
        case .id, .name, .nextStep: .text
        case .pipeline, .stage, .account, .contact, .owner, .source, .product, .type, .reason, .currency, .ownCategory:
            .category
        case .value: .money
        case .ownProbability: .percent
        case .created, .close, .closedOn, .entered, .touched: .date
        case .pushes: .integer
        }
    }

    /// One line for the reference and for `help`.
    public var documentation: String {
        switch self {
        case .id: "the deal's identifier, unique in the book"
        case .name: "what the deal is called"
        case .pipeline: "the pipeline that the deal goes through"
        case .stage: "where in its pipeline the deal is"
        case .account: "the company that may buy"
        case .contact: "the person there"
        case .owner: "who works on the deal"
        case .source: "where the deal came from"
        case .product: "what is to be sold"
        case .type: "the kind of business, such as new or renewal"
        case .reason: "why the deal was lost"
        case .currency: "the currency of the value; missing is the book's"
        case .ownCategory: "the deal's own forecast category; missing goes by its stage"
        case .value: "the amount of the deal"
        case .ownProbability: "the deal's own chance to be won; missing goes by its stage"
        case .created: "the day the deal came into being"
        case .close: "the day on which the deal is expected to close, or closed"
        case .closedOn: "the closing day as the CRM recorded it"
        case .entered: "the day of the last stage change"
        case .touched: "the day of the last change or activity"
        case .pushes: "how often the close date was moved into a later month"
        case .nextStep: "what is to be done next"
        }
    }

    /// Its place in every deals table.
    public var index: Int { DealColumn.allCases.firstIndex(of: self) ?? 0 }
}
