// The words that begin a statement.

extension Vocabulary {
    /// Statements that ask, name, set and explain.
    static let statements: [VocabularyEntry] = [
        VocabularyEntry(
            .statement, "let", "let NAME = QUERY  or  let NAME = VALUE  or  let NAME(x) = …",
            "names a query or a value",
            "The name can then stand where the query or value could. It is saved with the book. It may not be a word that begins a statement, report or step.",
            examples: ["let hot = open deals > $50k", "let floor = $10k", "let big(x) = open deals > x"]),
        VocabularyEntry(
            .statement, "settings", "settings [NAME = VALUE, …]", "shows or changes the settings of the book",
            "Without anything after it, lists all settings.",
            examples: ["settings", "settings fiscal_year = February, week = Sunday"]),
        VocabularyEntry(
            .statement, "explain", "explain QUERY", "says how a query is understood and answered",
            "Shows the plan, what each word resolved to, the definition of a report and which deals it left out.",
            examples: ["explain forecast this quarter"]),
        VocabularyEntry(
            .statement, "help", "help [TOPIC]", "lists topics, or explains one", examples: ["help", "help funnel"]),
        VocabularyEntry(
            .statement, "run", "run \"FILE.pql\"", "runs the statements of a file",
            "The file is read and parsed whole before anything of it runs.", examples: ["run \"weekly.pql\""]),
    ]

    /// Statements about the book: its file, deals, stages and targets.
    static let bookStatements: [VocabularyEntry] = [
        VocabularyEntry(
            .statement, "import", "import deals|history|TABLE from \"FILE\" [OPTION …]",
            "reads rows from a file into the book",
            "Recognises the headers of common CRM exports. A row whose id is known updates that deal. Nothing is changed when a row is bad, unless bad rows are skipped to a file.",
            examples: [
                "import deals from \"export.csv\"", "import deals from \"export.csv\" as of 2026-11-16 dates as D/M/Y",
                "import accounts from \"accounts.csv\" key account",
            ]),
        VocabularyEntry(
            .statement, "open", "open \"FILE.pipeline\"", "opens a book", examples: ["open \"acme.pipeline\""]),
        VocabularyEntry(
            .statement, "save", "save [as \"FILE.pipeline\"] [compact]", "writes the book to its file",
            "With compact the log of changes is dropped.", examples: ["save", "save as \"q3.pipeline\""]),
        VocabularyEntry(.statement, "new", "new", "starts an empty book", examples: ["new"]),
        VocabularyEntry(
            .statement, "add deal", "add deal NAME [with FIELD = VALUE, …] [on DATE]", "adds a deal",
            examples: [
                "add deal \"Acme renewal\" with value = $25k, owner = Dana, stage = Qualification, close = 2026-12-15"
            ]),
        VocabularyEntry(
            .statement, "add", "add TABLE NAME [with COLUMN = VALUE, …]", "adds a row to a table beside the deals",
            "The name is the row's key: an account's, a product's. Tables come from import.",
            examples: ["add account \"Acme Corp\" with sector = \"industry\""]),
        VocabularyEntry(
            .statement, "stage",
            "stage NAME [probability P%] [target DURATION] [category NAME] [as open|hold|won|lost]",
            "changes the settings of a stage", "A stage of several words stands in quotes here.",
            examples: ["stage \"Demo Scheduled\" probability 40% target 10d"]),
        VocabularyEntry(
            .statement, "pipeline", "pipeline [\"NAME\":] STAGE [P%] [as KIND], …",
            "defines the stages of a pipeline in order",
            examples: ["pipeline Initial Contact 10%, Demo 40%, Closed Won as won, Passed as lost"]),
        VocabularyEntry(
            .statement, "target", "target AMOUNT [of OWNER, …] in PERIOD", "sets what is to be won in a period",
            examples: ["target $250k of Dana in Q4 2026"]),
        VocabularyEntry(
            .statement, "undo", "undo [N]", "takes back the last change, or the last N", examples: ["undo", "undo 3"]),
        VocabularyEntry(
            .statement, "redo", "redo [N]", "makes again what undo took back", examples: ["redo"]),
        VocabularyEntry(.statement, "log", "log", "lists the changes made to the book", examples: ["log"]),
    ]

    /// Statements about what-ifs, and their levers.
    static let whatIfs: [VocabularyEntry] = [
        VocabularyEntry(
            .statement, "what if",
            "what if [QUERY | CHANGE]  or  what if LEVER …  or  what if add deal …  or  what if scenario NAME",
            "tries a change or a lever on a copy of the book",
            "Every answer is then given inside the what-if, until keep or forget. Alone it lists what is assumed.",
            examples: [
                "what if deals in Negotiation > $10k | win", "what if win rate in Negotiation = 60%",
                "what if deals closing this month | slip 30d", "what if",
            ]),
        VocabularyEntry(
            .statement, "compare", "compare QUERY [across SCENARIO, …]",
            "answers a query for the base and for the what-if, with the difference",
            examples: ["compare forecast this quarter by owner"]),
        VocabularyEntry(.statement, "keep", "keep", "makes the what-if real, as one change", examples: ["keep"]),
        VocabularyEntry(
            .statement, "forget", "forget [last | scenario NAME]",
            "drops the what-if, its last assumption, or a saved scenario",
            examples: ["forget", "forget last", "forget scenario \"Push enterprise\""]),
        VocabularyEntry(
            .statement, "scenario", "scenario NAME", "saves the what-if under a name with the book",
            examples: ["scenario \"Push enterprise\""]),
        VocabularyEntry(.statement, "scenarios", "scenarios", "lists the saved scenarios", examples: ["scenarios"]),
        VocabularyEntry(
            .statement, "sweep", "sweep LEVER from A to B [by STEP] [, LEVER …] | REPORT",
            "answers a report for each value of a lever",
            "Two levers, joined by a comma, give a grid.",
            examples: ["sweep win rate in Negotiation from 20% to 80% by 10% | forecast this quarter"]),
        VocabularyEntry(
            .statement, "solve", "solve LEVER until CONDITION | REPORT",
            "finds the value of a lever that reaches a goal",
            examples: ["solve win rate in Negotiation until expected >= $1m | forecast this quarter"]),
        VocabularyEntry(
            .statement, "sensitivity", "sensitivity of REPORT",
            "moves each lever by ten percent and ranks them by effect",
            examples: ["sensitivity of forecast this quarter"]),
        VocabularyEntry(
            .lever, "win rate", "win rate [CLAUSES] = P%", "the chance ever to win", "+ and - are percentage points.",
            examples: ["what if win rate from Webinar * 1.2"]),
        VocabularyEntry(
            .lever, "cycle", "cycle [CLAUSES] * N", "how long deals take to close", examples: ["what if cycle * 0.8"]),
        VocabularyEntry(
            .lever, "deal size", "deal size [CLAUSES] * N", "the value of open deals and of new business",
            examples: ["what if deal size of deals at \"Acme Corp\" + 10%"]),
        VocabularyEntry(
            .lever, "new deals", "new deals [CLAUSES] * N", "how many deals arrive",
            examples: ["what if new deals * 1.5"]),
    ]

    /// Settings.
    static let settings: [VocabularyEntry] = [
        VocabularyEntry(
            .setting, "fiscal_year", "fiscal_year = MONTH", "the month in which the fiscal year begins",
            "A fiscal year is named after the calendar year in which it ends.",
            examples: ["settings fiscal_year = February"]),
        VocabularyEntry(
            .setting, "week", "week = DAY", "the day on which weeks begin", examples: ["settings week = Sunday"]),
        VocabularyEntry(
            .setting, "today", "today = DATE", "the day that today means, or clock",
            examples: ["settings today = 2026-11-23"]),
        VocabularyEntry(
            .setting, "currency", "currency = SIGN or CODE", "the currency that amounts are reported in",
            examples: ["settings currency = $", "settings currency = EUR"]),
        VocabularyEntry(
            .setting, "me", "me = OWNER", "the owner whose deals my deals are", examples: ["settings me = Dana"]),
        VocabularyEntry(
            .setting, "timezone", "timezone = OFFSET", "the offset from UTC at which moments become days",
            examples: ["settings timezone = +02:00"]),
        VocabularyEntry(
            .setting, "ask_above", "ask_above = N",
            "how many deals a typed change may touch before it is asked about", examples: ["settings ask_above = 20"]),
    ]

    /// Import options.
    static let importOptions: [VocabularyEntry] = [
        VocabularyEntry(
            .importOption, "as of", "as of DATE",
            "the day of the export; what changed since the last one is recorded on it",
            examples: ["import deals from \"crm.csv\" as of 2026-11-16"]),
        VocabularyEntry(
            .importOption, "with", "with COLUMN as FIELD, …", "which column fills which field",
            examples: ["import deals from \"crm.csv\" with close_value as value, Lead Source as source"]),
        VocabularyEntry(
            .importOption, "key", "key COLUMN", "the column that a table is looked up by",
            examples: ["import accounts from \"accounts.csv\" key account"]),
        VocabularyEntry(
            .importOption, "missing as", "missing as \"TEXT\", …", "texts that stand for no value",
            examples: ["import deals from \"crm.csv\" missing as \"NA\", \"-\""]),
        VocabularyEntry(
            .importOption, "missing deals are", "missing deals are lost|deleted|kept",
            "what becomes of deals that the file no longer holds",
            examples: ["import deals from \"crm.csv\" missing deals are kept"]),
        VocabularyEntry(
            .importOption, "last row wins", "last row wins", "of rows with the same id the last one counts",
            examples: ["import deals from \"crm.csv\" last row wins"]),
        VocabularyEntry(
            .importOption, "rows are lines", "rows are lines",
            "rows with the same id are lines of one deal: their values add up",
            examples: ["import deals from \"crm.csv\" rows are lines"]),
        VocabularyEntry(
            .importOption, "dates as", "dates as D/M/Y | M/D/Y | Y-M-D",
            "the order of day and month in the file's dates",
            examples: ["import deals from \"crm.csv\" dates as D/M/Y"]),
        VocabularyEntry(
            .importOption, "skipping bad rows to", "skipping bad rows to \"FILE\"",
            "loads the good rows and writes the bad ones to a file",
            examples: ["import deals from \"crm.csv\" skipping bad rows to \"rejects.csv\""]),
    ]
}
