// What a stage's name says about its kind, where nothing else does: data of a CRM that was imported without its
// pipeline, or a `pipeline` statement that gives names only.

/// Kinds and order of stages by their names.
enum StageNames {
    /// The kind that the name means: by its words, so that "Closed Won", "closedwon" and "6 - Won" are won, and
    /// "Wonderful" is not.
    static func kind(of name: String) -> StageKind {
        let words = words(of: name)
        let joined = words.joined()
        if won.contains(joined) || words.contains(where: { $0 == "won" }) { return .won }
        if lost.contains(joined) || words.contains(where: { $0 == "lost" }) { return .lost }
        if hold.contains(joined) { return .hold }
        return .open
    }

    /// Where an open stage with this name usually stands; `nil` for names that are not usual.
    static func usualPlace(of name: String) -> Int? {
        let joined = words(of: name).joined()
        return usualOrder.firstIndex { $0.contains(joined) }
    }

    /// The number that a name begins with: `3 - Proposal` gives 3, `Demo` none.
    static func leadingNumber(of name: String) -> Int? {
        let digits = name.prefix { $0.isASCII && $0.isNumber }
        return digits.isEmpty || digits.count > 9 ? nil : Int(digits)
    }

    /// Lower-case words of letters; digits and signs only separate.
    private static func words(of name: String) -> [String] {
        name.lowercased().split { !$0.isLetter }.map(String.init)
    }

    private static let won: Set<String> = ["closedwon", "closewon", "win", "wonclosed", "dealwon"]
    private static let lost: Set<String> = [
        "closedlost", "closelost", "lostclosed", "deallost", "disqualified", "abandoned", "dead", "rejected",
        "declined",
        "canceled", "cancelled", "closedlosttocompetition", "nodecision",
    ]
    private static let hold: Set<String> = ["hold", "onhold", "paused", "parked", "deferred", "postponed"]

    /// Usual names of open stages, from the first contact to the contract.
    private static let usualOrder: [Set<String>] = [
        ["new", "newlead", "lead", "leadin", "leads", "suspect"],
        ["prospecting", "prospect", "prospects", "initialcontact", "contacted", "contactmade", "firstcontact"],
        ["qualification", "qualify", "qualified", "qualifiedlead", "qualifying", "appointmentscheduled"],
        ["engaging", "engaged", "discovery", "needsanalysis", "needsdefined", "qualifiedtobuy", "develop"],
        ["meeting", "meetingscheduled", "demo", "demoscheduled", "presentation", "presentationscheduled", "solution"],
        ["valueproposition", "evaluation", "trial", "pilot", "proofofconcept", "poc"],
        ["iddecisionmakers", "decisionmakerboughtin", "decisionmaker"],
        ["perceptionanalysis"],
        [
            "proposal", "proposalsent", "proposition", "proposalmade", "proposalpricequote", "proposalquote", "propose",
            "quote", "quoted", "quotesent", "propuesta",
        ],
        ["negotiation", "negotiations", "negotiationreview", "negotiating", "negotiationsstarted", "negotiate"],
        [
            "contract", "contractsent", "contracting", "verbal", "verbalcommit", "commit", "finalize", "close",
            "closing",
        ],
    ]
}
