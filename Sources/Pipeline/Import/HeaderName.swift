// Header names: normalised, so that "Close Date", "close_date", "CloseDate" and "Deal - Close date" are one; made into
// the snake_case names that custom fields get; and recognised as one CRM's way of writing.

/// Header names of exports.
enum HeaderName {
    /// Whether a header speaks of the end of something: `_fivetran_end`, `Date exited …`, `Valid To`.
    static func saysEnd(_ header: String) -> Bool {
        let words = snake(header).split(separator: "_")
        return words.contains { ["end", "ended", "exited", "until", "through", "to"].contains($0) }
    }

    /// The name without the wrapping that a CRM gives to all its columns, in lower case, letters and digits only:
    /// `Deal - Expected close date` gives `expectedclosedate`, `Product__c` `product`, `property_dealname` `dealname`.
    static func normalised(_ header: String) -> String {
        String(String.UnicodeScalarView(bare(header).lowercased().unicodeScalars.filter(isLetterOrDigit)))
    }

    /// The name as a field of the book: `Deal Size (k)` gives `deal_size_k`, `LastModifiedDate` `last_modified_date`.
    static func snake(_ header: String) -> String {
        var out = ""
        var previous: Unicode.Scalar = "_"
        var pendingBreak = false
        let scalars = Array(bare(header).unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            guard isLetterOrDigit(scalar) else {
                pendingBreak = !out.isEmpty
                previous = "_"
                continue
            }
            let upper = scalar.properties.isUppercase
            let nextIsLower = index + 1 < scalars.count && scalars[index + 1].properties.isLowercase
            let breaksCase =
                upper && (previous.properties.isLowercase || (previous.properties.isUppercase && nextIsLower))
            if pendingBreak || (breaksCase && !out.isEmpty) { out += "_" }
            pendingBreak = false
            out += scalar.properties.lowercaseMapping
            previous = scalar
        }
        return out.isEmpty ? "column" : out
    }

    /// The header, normalised, of the day on which a stage was entered, in a table with a row for each entry.
    static let entryDay = "dateentered"

    /// The column of the stage in HubSpot's table of stage entries, where it stands under `value`; `nil` for any other.
    static func stageOfEntries(_ header: [String]) -> Int? {
        let keys = header.map(normalised)
        guard keys.contains(entryDay), !keys.contains(where: { DealField.stage.aliases.contains($0) }) else {
            return nil
        }
        return keys.firstIndex(of: "value")
    }

    /// Whether a column is one of the three that guard a Dynamics export against edits.
    static func isGuard(_ header: String) -> Bool {
        let key = header.lowercased()
        return key.hasPrefix("(do not modify)") && !key.hasSuffix("opportunity")
    }

    /// Whether the header says that the values are amounts of money: its last word before any bracket is one of money
    /// (`Annual Revenue`, `Amount (USD)`), or it holds a currency sign.
    static func saysMoney(_ header: String) -> Bool {
        if header.contains(where: { "$€£¥₹".contains($0) }) { return true }
        let beforeBracket = header.prefix { $0 != "(" && $0 != "[" }
        return moneyWords.contains(words(String(beforeBracket)).last ?? "")
    }

    /// Whether the header says that the values are dates or times.
    static func saysDate(_ header: String) -> Bool {
        let words = words(header)
        return words.contains { dateWords.contains($0) } || ["on", "at"].contains(words.last ?? "")
    }

    /// Whether the header says that the values name something: they stay text, however much they look like numbers.
    static func saysName(_ header: String) -> Bool { hasWord(header, nameWords) }

    /// Whether the header says that the values are yes or no (`IsPrivate`, `has_quote`).
    static func saysYesNo(_ header: String) -> Bool {
        let first = words(header).first ?? ""
        return ["is", "has", "was", "can"].contains(first) && words(header).count > 1
    }

    /// The CRM that writes headers like these; `nil` for plain tables.
    static func crm(_ headers: [String]) -> String? {
        let plain = headers.map { $0.lowercased() }
        let keys = Set(headers.map(normalised))
        func has(_ names: String...) -> Bool { names.allSatisfy(keys.contains) }
        if plain.contains(where: { $0.hasPrefix("deal - ") }) { return "Pipedrive" }
        if plain.contains(where: { $0.hasPrefix("(do not modify)") }) || has("topic", "estclosedate") {
            return "Microsoft Dynamics"
        }
        if has("stagename", "closedate") || has("opportunityid", "stagename") { return "Salesforce" }
        if has("opportunityowner", "stage") || has("opportunityname", "stage") { return "Salesforce (report)" }
        if plain.contains(where: { $0.hasPrefix("property_deal") }) || has("dealname", "dealstage") { return "HubSpot" }
        if has("recordid", "dealname") { return "HubSpot" }
        if has("closingdate", "dealname") || has("potentialname", "salesstage") { return "Zoho" }
        if has("expectedclosing") || has("salesperson", "expectedrevenue") { return "Odoo" }
        return nil
    }

    // MARK: -

    /// Without `Deal - `, `property_`, `__c`.
    private static func bare(_ header: String) -> String {
        var name = Substring(header)
        while let first = name.first, first.isWhitespace || first == "\u{FEFF}" { name.removeFirst() }
        while let last = name.last, last.isWhitespace || last == "*" { name.removeLast() }
        let lower = name.lowercased()
        if lower.hasPrefix("deal - ") { name = name.dropFirst(7) }
        if lower.hasPrefix("property_"), name.count > 9 { name = name.dropFirst(9) }
        if lower.hasSuffix("__c"), name.count > 3 { name = name.dropLast(3) }
        return String(name)
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
    }

    private static func words(_ header: String) -> [String] {
        snake(header).split(separator: "_").map(String.init)
    }

    private static func hasWord(_ header: String, _ known: Set<String>) -> Bool {
        words(header).contains { known.contains($0) }
    }

    private static let moneyWords: Set<String> = [
        "amount", "value", "price", "revenue", "cost", "costs", "budget", "mrr", "arr", "acv", "tcv", "fee", "margin",
        "salary", "spend", "turnover",
    ]
    private static let dateWords: Set<String> = [
        "date", "day", "time", "created", "closed", "modified", "modstamp", "timestamp", "createdate", "closedate",
    ]
    private static let nameWords: Set<String> = [
        "id", "ids", "code", "zip", "postal", "postcode", "phone", "fax", "mobile", "key", "sku", "guid", "uuid",
        "duns",
    ]
}
