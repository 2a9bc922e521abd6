// Statements about the book: its file, its deals, stages, pipelines and targets, undo.

import Values

extension Parser {
    static let stageKinds: [Keyword] = [.open, .hold, .won, .lost]

    // open_book = "open" STRING ;
    mutating func parseOpenBook() throws(ParseFailure) -> OpenStatement {
        let start = index
        try expect(.open, .statement)
        return OpenStatement(path: try parseText(.path), span: span(from: start))
    }

    // save_book = "save" [ "as" STRING | "compact" ] ;
    mutating func parseSaveBook() throws(ParseFailure) -> SaveStatement {
        let start = index
        try expect(.save, .statement)
        let path = accept(.as, .filler) ? try parseText(.path) : nil
        let isCompact = path == nil && accept(.compact, .filler)
        return SaveStatement(path: path, isCompact: isCompact, span: span(from: start))
    }

    private mutating func parsePlain(_ word: Keyword) throws(ParseFailure) -> PlainStatement {
        let start = index
        try expect(word, .statement)
        return PlainStatement(span: span(from: start))
    }

    // new_book = "new" ;
    mutating func parseNewBook() throws(ParseFailure) -> PlainStatement { try parsePlain(.new) }

    // log = "log" ;
    mutating func parseLog() throws(ParseFailure) -> PlainStatement { try parsePlain(.log) }

    // keep = "keep" ;
    mutating func parseKeep() throws(ParseFailure) -> PlainStatement { try parsePlain(.keep) }

    // scenarios = "scenarios" ;
    mutating func parseScenarios() throws(ParseFailure) -> PlainStatement { try parsePlain(.scenarios) }

    // run = "run" STRING ;
    mutating func parseRun() throws(ParseFailure) -> RunStatement {
        let start = index
        try expect(.run, .statement)
        return RunStatement(path: try parseText(.path), span: span(from: start))
    }

    // undo = "undo" [ count ] ;
    mutating func parseUndo() throws(ParseFailure) -> UndoStatement { try parseUndoCount(.undo) }

    // redo = "redo" [ count ] ;
    mutating func parseRedo() throws(ParseFailure) -> UndoStatement { try parseUndoCount(.redo) }

    private mutating func parseUndoCount(_ word: Keyword) throws(ParseFailure) -> UndoStatement {
        let start = index
        try expect(word, .statement)
        expects(.count)
        let count = at(.number) ? try parseCount() : 1
        return UndoStatement(count: count, span: span(from: start))
    }

    // add_deal = "add" "deal" change_name [ "with" new_value { "," new_value } ] [ on_day ] ;
    mutating func parseAddDeal() throws(ParseFailure) -> AddDealStatement {
        let start = index
        try expect(.add, .statement)
        try expect(.deal, .filler)
        let name = try parseChangeName(.newName)
        let values = try parseNewValues()
        let day = try parseOnDay()
        return AddDealStatement(name: name, values: values, on: day, span: span(from: start))
    }

    // add_row = "add" ? no deal ahead ? one_word change_name [ "with" new_value { "," new_value } ] ;
    mutating func parseAddRow() throws(ParseFailure) -> AddRowStatement {
        let start = index
        try expect(.add, .statement)
        expects(.word("deal", .filler))
        let table = try parseOneWord(.table)
        tableName = table.text
        let name = try parseChangeName(.newName)
        return AddRowStatement(table: table, name: name, values: try parseNewValues(), span: span(from: start))
    }

    private mutating func parseNewValues() throws(ParseFailure) -> [Assignment] {
        guard accept(.with, .filler) else { return [] }
        return try commaSeparated { parser throws(ParseFailure) in try parser.parseNewValue() }
    }

    // stage_edit = "stage" one_word stage_option { stage_option } ;
    mutating func parseStageEdit() throws(ParseFailure) -> StageStatement {
        let start = index
        try expect(.stage, .statement)
        let stage = try parseOneWord(.stage)
        var statement = StageStatement(
            stage: stage, probability: nil, target: nil, category: nil, kind: nil, span: stage.span)
        repeat { try parseStageOption(&statement) } while !token.isEnd
        statement.span = span(from: start)
        return statement
    }

    // stage_option = "probability" percent | "target" duration | "category" one_word | "as" stage_kind ;
    private mutating func parseStageOption(_ statement: inout StageStatement) throws(ParseFailure) {
        let place = token.span
        func once(_ isFirst: Bool, _ what: String) throws(ParseFailure) {
            if !isFirst { throw ParseFailure(diagnostic: ParserDiagnostics.duplicateOption(what, place)) }
        }
        switch try expect(anyOf: [.probability, .target, .category, .as], .filler) {
        case .probability:
            try once(statement.probability == nil, "probability")
            statement.probability = try parsePercent()
        case .target:
            try once(statement.target == nil, "target")
            statement.target = try parseDuration()
        case .category:
            try once(statement.category == nil, "category")
            statement.category = try parseOneWord(.value)
        default:
            try once(statement.kind == nil, "as")
            statement.kind = try parseStageKind()
        }
    }

    // stage_kind = "open" | "hold" | "won" | "lost" ;
    mutating func parseStageKind() throws(ParseFailure) -> StageKindWord? {
        StageKindWord(rawValue: try expect(anyOf: Parser.stageKinds, .filler).rawValue)
    }

    // one_word = STRING | BACKTICK | name_word ;
    mutating func parseOneWord(_ item: Expected) throws(ParseFailure) -> Name {
        expects(item)
        if let name = acceptQuotedName() { return name }
        return try parseNameWord(item)
    }

    // pipeline_edit = "pipeline" [ STRING ":" ] pipeline_stage { "," pipeline_stage } ;
    mutating func parsePipelineEdit() throws(ParseFailure) -> PipelineStatement {
        let start = index
        try expect(.pipeline, .statement)
        var name: TextLiteral?
        if at(.string), peek().kind == .colon {
            name = try parseText()
            try expect(.colon, ":")
        }
        let stages = try commaSeparated { parser throws(ParseFailure) in try parser.parsePipelineStage() }
        return PipelineStatement(name: name, stages: stages, span: span(from: start))
    }

    // pipeline_stage = pipeline_name [ percent ] [ "as" stage_kind ] ;
    mutating func parsePipelineStage() throws(ParseFailure) -> PipelineStageSyntax {
        let start = index
        let name = try parsePipelineName()
        expects(.percent)
        let probability = at(.percent) ? try parsePercent() : nil
        let kind = accept(.as, .filler) ? try parseStageKind() : nil
        return PipelineStageSyntax(name: name, probability: probability, kind: kind, span: span(from: start))
    }

    // pipeline_name = STRING | BACKTICK | name_word { ? no stop word or kind ahead ? name_word } ? as long as possible ? ;
    mutating func parsePipelineName() throws(ParseFailure) -> Name { try parseName(.stage, .pipelineStage) }

    // target_edit = "target" sum [ "of" names ] "in" range ;
    mutating func parseTargetEdit() throws(ParseFailure) -> TargetStatement {
        let start = index
        try expect(.target, .statement)
        let amount = try parseSum()
        var owner: NamesClause?
        let first = index
        if accept(.of, .clause) {
            owner = NamesClause(isNegated: false, names: try parseNames(.owner), span: span(from: first))
        }
        try expect(.in, .filler)
        let period = try parseRange()
        return TargetStatement(amount: amount, owner: owner, period: period, span: span(from: start))
    }
}
