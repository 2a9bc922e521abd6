// Sources, the clauses that narrow them, comparisons, and date words.

extension Vocabulary {
    /// What a query can start with.
    static let sources: [VocabularyEntry] = [
        VocabularyEntry(
            .source, "deals", "[my] [STATUS] deals [CLAUSES]", "all deals, or those that the words around it select",
            examples: ["deals in Negotiation > $10k", "open deals of Dana closing this quarter"]),
        VocabularyEntry(
            .source, "my", "my [STATUS] deals", "the deals of the owner that the setting me names",
            examples: ["my open deals"]),
        VocabularyEntry(
            .source, "deal", "deal ID, …", "one deal, or several, as a card with its timeline", examples: ["deal D-102"]
        ),
        VocabularyEntry(
            .source, "history", "history [of DEALS]", "one row for each version of a deal",
            "The fields are deal, at, stage, value, close, owner, probability, category, currency, and from and days.",
            examples: ["history of open deals", "history of deal D-102 where stage = Negotiation"]),
        VocabularyEntry(.source, "stages", "stages", "the stages of the pipelines", examples: ["stages"]),
        VocabularyEntry(.source, "owners", "owners", "the owners of deals", examples: ["owners"]),
        VocabularyEntry(
            .source, "accounts", "accounts", "the accounts", examples: ["accounts where industry = Software"]),
        VocabularyEntry(.source, "products", "products", "the products", examples: ["products"]),
        VocabularyEntry(.source, "sources", "sources", "where deals come from", examples: ["sources"]),
    ]

    /// Status words.
    static let statuses: [VocabularyEntry] = [
        VocabularyEntry(.status, "open", "open deals", "neither won nor lost", examples: ["open deals"]),
        VocabularyEntry(.status, "won", "won deals", "won", examples: ["won deals"]),
        VocabularyEntry(.status, "lost", "lost deals", "lost", examples: ["lost deals"]),
        VocabularyEntry(.status, "closed", "closed deals", "won or lost", examples: ["closed deals"]),
        VocabularyEntry(
            .status, "stalled", "stalled deals", "open, and longer in the stage than its target",
            examples: ["stalled deals"]),
        VocabularyEntry(
            .status, "overdue", "overdue deals", "open, with a close date in the past", examples: ["deals overdue"]),
    ]

    /// Clauses.
    static let clauses: [VocabularyEntry] = [
        VocabularyEntry(
            .clause, "in", "in STAGE, … | in A..B | in A or later", "in these stages",
            "A..B takes all from A through B in the pipeline's order; or later takes later open stages and won, never lost.",
            examples: ["deals in Demo..Negotiation", "deals in Demo or later", "deals not in Negotiation"]),
        VocabularyEntry(
            .clause, "past", "past STAGE", "in a later open stage, or won", examples: ["deals past Demo Scheduled"]),
        VocabularyEntry(
            .clause, "before", "before STAGE", "in an earlier open stage", examples: ["stalled deals before Proposal"]),
        VocabularyEntry(
            .clause, "of", "of OWNER, …", "of these owners",
            examples: ["deals of Dana, Marco", "open deals not of Dana"]),
        VocabularyEntry(.clause, "at", "at ACCOUNT, …", "at these accounts", examples: ["deals at \"Acme Corp\""]),
        VocabularyEntry(
            .clause, "from", "from SOURCE, …", "from these sources",
            examples: ["won deals from Webinar closed last 2 quarters"]),
        VocabularyEntry(
            .clause, "between", "between A and B", "with a value from A through B; > < >= <= compare it as well",
            examples: ["deals between $10k and $50k", "deals > $10k <= $50k"]),
        VocabularyEntry(
            .clause, "closing", "closing PERIOD", "with a close date in the period",
            examples: ["open deals closing this quarter", "deals closing by Friday"]),
        VocabularyEntry(
            .clause, "closed", "closed PERIOD", "won or lost in the period", examples: ["deals closed last quarter"]),
        VocabularyEntry(
            .clause, "created", "created PERIOD", "created in the period", examples: ["deals created since March 2026"]),
        VocabularyEntry(.clause, "won", "won PERIOD", "won in the period", examples: ["deals won this year"]),
        VocabularyEntry(.clause, "lost", "lost PERIOD", "lost in the period", examples: ["deals lost in 2026"]),
        VocabularyEntry(
            .clause, "entered", "entered [STAGE, …] PERIOD", "entered a stage, or one of these, in the period",
            examples: ["deals entered Demo Scheduled this month", "deals entered last week"]),
        VocabularyEntry(
            .clause, "older than", "older than DURATION", "created longer ago than that",
            examples: ["open deals older than 90d"]),
        VocabularyEntry(
            .clause, "stalled", "stalled > DURATION", "open, and longer in the present stage than that",
            examples: ["deals stalled > 14d"]),
        VocabularyEntry(
            .clause, "versus", "CLAUSE PERIOD versus PERIOD",
            "answers the whole query for both periods, with difference and percent",
            examples: ["won deals closed this quarter versus last quarter | sum value by owner"]),
        VocabularyEntry(
            .clause, "where", "where CONDITION", "where the condition holds; the last of the clauses",
            examples: ["deals where probability >= 50% and next_step is missing"]),
        VocabularyEntry(
            .clause, "as of", "as of DATE", "the book and today as they were at the end of that day",
            examples: ["open deals as of 2026-09-30"]),
        VocabularyEntry(
            .clause, "not", "not in|of|at|from …", "turns a clause of names around",
            examples: ["deals not from Webinar"]),
        VocabularyEntry(
            .clause, "by", "SOURCE by KEY, …", "counts and adds by key: | count, sum value, sum weighted by KEY",
            examples: ["open deals by owner"]),
        VocabularyEntry(
            .clause, "using", "using stages|history|category", "how a forecast is made",
            examples: ["forecast this quarter using stages"]),
    ]

    /// The words of conditions.
    static let conditions: [VocabularyEntry] = [
        VocabularyEntry(
            .condition, "and", "C and D", "both hold", examples: ["deals where value > $10k and stage = Negotiation"]),
        VocabularyEntry(.condition, "or", "C or D", "one of them holds", examples: ["deals where won or value > $50k"]),
        VocabularyEntry(
            .condition, "not", "not C", "does not hold",
            "A missing value satisfies no comparison, and not negates the result.",
            examples: ["deals where not stalled"]),
        VocabularyEntry(
            .condition, "between", "x between A and B", "from A through B",
            examples: ["deals where value between $10k and $50k"]),
        VocabularyEntry(
            .condition, "in", "x in (A, B) | x in PERIOD", "is one of these, or lies in the period",
            examples: ["deals where owner in (Dana, Marco)", "deals where close in Q3 2026"]),
        VocabularyEntry(
            .condition, "before", "x before PERIOD", "earlier than its first day",
            examples: ["deals where close before Q3"]),
        VocabularyEntry(
            .condition, "after", "x after PERIOD", "later than its last day",
            examples: ["deals where close after today"]),
        VocabularyEntry(
            .condition, "since", "x since PERIOD", "from its first day on", examples: ["deals where created since 2026"]
        ),
        VocabularyEntry(
            .condition, "until", "x until PERIOD", "through its last day",
            examples: ["deals where close until next Friday"]),
        VocabularyEntry(
            .condition, "within", "x within DURATION", "from today on, that long",
            examples: ["deals where close within 2w"]),
        VocabularyEntry(
            .condition, "contains", "x contains TEXT", "has the text in it",
            examples: ["deals where name contains renewal"]),
        VocabularyEntry(
            .condition, "starts", "x starts with TEXT", "begins with the text",
            examples: ["deals where name starts with \"Acme\""]),
        VocabularyEntry(
            .condition, "ends", "x ends with TEXT", "ends with the text",
            examples: ["deals where name ends with renewal"]),
        VocabularyEntry(
            .condition, "matches", "x matches 'PATTERN'", "fits the regular expression, in linear time",
            examples: ["deals where id matches '^D-1'"]),
        VocabularyEntry(
            .condition, "is", "x is [not] missing | x is set", "has no value, or has one",
            examples: ["deals where next_step is missing"]),
        VocabularyEntry(
            .condition, "if", "if C then A else B", "one value or the other",
            examples: ["deals | with size = if value > $50k then \"large\" else \"small\""]),
    ]

    /// Date words.
    static let dates: [VocabularyEntry] = [
        VocabularyEntry(
            .date, "today", "today", "this day; yesterday and tomorrow beside it", examples: ["deals closing by today"]),
        VocabularyEntry(
            .date, "this", "this [fiscal] day|week|month|quarter|half|year", "the unit that today is in",
            examples: ["deals closing this quarter"]),
        VocabularyEntry(
            .date, "last", "last UNIT | last N UNITS | last MONTH | last WEEKDAY", "the unit before, or that many",
            "Last N days end today; weeks, months, quarters and years are whole units.",
            examples: ["deals created last 30 days", "deals closed last March"]),
        VocabularyEntry(
            .date, "next", "next UNIT | next N UNITS | next MONTH | next WEEKDAY", "the unit after, or that many",
            "Next N days start tomorrow; larger units are whole ones.", examples: ["deals closing next 2 weeks"]),
        VocabularyEntry(
            .date, "since", "since PERIOD", "from its first day on", examples: ["deals created since Q1 2026"]),
        VocabularyEntry(
            .date, "until", "until PERIOD (also by PERIOD)", "through its last day",
            examples: ["deals closing until Friday"]),
        VocabularyEntry(
            .date, "before", "before PERIOD", "earlier than its first day", examples: ["deals closing before December"]),
        VocabularyEntry(
            .date, "after", "after PERIOD", "later than its last day", examples: ["deals closing after 2026-12-15"]),
        VocabularyEntry(
            .date, "within", "within DURATION", "from today on, that long", examples: ["deals closing within 2w"]),
        VocabularyEntry(
            .date, "ago", "DURATION ago", "the day that long before today",
            examples: ["deals created since 30 days ago"]),
        VocabularyEntry(
            .date, "start", "start of PERIOD", "its first day", examples: ["deals created since start of quarter"]),
        VocabularyEntry(
            .date, "end", "end of PERIOD", "its last day", examples: ["deals closing by end of next month"]),
        VocabularyEntry(.date, "ytd", "ytd", "from the start of the year through today", examples: ["deals won ytd"]),
        VocabularyEntry(
            .date, "qtd", "qtd", "from the start of the quarter through today", examples: ["deals won qtd"]),
    ]
}
