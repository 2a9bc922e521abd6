// Reports: each takes clauses, most a period and keys, some a word of their own.

import Values

extension Parser {
    // report = changes | funnel | trend | forecast | period_report | plain_report ;
    mutating func parseReport() throws(ParseFailure) -> ReportStep {
        expects(words: Parser.reportWords, .report)
        switch token.keyword {
        case .changes: return try parseChanges()
        case .funnel: return try parseFunnel()
        case .trend: return try parseTrend()
        case .forecast, .backtest: return try parseForecast()
        case .conversion, .velocity, .bottlenecks, .attainment, .slipped: return try parsePeriodReport()
        default: return try parsePlainReport()
        }
    }

    private mutating func beginReport(_ words: [Keyword]) throws(ParseFailure) -> ReportStep {
        let place = token.span
        let word = try expect(anyOf: words, .report)
        guard let kind = word.reportKind else { throw ParseFailure() }
        return ReportStep(
            kind: kind, kindSpan: place, isStrict: false, measure: nil, since: nil, period: nil, keys: [], method: nil,
            clauses: [], span: place)
    }

    // changes = "changes" "since" day { by | [ "and" ] clause } [ report_where ] ;
    mutating func parseChanges() throws(ParseFailure) -> ReportStep {
        var report = try beginReport([.changes])
        try expect(.since, .filler)
        report.since = try parseDay()
        return try parseReportOptions(report)
    }

    // funnel = "funnel" [ "strict" ] { by | [ "and" ] clause } [ report_where ] ;
    mutating func parseFunnel() throws(ParseFailure) -> ReportStep {
        var report = try beginReport([.funnel])
        report.isStrict = accept(.strict, .filler)
        return try parseReportOptions(report)
    }

    // trend = "trend" [ ? no option ahead ? field ] { own_period | by | [ "and" ] clause } [ report_where ] ;
    mutating func parseTrend() throws(ParseFailure) -> ReportStep {
        var report = try beginReport([.trend])
        expects(.field)
        if !isOptionAhead, at(.word) || at(.backtick) { report.measure = try parseField() }
        return try parseReportOptions(report, takesPeriod: true)
    }

    /// Whether a word of a report's options starts here instead of a measure.
    private var isOptionAhead: Bool {
        guard let keyword = token.keyword else { return isSpanAhead(index) }
        return Parser.stopWords.contains(keyword) || Parser.clauseWords.contains(keyword) || isSpanAhead(index)
    }

    // forecast = ( "forecast" | "backtest" ) { own_period | using | by | [ "and" ] clause } [ report_where ] ;
    mutating func parseForecast() throws(ParseFailure) -> ReportStep {
        try parseReportOptions(try beginReport([.forecast, .backtest]), takesPeriod: true, takesMethod: true)
    }

    // period_report = ( "conversion" | "velocity" | "bottlenecks" | "attainment" | "slipped" ) { own_period | by | [ "and" ] clause } [ report_where ] ;
    mutating func parsePeriodReport() throws(ParseFailure) -> ReportStep {
        let report = try beginReport([.conversion, .velocity, .bottlenecks, .attainment, .slipped])
        return try parseReportOptions(report, takesPeriod: true)
    }

    // plain_report = ( "board" | "aging" | "cohorts" | "hygiene" | "focus" ) { by | [ "and" ] clause } [ report_where ] ;
    mutating func parsePlainReport() throws(ParseFailure) -> ReportStep {
        try parseReportOptions(try beginReport([.board, .aging, .cohorts, .hygiene, .focus]))
    }

    /// The options of a report in any order, each kind once, then its `where`.
    private mutating func parseReportOptions(
        _ report: ReportStep, takesPeriod: Bool = false, takesMethod: Bool = false
    ) throws(ParseFailure) -> ReportStep {
        var report = report
        while true {
            if takesPeriod, report.period == nil { expects(.period) }
            expects(.word("by", .clause))
            if takesMethod, report.method == nil { expects(.word("using", .clause)) }
            if takesPeriod, isSpanAhead(index) || isRecording && token.keyword?.direction != nil {
                try checkOnce(report.period == nil, "the period")
                report.period = try parseOwnPeriod()
            } else if at(.by) {
                try checkOnce(report.keys.isEmpty, "by")
                report.keys = try parseBy()
            } else if takesMethod, at(.using) {
                try checkOnce(report.method == nil, "using")
                report.method = try parseUsing()
            } else {
                let count = report.clauses.count
                report.clauses = try parseReportClauses(report.clauses)
                if report.clauses.count == count { break }
            }
        }
        if at(.where) { try parseReportWhere(&report) } else { expects(.word("where", .clause)) }
        report.span = report.kindSpan.union(SourceSpan(report.kindSpan.start, Int(tokens[index - 1].end)))
        return report
    }

    /// At most one clause, `and` before it allowed.
    private mutating func parseReportClauses(_ clauses: [Clause]) throws(ParseFailure) -> [Clause] {
        var clauses = clauses
        if at(.and), isClauseAhead(.selection, 1) { advance(as: .keyword) }
        let before = clauses
        clauses = try parseClauses(.selection, after: before)
        return clauses
    }

    private func checkOnce(_ isFirst: Bool, _ what: String) throws(ParseFailure) {
        if !isFirst { throw ParseFailure(diagnostic: ParserDiagnostics.duplicateOption(what, token.span)) }
    }

    // own_period = ? span ahead ? range ;
    mutating func parseOwnPeriod() throws(ParseFailure) -> PeriodExpression { try parseRange() }

    // by = "by" keys ;
    mutating func parseBy() throws(ParseFailure) -> [Key] {
        try expect(.by, .clause)
        return try parseKeys()
    }

    // using = "using" ( "stages" | "history" | "category" ) ;
    mutating func parseUsing() throws(ParseFailure) -> ForecastMethod {
        try expect(.using, .clause)
        let word = try expect(anyOf: [.stages, .history, .category], .filler)
        return ForecastMethod(rawValue: word.rawValue) ?? .stages
    }

    // report_where = where { by | as_of } ;
    mutating func parseReportWhere(_ report: inout ReportStep) throws(ParseFailure) {
        try add(.where(try parseWhere()), to: &report.clauses)
        while true {
            expects(.word("by", .clause))
            expects(.word("as of", .clause))
            if at(.by) {
                try checkOnce(report.keys.isEmpty, "by")
                report.keys = try parseBy()
            } else if at(.as) {
                try add(.asOf(try parseAsOf()), to: &report.clauses)
            } else {
                return
            }
        }
    }
}
