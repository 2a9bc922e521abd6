// Statements: which one starts here.

import Values

extension Parser {
    static let statementWords: [Keyword] = [
        .import, .save, .new, .run, .add, .stage, .pipeline, .target, .let, .undo, .redo, .log, .what, .compare, .keep,
        .forget, .scenario, .scenarios, .sweep, .solve, .sensitivity, .settings, .explain, .help,
    ]

    // statement = import | open_book | save_book | new_book | run | add_deal | add_row | stage_edit | pipeline_edit | target_edit | let | undo | redo | log | what_if | compare | keep | forget | scenario | scenarios | sweep | solve | sensitivity | settings | explain | help | continuation | query ;
    mutating func parseStatement() throws(ParseFailure) -> Statement {
        if isRecording { expectStatements() }
        switch token.keyword {
        case .import: return .import(try parseImport())
        case .open where peek().kind == .string: return .open(try parseOpenBook())
        case .save: return .save(try parseSaveBook())
        case .new: return .new(try parseNewBook())
        case .run: return .run(try parseRun())
        case .add: return peek().keyword == .deal ? .addDeal(try parseAddDeal()) : .addRow(try parseAddRow())
        case .stage: return .stage(try parseStageEdit())
        case .pipeline: return .pipeline(try parsePipelineEdit())
        case .target: return .target(try parseTargetEdit())
        case .let: return .let(try parseLet())
        case .undo: return .undo(try parseUndo())
        case .redo: return .redo(try parseRedo())
        case .log: return .log(try parseLog())
        case .what: return .whatIf(try parseWhatIf())
        case .compare: return .compare(try parseCompare())
        case .keep: return .keep(try parseKeep())
        case .forget: return .forget(try parseForget())
        case .scenario: return .scenario(try parseScenario())
        case .scenarios: return .scenarios(try parseScenarios())
        case .sweep: return .sweep(try parseSweep())
        case .solve: return .solve(try parseSolve())
        case .sensitivity: return .sensitivity(try parseSensitivity())
        case .settings: return .settings(try parseSettings())
        case .explain: return .explain(try parseExplain())
        case .help: return .help(try parseHelp())
        default: break
        }
        if at(.pipe) { return .continuation(try parseContinuation()) }
        return .query(try parseQuery())
    }

    private mutating func expectStatements() {
        for word in Parser.statementWords {
            expects(.word(word == .what ? "what if" : word.rawValue, .statement))
        }
        expects(.word("add deal", .statement))
        expects(.word("open", .statement))
        if isPrompt { expects(.sign("|")) }
    }

    // continuation = steps ;
    mutating func parseContinuation() throws(ParseFailure) -> ContinuationStatement {
        guard isPrompt else { throw ParseFailure(diagnostic: ParserDiagnostics.nothingToContinue(token.span)) }
        let start = index
        let steps = try parseSteps()
        return ContinuationStatement(steps: steps, span: span(from: start))
    }

    // let = "let" new_name [ "(" new_name { "," new_name } ")" ] "=" ( ? value ahead ? let_value | ? no value ahead ? query ) ;
    mutating func parseLet() throws(ParseFailure) -> LetStatement {
        let start = index
        try expect(.let, .statement)
        let name = try parseNewName()
        var parameters: [Identifier] = []
        if at(.leftParen) {
            parameters = try parenthesised { parser throws(ParseFailure) in
                try parser.commaSeparated { parser throws(ParseFailure) in try parser.parseNewName() }
            }
        }
        try expect(.equal, "=")
        let meaning: LetStatement.Meaning
        if isValueAhead {
            meaning = .value(try parseLetValue())
        } else {
            expects(.value)
            let query = try parseQuery()
            if case .named(let named) = query.source, named.clauses.isEmpty, named.arguments == nil,
                query.summary.isEmpty, query.steps.isEmpty, !named.name.isBackticked
            {
                meaning = .either(named.name)
            } else {
                meaning = .query(query)
            }
        }
        return LetStatement(name: name, parameters: parameters, meaning: meaning, span: span(from: start))
    }

    // let_value = conditional | sum ;
    mutating func parseLetValue() throws(ParseFailure) -> Expression {
        at(.if) ? try parseConditional() : try parseSum()
    }

    /// Whether what follows `=` in a `let` is a value: it starts like one, or a word is followed by arithmetic or
    /// is a function. A text is a value unless it goes on as a query of that file.
    private var isValueAhead: Bool {
        let next = peek()
        switch token.kind {
        case .number, .money, .percent, .duration, .date, .periodCode, .minus, .leftParen: return true
        case .string:
            return !(next.kind == .pipe || next.keyword == .where || next.keyword == .by || next.keyword == .as)
        case .word, .backtick: break
        default: return false
        }
        if at(.if) || at(.yes) || at(.no) || at(.missing) || isDateWordsAhead(index) { return true }
        switch next.kind {
        case .plus, .minus, .star, .slash: return true
        case .dot: return next.touches
        case .leftParen: return Vocabulary.functionNames.contains(text(token.span).lowercased())
        default: return false
        }
    }

    // new_name = ? no beginning ahead ? field ;
    mutating func parseNewName() throws(ParseFailure) -> Identifier {
        if let keyword = token.keyword, Parser.beginnings.contains(keyword) {
            throw ParseFailure(diagnostic: ParserDiagnostics.reservedName(text(token.span), token.span))
        }
        return try parseField(.newName)
    }

    // settings = "settings" [ setting { "," setting } ] ;
    mutating func parseSettings() throws(ParseFailure) -> SettingsStatement {
        let start = index
        try expect(.settings, .statement)
        expects(.setting)
        var settings: [SettingSyntax] = []
        if !token.isEnd {
            settings = try commaSeparated { parser throws(ParseFailure) in try parser.parseSetting() }
        }
        return SettingsStatement(settings: settings, span: span(from: start))
    }

    // setting = field "=" setting_value ;
    mutating func parseSetting() throws(ParseFailure) -> SettingSyntax {
        let start = index
        let name = try parseField(.setting)
        try expect(.equal, "=")
        let first = index
        let value = try parseSettingValue(of: name.text.lowercased())
        return SettingSyntax(name: name, value: value, valueSpan: span(from: first), span: span(from: start))
    }

    // setting_value = SYMBOL | ( "+" | "-" ) ? touching ? name_word | literal | bare_name ? as long as possible ? ;
    mutating func parseSettingValue(of setting: String) throws(ParseFailure) -> SettingValue {
        expects(.valueOfSetting(setting))
        if at(.symbol) {
            let sign = text(token.span)
            advance(as: .sign)
            return .currencySign(sign)
        }
        let start = index
        if at(.plus) || at(.minus), peek().touches {
            // An offset such as +02:00 is one word.
            advance(as: .name)
            _ = try parseNameWord(.valueOfSetting(setting))
            let word = Word(text: text(span(from: start)), span: span(from: start))
            return .name(Name(text: word.text, style: .bare, words: [word], span: word.span))
        }
        let nameEnd = endOfBareName()
        if isLiteralAhead {
            let literal = try parseLiteral()
            if index >= nameEnd { return .literal(literal) }
            index = start
        }
        return .name(try parseBareName(.plain, .valueOfSetting(setting)))
    }

    // explain = "explain" query ;
    mutating func parseExplain() throws(ParseFailure) -> ExplainStatement {
        let start = index
        try expect(.explain, .statement)
        return ExplainStatement(query: try parseQuery(), span: span(from: start))
    }

    // help = "help" { ANY } ;
    mutating func parseHelp() throws(ParseFailure) -> HelpStatement {
        let start = index
        try expect(.help, .statement)
        expects(.helpTopic)
        let first = index
        var words: [String] = []
        while !token.isEnd {
            let word = text(token.span).lowercased()
            if token.touches, let last = words.popLast() { words.append(last + word) } else { words.append(word) }
            advance(as: .name)
        }
        if isRecording, index > first { expects(.helpTopic, from: Int(tokens[first].start)) }
        return HelpStatement(topic: words.joined(separator: " "), span: span(from: start))
    }
}
