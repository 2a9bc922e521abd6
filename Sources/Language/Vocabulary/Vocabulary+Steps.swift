// Steps, reports and changes.

extension Vocabulary {
    /// Steps.
    static let steps: [VocabularyEntry] = [
        VocabularyEntry(
            .step, "where", "where CONDITION", "keeps the rows for which it holds",
            examples: ["deals | where value > $10k"]),
        VocabularyEntry(
            .step, "show", "show FIELD, NAME = EXPRESSION, …", "chooses the columns",
            examples: ["deals | show name, value, age"]),
        VocabularyEntry(
            .step, "with", "with NAME = EXPRESSION, …", "adds columns",
            "total, share, rank and running look at all rows, or at a group with within.",
            examples: ["open deals | with part = share(value) within owner"]),
        VocabularyEntry(
            .step, "sort", "sort [by] KEY [desc], …", "orders the rows; missing values come last",
            examples: ["deals | sort value desc, name"]),
        VocabularyEntry(
            .step, "top", "top N [by KEY]", "the N largest rows, by value or the first measure unless told",
            examples: ["deals | top 10", "deals | top 10 by age"]),
        VocabularyEntry(.step, "first", "first N", "the first N rows", examples: ["deals | first 5"]),
        VocabularyEntry(.step, "skip", "skip N", "all but the first N rows", examples: ["deals | skip 5 | first 5"]),
        VocabularyEntry(
            .step, "distinct", "distinct [FIELD, …]", "one row for each different value",
            examples: ["deals | distinct owner, stage"]),
        VocabularyEntry(
            .step, "pivot", "pivot [KEY]", "makes the values of the last key, or of this one, columns",
            examples: ["deals | sum value by owner, stage | pivot"]),
        VocabularyEntry(
            .step, "chart", "chart [bars|columns|line|spark]", "draws the rows instead of printing them",
            examples: ["deals | count by stage | chart bars"]),
        VocabularyEntry(
            .step, "save", "save \"FILE\" [guarded]", "writes the rows to a file; its ending chooses the format",
            "Guarded makes cells harmless that a spreadsheet would run.", examples: ["deals | save \"deals.csv\""]),
        VocabularyEntry(
            .step, "expect", "expect CONDITION|none|some [, \"MESSAGE\"]",
            "fails unless every row fits, or none or some are there",
            examples: ["open deals | expect close is set, \"a deal has no close date\"", "deals overdue | expect none"]),
        VocabularyEntry(
            .step, "by", "AGGREGATE, … by KEY, …", "one row for each value of the keys",
            examples: ["deals | count, sum value by owner, month = month(close)"]),
        VocabularyEntry(.step, "desc", "KEY desc", "largest first", examples: ["deals | sort value desc"]),
        VocabularyEntry(.step, "asc", "KEY asc", "smallest first", examples: ["deals | sort value asc"]),
    ]

    /// Reports.
    static let reports: [VocabularyEntry] = [
        VocabularyEntry(
            .report, "board", "board [CLAUSES]", "the pipeline as columns of cards",
            "Per stage the deals, biggest first, with count, value and weighted value.",
            examples: ["board of Dana"]),
        VocabularyEntry(
            .report, "funnel", "funnel [strict] [CLAUSES] [by KEY]", "how far deals came, and where they were lost",
            "Per stage: reached, moved on, lost here, still here, value, conversion. A deal reached the furthest stage it ever entered and all before it; strict counts only stages really entered.",
            examples: ["funnel by source", "funnel strict created 2026"]),
        VocabularyEntry(
            .report, "conversion", "conversion [PERIOD] [CLAUSES] [by KEY]",
            "how many deals are won, by count and by value",
            examples: ["conversion by source"]),
        VocabularyEntry(
            .report, "velocity", "velocity [PERIOD] [CLAUSES] [by KEY]", "money won per day, and its four factors",
            "Opportunities × average won value × win rate ÷ average won age in days; by quarter gives the trend.",
            examples: ["velocity by quarter"]
        ),
        VocabularyEntry(
            .report, "bottlenecks", "bottlenecks [PERIOD] [CLAUSES]",
            "where deals stay too long, ranked by what it costs",
            examples: ["bottlenecks", "bottlenecks last 6 months of Dana"]),
        VocabularyEntry(
            .report, "aging", "aging [CLAUSES]", "open deals by days in stage", examples: ["aging"]),
        VocabularyEntry(
            .report, "changes", "changes since DATE [CLAUSES]", "the waterfall from then to now, to the cent",
            examples: ["changes since last Monday closing this quarter"]),
        VocabularyEntry(
            .report, "cohorts", "cohorts [CLAUSES] [by KEY]", "deals by when they were created: won by age, lost, open",
            examples: ["cohorts by quarter(created)"]),
        VocabularyEntry(
            .report, "forecast", "forecast [PERIOD] [CLAUSES] [by KEY] [using stages|history|category]",
            "what will be won in a period, with a range",
            "Columns: won_so_far, from_open, from_new, expected, p10, p50, p90, target, gap, chance to reach it. The period is this quarter unless told; by month splits it. history learns rates from the past and is the default with 100 closed deals; stages takes probabilities and close dates; category adds up what is committed.",
            examples: ["forecast this quarter of Dana", "forecast next quarter by month using history"]),
        VocabularyEntry(
            .report, "backtest", "backtest [last N quarters] [by KEYS] [using METHOD]",
            "how the forecast would have done in past quarters",
            "Each quarter is forecast with only what was known on the evening before. Columns: expected, p10, p90, actual, error, inside; beneath: WAPE, bias, coverage, Brier. explain backtest shows the calibration.",
            examples: ["backtest last 4 quarters"]),
        VocabularyEntry(
            .report, "hygiene", "hygiene [CLAUSES]",
            "open deals with a fault, and how much of the forecast rests on them",
            examples: ["hygiene by owner"]),
        VocabularyEntry(
            .report, "focus", "focus [CLAUSES]", "what to work on today, with the reasons", examples: ["focus of Dana"]),
        VocabularyEntry(
            .report, "attainment", "attainment [PERIOD] [CLAUSES] [by KEY]",
            "target, won, expected, gap, coverage, pace",
            examples: ["attainment this quarter by owner"]),
        VocabularyEntry(
            .report, "slipped", "slipped [PERIOD] [CLAUSES]", "deals that were due in the period and are still open",
            examples: ["slipped last quarter"]),
        VocabularyEntry(
            .report, "trend", "trend [MEASURE] [PERIOD] [by week|month]", "how a measure developed from week to week",
            examples: ["trend weighted by month"]),
    ]

    /// Changes.
    static let changes: [VocabularyEntry] = [
        VocabularyEntry(
            .change, "set", "set FIELD = VALUE, … [on DATE]", "gives fields new values",
            "A bare word must be known; a quoted text that is new to account, contact, source, product or owner is added. A field is emptied with missing.",
            examples: ["deal D-102 | set close = 2026-12-15, owner = Dana Ruiz"]),
        VocabularyEntry(
            .change, "move", "move to STAGE [on DATE]", "puts deals into a stage",
            examples: ["deal D-102 | move to \"Closed Won\""]),
        VocabularyEntry(
            .change, "advance", "advance [on DATE]", "puts each deal into its next stage",
            examples: ["deal D-102 | advance"]),
        VocabularyEntry(
            .change, "win", "win [on DATE]", "closes deals as won", examples: ["deal D-102 | win on 2026-11-20"]),
        VocabularyEntry(
            .change, "lose", "lose [because \"REASON\"] [on DATE]", "closes deals as lost",
            examples: ["deal D-102 | lose because \"price\""]),
        VocabularyEntry(
            .change, "reopen", "reopen [on DATE]", "puts closed deals back into their last open stage",
            examples: ["deal D-102 | reopen"]),
        VocabularyEntry(
            .change, "slip", "slip [-]DURATION [on DATE]",
            "moves the close dates of open deals; closed ones stay as they are", examples: ["deals overdue | slip 2w"]),
        VocabularyEntry(
            .change, "delete", "delete [on DATE]", "takes deals out of the book", examples: ["deal D-102 | delete"]),
    ]
}
