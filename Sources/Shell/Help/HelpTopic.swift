// What help can be asked about: every word of the language's vocabulary, kinds of words, the fields of the open book,
// and a few pages about the program itself. Nothing is described here that another table describes already.

import Language
import Pipeline
import Values

/// Something that help explains.
enum HelpTopic {
    /// A word of the language, with all that it means.
    case word([VocabularyEntry])
    /// All words of some kinds.
    case kind(HelpKind)
    /// A field of the deals.
    case field(Field)
    /// All fields of the deals.
    case fields
    /// A page about the program.
    case page(HelpPage)

    /// The topic that the words after `help` mean; `nil` when there is none.
    static func named(_ text: String, in book: Book, today: Day) -> HelpTopic? {
        let wanted = text.lowercased()
        let entries = Vocabulary.entries(for: wanted)
        if !entries.isEmpty { return .word(entries) }
        if let kind = HelpKind.all.first(where: { $0.name == wanted }) { return .kind(kind) }
        if wanted == "fields" { return .fields }
        if let page = HelpPage.all.first(where: { $0.name == wanted }) { return .page(page) }
        if let name = book.fieldNames.first(where: { $0.lowercased() == wanted }),
            let field = (try? book.field(named: name, today: today)) ?? nil
        {
            return .field(field)
        }
        // `help fields` and `help step` as well as `help steps`; `help win` as well as `help win_rate`.
        let begun = Vocabulary.entries.filter { $0.word.hasPrefix(wanted) }
        let words = Set(begun.map(\.word))
        if words.count == 1 { return .word(begun) }
        return HelpKind.all.first { $0.name.hasPrefix(wanted) }.map(HelpTopic.kind)
    }

    /// Every topic with a few words about it, for Tab.
    static func all(_ book: Book) -> [(word: String, detail: String)] {
        HelpKind.all.map { (word: $0.name, detail: "all " + $0.name) }
            + HelpPage.all.map { (word: $0.name, detail: $0.summary) }
            + [(word: "fields", detail: "all fields of the deals")]
            + Vocabulary.entries.map { (word: $0.word, detail: $0.summary) }
            + book.fieldNames.map { (word: $0, detail: "a field") }
    }
}

/// Words that belong together.
struct HelpKind: Sendable {
    /// What they are called: `steps`.
    let name: String
    /// Their roles in the vocabulary.
    let roles: [WordRole]

    /// In the order in which a question is written, then what is not a question.
    static let all = [
        HelpKind(name: "sources", roles: [.source]), HelpKind(name: "clauses", roles: [.status, .clause]),
        HelpKind(name: "dates", roles: [.date]), HelpKind(name: "conditions", roles: [.condition]),
        HelpKind(name: "steps", roles: [.step]), HelpKind(name: "sums", roles: [.aggregate]),
        HelpKind(name: "functions", roles: [.function, .window]), HelpKind(name: "reports", roles: [.report]),
        HelpKind(name: "changes", roles: [.change]), HelpKind(name: "statements", roles: [.statement]),
        HelpKind(name: "what-ifs", roles: [.lever]), HelpKind(name: "imports", roles: [.importOption]),
        HelpKind(name: "settings", roles: [.setting]),
    ]

    /// Its words in the vocabulary's order.
    var entries: [VocabularyEntry] { Vocabulary.entries.filter { roles.contains($0.role) } }
}

/// A page about the program itself.
struct HelpPage: Sendable {
    /// What it is asked for by.
    let name: String
    /// What it is about.
    let summary: String
    /// Its lines.
    let lines: [String]

    /// Every page.
    static let all = [prompt, formats, files, scripts]

    private static let prompt = HelpPage(
        name: "prompt", summary: "keys and commands of the terminal",
        lines: [
            "Enter runs a complete statement and breaks the line of an incomplete one.",
            "A line that begins with | goes on with the last question.",
            "",
            "Tab        what may stand here: words, fields, names with their deals, dates, files",
            "→ Ctrl-F   takes the grey suggestion",
            "↑ ↓        earlier statements that begin as typed;  Ctrl-R searches",
            "Ctrl-_     takes back an edit;  Esc Enter breaks a line",
            "Ctrl-C     clears the line, or stops a question;  Ctrl-D leaves",
            "",
        ] + DotCommand.all.map { TextWidth.padded($0.syntax, to: 28) + "  " + $0.summary })

    private static let formats = HelpPage(
        name: "formats", summary: "csv, json and the others",
        lines: [
            "dealsh -F FORMAT and .format FORMAT choose how results are written:",
            "",
            "table            aligned columns, with counts and totals beneath",
            "csv, tsv         a header and rows; every digit, ISO dates, empty where missing",
            "json, ndjson     objects; null where missing",
            "markdown, html   a table for a text or page",
            "",
            "A terminal gets reports as pictures (board, funnel, aging, changes). Their rows",
            "are listed by -F table, by .pictures off and behind any further step.",
            "",
            "A pipe or file gets every row and no colours; counts and totals stay under",
            "a table, the other formats hold rows alone. Problems go to standard error.",
            "",
            "deals | save \"out.csv\" writes a file; its ending chooses the format.",
            "save \"out.csv\" guarded keeps a spreadsheet from running cells as formulas.",
        ])

    private static let files = HelpPage(
        name: "files", summary: "books, exports and where they are",
        lines: [
            "A book is one file, NAME.pipeline: deals, history, tables, lets and settings.",
            "",
            "import deals from \"export.csv\"   adds or updates deals by their id",
            "save as \"acme.pipeline\"          writes the book; save writes it again",
            "dealsh acme.pipeline             opens it",
            "\"leads.csv\" | count              asks a file where it lies",
            "",
            "A change is on the disk, in NAME.pipeline.journal, before it is told as done; save",
            "writes it into the book. One shell changes a book at a time, others read it.",
            "dealsh check acme.pipeline        verifies it; --salvage OUT keeps what is sound",
            "",
            "Files are found from the folder in which dealsh was started, run \"x.pql\" from the",
            "folder of the script that says it.",
        ])

    private static let scripts = HelpPage(
        name: "scripts", summary: "statements in files, cron and CI",
        lines: [
            "dealsh acme.pipeline -f weekly.pql     runs a file; -c 'STATEMENT' runs one",
            "deals | expect value > $0              fails the script when a row breaks it",
            "",
            "A script is read whole before anything runs and stops at its first error.",
            "Exit status: 0 done, 1 a statement failed, 2 wrong usage, 3 a file, 130 interrupted.",
        ])
}
