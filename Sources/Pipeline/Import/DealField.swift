// What a column of an export can mean for a deal, and the header names by which the CRMs call it. A header means a
// field only if it equals one of these names once normalised (see HeaderName): never by a part of it, so that
// "Deal Name" is no id and "Forecast Category" is no stage. Sources: the vendors' import and export documentation.

/// What a column of a deals export means.
enum DealField: String, CaseIterable, Sendable {
    case id, name, pipeline, stage, status, account, contact, owner, source, product, type, reason, currency
    case category, value, probability, created, close
    case closed = "closed_on"
    case entered, touched, pushes
    case nextStep = "next_step"
    /// `IsWon`, `IsClosed`, `IsDeleted`: they decide stages' kinds and which rows are deals, and are not kept.
    case isWon = "is_won"
    case isClosed = "is_closed"
    case isDeleted = "is_deleted"

    /// How values of the field are read.
    enum Shape: Sendable {
        case text, category, money, percent, date, instant, number, boolean
    }

    /// How its values are read.
    var shape: Shape {
        switch self {
        case .id, .name, .nextStep: .text
        case .pipeline, .stage, .status, .account, .contact, .owner, .source, .product, .type, .reason, .currency,
            .category:
            .category
        case .value: .money
        case .probability: .percent
        case .created, .close, .closed, .entered, .touched: .date
        case .pushes: .number
        case .isWon, .isClosed, .isDeleted: .boolean
        }
    }

    /// Whether further columns of the same meaning fill in where the first has no value ("Won time", "Lost time").
    var takesSeveralColumns: Bool { self == .closed }

    /// Whether the field is for the import's own use and not kept.
    var isForImportOnly: Bool { [.status, .isWon, .isClosed, .isDeleted].contains(self) }

    /// The field that `with COLUMN as FIELD` names: by its own name, or `closing_date` for the CRM's closing date.
    init?(named text: String) {
        let key = HeaderName.snake(text)
        switch key {
        case "amount": self = .value
        case "closed", "closing_date": self = .closed
        default: self.init(rawValue: key)
        }
    }

    /// The normalised headers that mean the field, the surest first.
    var aliases: [String] {
        switch self {
        case .id:
            [
                "opportunityid", "dealid", "recordid", "id", "donotmodifyopportunity", "potentialid", "hsobjectid",
                "opportunitynumber", "dealnumber", "leadid", "customerid", "externalid",
            ]
        case .name:
            [
                "opportunityname", "dealname", "name", "title", "dealtitle", "topic", "potentialname", "opportunity",
                "subject", "deal",
            ]
        case .pipeline:
            [
                "pipeline", "pipelinename", "salespipeline", "dealpipeline", "salesprocess", "dealpipelineid",
                "pipelineid",
            ]
        case .stage:
            [
                "stage", "stagename", "dealstage", "salesstage", "opportunitystage", "pipelinephase", "pipelinestage",
                "stepname", "phase", "dealpipelinestageid", "salesstageid", "stageid", "dealstageid",
            ]
        case .status: ["status", "dealstatus", "statusopenwonlost", "statecode", "opportunitystatus"]
        case .account:
            [
                "account", "accountname", "organization", "organisation", "associatedcompany", "company", "companyname",
                "customer", "customername", "client", "clientname", "potentialcustomer", "organizationname",
                "accountid", "organizationid", "companyid",
            ]
        case .contact:
            ["contact", "contactname", "contactperson", "associatedcontact", "primarycontact", "contactid"]
        case .owner:
            [
                "owner", "opportunityowner", "dealowner", "ownername", "salesagent", "salesperson", "salesrep",
                "accountexecutive", "assignedto", "assignedtoemail", "potentialowner", "rep", "seller", "owneremail",
                "ownerid", "hubspotownerid", "dealownerid", "opportunityownerid",
            ]
        case .source:
            [
                "source", "leadsource", "dealsource", "originalsource", "originalsourcetype", "sourcechannel",
                "hsanalyticssource", "leadorigin",
            ]
        case .product: ["product", "productname", "productinterest", "productid"]
        case .type: ["type", "dealtype", "opportunitytype"]
        case .reason: ["lostreason", "lossreason", "closedlostreason", "reasonlost", "reason", "statusreason"]
        case .currency:
            [
                "currency", "currencyisocode", "amountcurrency", "currencyofvalue", "dealcurrencycode", "currencycode",
                "valuecurrency",
            ]
        case .category: ["forecastcategoryname", "forecastcategory", "category", "hsmanualforecastcategory"]
        case .value:
            [
                "amount", "value", "dealvalue", "dealamount", "closevalue", "estrevenue", "estimatedrevenue",
                "estimatedvalue", "dealsize", "opportunityamount", "productrevenue", "totalcontractvalue", "revenue",
                "price", "expectedrevenue",
            ]
        case .probability:
            ["probability", "dealprobability", "winprobability", "probabilitypercent", "hsdealstageprobability"]
        case .created:
            [
                "createddate", "createdate", "created", "createdon", "createdtime", "dealcreated", "createdat",
                "creationdate", "datecreated", "opendate", "engagedate", "addtime",
            ]
        case .close:
            [
                "closedate", "expectedclosedate", "estclosedate", "estimatedclosedate", "closingdate",
                "expectedclosing", "expectedclose", "close", "targetclosedate",
            ]
        case .closed:
            [
                "closedon", "dealclosedon", "actualclosedate", "closeddate", "closedat", "closetime", "wontime",
                "losttime", "dateclosed",
            ]
        case .entered:
            [
                "laststagechange", "laststagechangedate", "stagechangedate", "dateenteredcurrentstage", "entered",
                "enteredstage", "stageentered",
            ]
        case .touched:
            [
                "lastactivitydate", "lastactivity", "lastcontactdate", "lastcontacted", "lastcontacteddate", "touched",
                "lasttouch", "noteslastupdated",
            ]
        case .pushes: ["pushcount", "pushes"]
        case .nextStep: ["nextstep", "nextsteps", "hsnextstep"]
        case .isWon: ["iswon", "won", "isclosedwon"]
        case .isClosed: ["isclosed"]
        case .isDeleted: ["isdeleted", "fivetrandeleted", "deleted"]
        }
    }
}
