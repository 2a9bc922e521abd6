// Aggregates and functions.

extension Vocabulary {
    /// Ways to make one value of many.
    static let aggregates: [VocabularyEntry] = [
        VocabularyEntry(
            .aggregate, "count", "count | count distinct FIELD", "how many rows, or how many different values",
            examples: ["deals | count by stage", "deals | count distinct account"]),
        VocabularyEntry(.aggregate, "sum", "sum X", "the total", examples: ["deals | sum value by owner"]),
        VocabularyEntry(.aggregate, "avg", "avg X", "the mean", examples: ["deals | avg value by source"]),
        VocabularyEntry(.aggregate, "median", "median X", "the middle value", examples: ["won deals | median age"]),
        VocabularyEntry(.aggregate, "min", "min X", "the smallest value", examples: ["deals | min close"]),
        VocabularyEntry(.aggregate, "max", "max X", "the largest value", examples: ["deals | max value by stage"]),
        VocabularyEntry(
            .aggregate, "p90", "pN X", "the N-th percentile, 0 to 100, linear between rows",
            examples: ["deals | p90 value by stage"]),
        VocabularyEntry(
            .aggregate, "stddev", "stddev X", "the standard deviation of the sample", examples: ["deals | stddev value"]
        ),
        VocabularyEntry(
            .aggregate, "win_rate", "win_rate", "won ÷ (won + lost)", examples: ["deals | win_rate by source"]),
        VocabularyEntry(
            .aggregate, "distinct", "count distinct FIELD", "each different value once",
            examples: ["deals | count distinct owner"]),
    ]

    /// Functions of one row.
    static let functions: [VocabularyEntry] = [
        VocabularyEntry(
            .function, "year", "year(DATE)", "the year", examples: ["deals | count by year(created)"]),
        VocabularyEntry(
            .function, "quarter", "quarter(DATE)", "the quarter with its year",
            examples: ["deals | sum value by quarter(close)"]),
        VocabularyEntry(
            .function, "month", "month(DATE)", "the month with its year",
            examples: ["deals | sum value by month(close)"]),
        VocabularyEntry(
            .function, "week", "week(DATE)", "the week, named by its first day",
            examples: ["deals | count by week(created)"]),
        VocabularyEntry(
            .function, "weekday", "weekday(DATE)", "the day of the week",
            examples: ["deals | count by weekday(created)"]),
        VocabularyEntry(
            .function, "fiscal_year", "fiscal_year(DATE)", "the fiscal year",
            examples: ["deals | count by fiscal_year(created)"]),
        VocabularyEntry(
            .function, "fiscal_quarter", "fiscal_quarter(DATE)", "the fiscal quarter with its year",
            examples: ["deals | count by fiscal_quarter(close)"]),
        VocabularyEntry(
            .function, "round", "round(X [, DIGITS])", "rounded, halves away from zero",
            examples: ["deals | show name, v = round(value / 3, 0)"]),
        VocabularyEntry(
            .function, "lower", "lower(TEXT)", "in small letters", examples: ["deals | count by lower(source)"]),
        VocabularyEntry(
            .function, "length", "length(TEXT)", "how many characters", examples: ["deals where length(name) > 40"]),
        VocabularyEntry(
            .function, "default", "default(X, Y)", "X, or Y where X is missing",
            examples: ["deals | show name, p = default(probability, 10%)"]),
        VocabularyEntry(
            .function, "band", "band(X, A, B, …)", "in which band between the limits X lies",
            examples: ["deals | count by band(value, $10k, $50k)"]),
        VocabularyEntry(
            .function, "visited", "visited(STAGE)", "whether the deal is, or by its history was, in the stage",
            examples: ["lost deals where visited(Negotiation)"]),
        VocabularyEntry(
            .function, "win_chance", "win_chance(PERIOD)",
            "the chance that the deal is won in the period, by the forecast",
            "Missing for closed deals. Summed with the values it gives the forecast's from_open.",
            examples: ["open deals | show name, c = win_chance(this quarter)"]),
    ]

    /// Functions that look at all rows, or at a group with `within`.
    static let windows: [VocabularyEntry] = [
        VocabularyEntry(
            .window, "within", "F(X) within KEY or F(X) within (KEY, KEY)", "looks at the rows with the same keys",
            examples: ["deals | with place = rank(value) within (owner, stage)"]),
        VocabularyEntry(
            .window, "total", "total(X) [within KEY]", "the sum over all rows, or over the group",
            examples: ["deals | with all = total(value)"]),
        VocabularyEntry(
            .window, "share", "share(X) [within KEY]", "the part of the total",
            examples: ["deals | with part = share(value) within owner"]),
        VocabularyEntry(
            .window, "rank", "rank(X) [within KEY]", "1 for the largest, equal values alike",
            examples: ["deals | with place = rank(value) within (owner, stage)"]),
        VocabularyEntry(
            .window, "running", "running(X) [within KEY]", "the sum up to this row in the present order",
            examples: ["deals | sort close | with so_far = running(value)"]),
    ]
}
