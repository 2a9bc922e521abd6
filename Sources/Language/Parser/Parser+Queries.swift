// Queries: a source or a report, then steps.

import Values

extension Parser {
    // query = ( source [ summary ] | report ) [ steps ] ;
    mutating func parseQuery() throws(ParseFailure) -> Query {
        let start = index
        if token.keyword?.reportKind != nil {
            let report = try parseReport()
            let place = SourceSpan(Int(tokens[start].start), Int(tokens[start].start))
            let implicit = DealsSource(isImplicit: true, isMine: false, clauses: [], span: place)
            let steps = [.report(report)] + (try parseSteps())
            return Query(source: .deals(implicit), summary: [], steps: steps, span: span(from: start))
        }
        expects(words: Parser.reportWords, .report)
        let source = try parseSource()
        let summary = try parseSummary()
        let steps = try parseSteps()
        return Query(source: source, summary: summary, steps: steps, span: span(from: start))
    }

    static let reportWords: [Keyword] = ReportKind.allCases.compactMap { Keyword(rawValue: $0.rawValue) }

    // summary = "by" keys ;
    mutating func parseSummary() throws(ParseFailure) -> [Key] { accept(.by, .clause) ? try parseKeys() : [] }

    // source = deals | deal_source | history | named | file ;
    mutating func parseSource() throws(ParseFailure) -> Source {
        expects(words: [.deals, .deal, .history, .my], .source)
        expects(words: [.open, .won, .lost, .closed, .stalled, .overdue], .status)
        expects(.table)
        expects(.path)
        switch token.keyword {
        case .my, .deals, .open, .won, .lost, .closed, .stalled, .overdue: return .deals(try parseDeals())
        case .deal: return .deal(try parseDealSource())
        case .history: return .history(try parseHistory())
        default: return at(.string) ? .file(try parseFile()) : .named(try parseNamed())
        }
    }

    // deals = deals_head [ clauses ] [ where_tail ] ;
    mutating func parseDeals() throws(ParseFailure) -> DealsSource {
        let start = index
        var deals = try parseDealsHead()
        deals.clauses = try parseWhereTail(after: try parseClauses(.selection, after: deals.clauses))
        deals.span = span(from: start)
        return deals
    }

    // deals_head = [ "my" ] { status } "deals" [ status_after ] ;
    mutating func parseDealsHead() throws(ParseFailure) -> DealsSource {
        let start = index
        let isMine = accept(.my, .source)
        var clauses: [Clause] = []
        while token.keyword?.status != nil {
            try add(try parseStatus(), to: &clauses)
        }
        expects(words: [.open, .won, .lost, .closed, .stalled, .overdue], .status)
        try expect(.deals, .source)
        if let status = try parseStatusAfter() { try add(status, to: &clauses) }
        return DealsSource(isImplicit: false, isMine: isMine, clauses: clauses, span: span(from: start))
    }

    // where_tail = where [ as_of ] ;
    mutating func parseWhereTail(after clauses: [Clause]) throws(ParseFailure) -> [Clause] {
        expects(.word("where", .clause))
        guard at(.where) else { return clauses }
        var all = clauses
        try add(.where(try parseWhere()), to: &all)
        expects(.word("as of", .clause))
        if at(.as) { try add(.asOf(try parseAsOf()), to: &all) }
        return all
    }

    /// `[ as_of ] [ where_tail ]`: what follows the other sources.
    private mutating func parsePlainTail() throws(ParseFailure) -> [Clause] {
        expects(.word("as of", .clause))
        let clauses: [Clause] = at(.as) ? [.asOf(try parseAsOf())] : []
        return try parseWhereTail(after: clauses)
    }

    // deal_source = deal_head [ as_of ] [ where_tail ] ;
    mutating func parseDealSource() throws(ParseFailure) -> DealSource {
        let start = index
        var deal = try parseDealHead()
        deal.clauses = try parsePlainTail()
        deal.span = span(from: start)
        return deal
    }

    // deal_head = "deal" names ;
    mutating func parseDealHead() throws(ParseFailure) -> DealSource {
        let start = index
        try expect(.deal, .source)
        return DealSource(deals: try parseNames(.deal), clauses: [], span: span(from: start))
    }

    // history = "history" [ "of" subject ] [ as_of ] [ where_tail ] ;
    mutating func parseHistory() throws(ParseFailure) -> HistorySource {
        let start = index
        try expect(.history, .source)
        let subject = accept(.of, .filler) ? try parseSubject() : nil
        let clauses = try parsePlainTail()
        return HistorySource(subject: subject, clauses: clauses, span: span(from: start))
    }

    // subject = deals_head [ selectors ] | deal_head | let_call [ selectors ] ;
    mutating func parseSubject() throws(ParseFailure) -> HistorySource.Subject {
        let start = index
        expects(words: [.deals, .deal, .my], .source)
        expects(words: [.open, .won, .lost, .closed, .stalled, .overdue], .status)
        switch token.keyword {
        case .my, .deals, .open, .won, .lost, .closed, .stalled, .overdue:
            var deals = try parseDealsHead()
            deals.clauses = try parseSelectors(after: deals.clauses)
            deals.span = span(from: start)
            return .deals(deals)
        case .deal: return .deal(try parseDealHead())
        default:
            var named = try parseLetCall()
            named.clauses = try parseSelectors(after: [])
            named.span = span(from: start)
            return .named(named)
        }
    }

    // selectors = selector { [ "and" ] selector } ;
    mutating func parseSelectors(after clauses: [Clause]) throws(ParseFailure) -> [Clause] {
        try parseClauses(.narrow, after: clauses)
    }

    // named = let_call [ clauses ] [ where_tail ] ;
    mutating func parseNamed() throws(ParseFailure) -> NamedSource {
        let start = index
        var named = try parseLetCall()
        tableName = named.name.text
        named.clauses = try parseWhereTail(after: try parseClauses(.selection))
        named.span = span(from: start)
        return named
    }

    // let_call = ? no beginning ahead ? field [ "(" [ value { "," value } ] ")" ] ;
    mutating func parseLetCall() throws(ParseFailure) -> NamedSource {
        let start = index
        expects(.table)
        if let keyword = token.keyword, Parser.beginnings.contains(keyword) { throw ParseFailure() }
        let name = try parseField(.table)
        var arguments: [Expression]?
        if at(.leftParen) {
            arguments = try parenthesised { parser throws(ParseFailure) in
                if parser.at(.rightParen) { return [] }
                return try parser.commaSeparated { parser throws(ParseFailure) in try parser.parseValue() }
            }
        }
        return NamedSource(name: name, arguments: arguments, clauses: [], span: span(from: start))
    }

    /// Words that begin a statement, source, clause, step or report: no table or `let` is called so without backticks.
    static let beginnings: Set<Keyword> = Set(reportWords).union(stopWords).union([
        .deals, .deal, .history, .my, .open, .won, .lost, .overdue, .on, .as,
        .import, .save, .new, .run, .add, .stage, .pipeline, .target, .let, .undo, .redo, .log, .what, .compare, .keep,
        .forget, .scenario, .scenarios, .sweep, .solve, .sensitivity, .settings, .explain, .help,
        .show, .sort, .top, .first, .skip, .distinct, .pivot, .chart, .expect, .count, .sum, .avg, .median, .min, .max,
        .stddev, .winRate, .set, .move, .advance, .win, .lose, .reopen, .slip, .delete, .if,
    ])

    // file = STRING [ as_of ] [ where_tail ] ;
    mutating func parseFile() throws(ParseFailure) -> FileSource {
        let start = index
        let path = try parseText(.path)
        let clauses = try parsePlainTail()
        return FileSource(path: path, clauses: clauses, span: span(from: start))
    }
}
