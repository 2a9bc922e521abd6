// `help` and `help TOPIC`: what to type first, and each word with its syntax, its meaning and an example that is run on
// the open book, so that the answer is the reader's own.

import Engine
import Language
import Pipeline
import Query
import Values

extension Session {
    /// `help [TOPIC]`.
    func showHelp(_ topic: String, at span: SourceSpan) throws {
        if topic.isEmpty { return write(helpStart()) }
        let asked = topic.hasPrefix(".") ? "prompt" : topic
        guard let found = HelpTopic.named(asked, in: book, today: calendar.today) else {
            throw unknownTopic(topic, at: span)
        }
        switch found {
        case .word(let entries):
            for (index, entry) in entries.enumerated() {
                if index > 0 { results.line() }
                write(describe(entry))
            }
            try runExample(entries.flatMap(\.examples))
        case .kind(let kind): write(list(kind))
        case .page(let page): write(page.lines)
        case .fields: write(try listFields())
        case .field(let field):
            let kind = field.isCustom ? "a custom field" : field.isDerived ? "a computed field" : "a field"
            write(["\(field.name) – \(kind), \(field.valueType.type)", "  " + field.documentation])
            try runExample(["deals where `\(field.name)` is set | show id, `\(field.name)` | first 3"])
        }
    }

    private func write(_ lines: [String]) {
        let width = min(Terminal.size(1)?.columns ?? 80, 100)
        for line in lines {
            for part in TextWrap.lines(line, width: width, indent: HelpText.lastColumn(line)) { results.line(part) }
        }
    }

    private func unknownTopic(_ topic: String, at span: SourceSpan) -> Diagnostic {
        // A word can be a step and a statement, or a field.
        var near: [String] = []
        for word in NameIndex(HelpTopic.all(book).map(\.word)).near(topic) where !near.contains(word) {
            near.append(word)
        }
        return Diagnostic(
            .unknownTopic, "there is no help about \"\(topic)\"", at: span,
            hint: near.isEmpty ? nil : "did you mean \(near.joined(separator: ", "))?",
            notes: ["help lists every topic"])
    }

    // MARK: The first page

    /// What to type first: with names of this book when it has deals, else how to get some.
    private func helpStart() -> [String] {
        var lines: [String] = []
        if book.dealCount == 0 {
            lines += [
                "This book is empty. To fill it from a CRM's export, and keep it:", "",
                "  import deals from \"export.csv\"", "  save as \"acme.pipeline\"", "", "Then ask, for example:",
            ]
        } else {
            lines.append("A question names what to look at, then what to do with it:")
        }
        // The names that most deals have: their questions have an answer.
        let values = CompletionValues(book, today: calendar.today, style: environment.lineStyle)
        let open = Set(book.stagePlaces.filter { $0.stage.kind == .open }.map(\.stage.name))
        let stage = values.values(of: "stage", beginning: "").filter { open.contains($0.name) }
            .max { ($0.value?.cents ?? 0) < ($1.value?.cents ?? 0) }?.written
        lines += [
            "", "  deals | first 5", "  open deals by stage", "  deals in \(stage ?? "Negotiation") > $10k",
            "  open deals of \(values.usual("owner") ?? "Dana") closing this quarter | sort close",
            "  won deals | count, sum value by source", "",
        ]
        lines.append("help TOPIC explains a word (help closing), or all of a kind (help steps):")
        lines.append("")
        let width = HelpKind.all.map(\.name.count).max() ?? 0
        let room = min(Terminal.size(1)?.columns ?? 80, 100)
        func add(_ kind: String, _ words: [String]) {
            let line = "  " + TextWidth.padded(kind, to: width) + "  " + words.joined(separator: " · ")
            lines.append(TextWidth.cut(line, to: room, ellipsis: environment.lineStyle.ellipsis))
        }
        for kind in HelpKind.all {
            let words = words(kind)
            if !words.isEmpty { add(kind.name, words) }
        }
        add("program", HelpPage.all.map(\.name) + ["fields"])
        return lines
    }

    private func list(_ kind: HelpKind) -> [String] {
        let entries = kind.entries
        let width = min(34, entries.map { TextWidth.of($0.syntax) }.max() ?? 0)
        return entries.flatMap { entry in
            TextWidth.of(entry.syntax) > width
                ? [entry.syntax, String(repeating: " ", count: width + 2) + entry.summary]
                : [TextWidth.padded(entry.syntax, to: width) + "  " + entry.summary]
        }
    }

    private func listFields() throws -> [String] {
        let fields = try book.fields(today: calendar.today)
        let width = fields.map { TextWidth.of($0.name) }.max() ?? 0
        return fields.map { field in
            let type = TextWidth.padded("\(field.valueType.type)", to: 8)
            return TextWidth.padded(field.name, to: width) + "  " + type + "  " + field.documentation
        }
    }

    /// The words of a kind, each once.
    private func words(_ kind: HelpKind) -> [String] {
        var seen: Set<String> = []
        return kind.entries.filter { seen.insert($0.word).inserted }.map(\.word)
    }

    // MARK: A word

    private func describe(_ entry: VocabularyEntry) -> [String] {
        var lines = [
            "\(entry.word) – \(HelpText.article(entry.role.rawValue))", "", "  " + entry.syntax, "  " + entry.summary,
        ]
        if !entry.explanation.isEmpty { lines.append("  " + entry.explanation) }
        if !entry.examples.isEmpty {
            lines.append("")
            lines += entry.examples.map { "  " + $0 }
        }
        return lines
    }

    /// Rows of an example that are shown.
    private static let exampleRowCount = 5

    /// Runs the first of the examples that this book has an answer to.
    private func runExample(_ examples: [String]) throws {
        guard book.dealCount > 0 else { return }
        for example in examples {
            let source = SourceText(example)
            let script = Parser.parse(source)
            guard script.diagnostics.isEmpty, script.statements.count == 1,
                case .query(let query) = script.statements[0],
                HelpText.isHarmless(query), let answer = try? answer(query, in: source), answer.rowCount > 0
            else { continue }
            results.line()
            results.line("On this book: \(example)")
            results.line()
            let isScreen = results === standardOutput && environment.outputIsTerminal
            var text = AnswerText(
                width: (display.width ?? Terminal.size(1)?.columns).map { max(20, $0 - 2) },
                rowCountMax: Session.exampleRowCount, style: environment.lineStyle, palette: .plain)
            text.drawsPictures = isScreen && display.showsPictures
            for line in try text.lines(answer) { results.line(line.isEmpty ? "" : "  " + line) }
            return
        }
    }
}

/// Forms of help's lines.
enum HelpText {
    /// `a step`, `an aggregate`.
    static func article(_ noun: String) -> String {
        ("aeiou".contains(noun.prefix(1)) ? "an " : "a ") + noun
    }

    /// Whether an example only asks, and asks no file.
    static func isHarmless(_ query: Query) -> Bool {
        if case .file = query.source { return false }
        return query.steps.allSatisfy { step in
            switch step {
            case .save, .change: false
            default: true
            }
        }
    }

    /// Where the last column of a line begins: behind its last gap of two blanks or more, or its indentation.
    static func lastColumn(_ line: String) -> Int {
        let letters = Array(line)
        var column = letters.prefix { $0 == " " }.count
        for index in letters.indices.dropFirst(column + 2)
        where letters[index] != " " && letters[index - 1] == " " && letters[index - 2] == " " {
            column = index
        }
        return min(column, 40)
    }
}
