// Steps: one function for each.

import Values

extension Parser {
    // steps = { "|" step } "|" ( step | change ) ;
    /// Also with none. After a step that fails, goes on with the next one, to find more errors.
    mutating func parseSteps() throws(ParseFailure) -> [Step] {
        var steps: [Step] = []
        while accept(.pipe, "|") {
            if isRecording {
                steps.append(try parseStepOrChange())
            } else if let step = recover(
                skipping: { $0.kind == .pipe },
                { parser throws(ParseFailure) in
                    let step = try parser.parseStepOrChange()
                    // What follows a step is the next one; anything else belongs to the step's error.
                    if !parser.token.isEnd, !parser.at(.pipe), !parser.at(.across) {
                        try parser.expectEndOfStep()
                    }
                    return step
                })
            {
                if case .change(let change) = steps.last {
                    throw ParseFailure(diagnostic: ParserDiagnostics.changeNotLast(change, step.span))
                }
                steps.append(step)
            }
        }
        return steps
    }

    private mutating func expectEndOfStep() throws(ParseFailure) {
        expects(.sign("|"))
        try expectEnd()
    }

    private mutating func parseStepOrChange() throws(ParseFailure) -> Step {
        let words: [Keyword] = [.set, .move, .advance, .win, .lose, .reopen, .slip, .delete]
        expects(words: words, .change)
        if let keyword = token.keyword, words.contains(keyword), peek().kind != .equal {
            return .change(try parseChange())
        }
        return try parseStep()
    }

    // step = where | show | with | aggregate | sort | top | first | skip | distinct | pivot | chart | save_rows | expect | report | narrow ;
    mutating func parseStep() throws(ParseFailure) -> Step {
        if isRecording { expectSteps() }
        guard peek().kind != .equal else { return .aggregate(try parseAggregate()) }
        switch token.keyword {
        case .where: return .where(try parseWhere())
        case .show: return .show(try parseShow())
        case .with: return .with(try parseWith())
        case .sort: return .sort(try parseSort())
        case .top: return .top(try parseTop())
        case .first: return .first(try parseFirst())
        case .skip: return .skip(try parseSkip())
        case .distinct: return .distinct(try parseDistinct())
        case .pivot: return .pivot(try parsePivot())
        case .chart: return .chart(try parseChart())
        case .save: return .save(try parseSaveRows())
        case .expect: return .expect(try parseExpect())
        default: break
        }
        if token.keyword?.reportKind != nil {
            return .report(try parseReport())
        }
        if isAggregateAhead { return .aggregate(try parseAggregate()) }
        return .narrow(try parseNarrow())
    }

    private mutating func expectSteps() {
        expects(
            words: [.where, .show, .with, .sort, .top, .first, .skip, .distinct, .pivot, .chart, .save, .expect], .step)
        expects(words: Parser.reportWords, .report)
        expects(words: Parser.aggregateWords, .aggregate)
    }

    // narrow = ( status_after | selector ) { [ "and" ] selector } ;
    mutating func parseNarrow() throws(ParseFailure) -> NarrowStep {
        let start = index
        let status = try parseStatusAfter().map { [$0] } ?? []
        let clauses = try parseSelectors(after: status)
        guard !clauses.isEmpty else { throw ParseFailure() }
        return NarrowStep(clauses: clauses, span: span(from: start))
    }

    // show = "show" shown { "," shown } ;
    mutating func parseShow() throws(ParseFailure) -> ShowStep {
        let start = index
        try expect(.show, .step)
        let columns = try commaSeparated { parser throws(ParseFailure) in try parser.parseShown() }
        return ShowStep(columns: columns, span: span(from: start))
    }

    // shown = assignment | path ;
    mutating func parseShown() throws(ParseFailure) -> ShowStep.Column {
        expects(.field)
        if peek().kind == .equal { return .assignment(try parseAssignment()) }
        let path = try parsePath()
        if index > 0, tokens[index - 1].kind == .word { expects(.sign("=")) }
        return .path(path)
    }

    // with = "with" assignment { "," assignment } ;
    mutating func parseWith() throws(ParseFailure) -> WithStep {
        let start = index
        try expect(.with, .step)
        let columns = try commaSeparated { parser throws(ParseFailure) in try parser.parseAssignment() }
        return WithStep(columns: columns, span: span(from: start))
    }

    // assignment = field "=" expression ;
    mutating func parseAssignment() throws(ParseFailure) -> Assignment {
        let start = index
        let name = try parseField(.newName)
        try expect(.equal, "=")
        return Assignment(name: name, value: try parseExpression(), span: span(from: start))
    }

    static let aggregateWords: [Keyword] = [.count, .sum, .avg, .median, .min, .max, .stddev, .winRate]

    /// `p90`: the percentile that the present token names.
    private var percentile: Int? {
        guard at(.word), token.keyword == nil, token.end - token.start <= 4 else { return nil }
        let bytes = source.bytes[Int(token.start)..<Int(token.end)]
        guard let first = bytes.first, first | 0x20 == UInt8(ascii: "p"), bytes.count > 1 else { return nil }
        var number = 0
        for byte in bytes.dropFirst() {
            guard byte >= 48, byte <= 57 else { return nil }
            number = number * 10 + Int(byte - 48)
        }
        return number <= 100 ? number : nil
    }

    private var isAggregateAhead: Bool {
        if peek().kind == .equal { return true }
        if let keyword = token.keyword { return Parser.aggregateWords.contains(keyword) }
        return percentile != nil
    }

    // aggregate = measure { "," measure } [ "by" keys ] ;
    mutating func parseAggregate() throws(ParseFailure) -> AggregateStep {
        let start = index
        let measures = try commaSeparated { parser throws(ParseFailure) in try parser.parseMeasure() }
        let keys = accept(.by, .step) ? try parseKeys() : []
        return AggregateStep(measures: measures, keys: keys, span: span(from: start))
    }

    // measure = [ field "=" ] ( "count" [ "distinct" path ] | "win_rate" | AGGREGATE sum ) [ where ] ;
    mutating func parseMeasure() throws(ParseFailure) -> Measure {
        let start = index
        var name: Identifier?
        if peek().kind == .equal {
            name = try parseField(.newName)
            try expect(.equal, "=")
        }
        let first = index
        let function: AggregateFunction
        var operand: Expression?
        expects(words: Parser.aggregateWords, .aggregate)
        expects(.word("p90", .aggregate))
        if let percentile {
            function = .percentile(percentile)
            advance(as: .keyword)
        } else {
            switch accept(anyOf: Parser.aggregateWords, .aggregate) {
            case .count: function = accept(.distinct, .aggregate) ? .countDistinct : .count
            case .sum: function = .sum
            case .avg: function = .avg
            case .median: function = .median
            case .min: function = .min
            case .max: function = .max
            case .stddev: function = .stddev
            case .winRate: function = .winRate
            default: throw ParseFailure()
            }
        }
        let functionSpan = span(from: first)
        switch function {
        case .count, .winRate: break
        case .countDistinct: operand = .path(try parsePath())
        default: operand = try parseSum()
        }
        let filter = at(.where) || isRecording ? try parseMeasureFilter() : nil
        return Measure(
            name: name, function: function, functionSpan: functionSpan, operand: operand, filter: filter,
            span: span(from: start))
    }

    private mutating func parseMeasureFilter() throws(ParseFailure) -> Expression? {
        guard accept(.where, .clause) else { return nil }
        return try parseCondition()
    }

    // keys = key { "," key } ;
    mutating func parseKeys() throws(ParseFailure) -> [Key] {
        try commaSeparated { parser throws(ParseFailure) in try parser.parseKey() }
    }

    // key = [ field "=" ] sum ;
    mutating func parseKey() throws(ParseFailure) -> Key {
        expects(.field)
        let start = index
        var name: Identifier?
        if peek().kind == .equal {
            name = try parseField(.newName)
            try expect(.equal, "=")
        }
        return Key(name: name, value: try parseSum(), span: span(from: start))
    }

    // sort = "sort" [ "by" ] sort_key { "," sort_key } ;
    mutating func parseSort() throws(ParseFailure) -> SortStep {
        let start = index
        try expect(.sort, .step)
        _ = accept(.by, .filler)
        let keys = try commaSeparated { parser throws(ParseFailure) in try parser.parseSortKey() }
        return SortStep(keys: keys, span: span(from: start))
    }

    // sort_key = sum [ "asc" | "desc" ] ;
    mutating func parseSortKey() throws(ParseFailure) -> SortKey {
        expects(.field)
        let start = index
        let value = try parseSum()
        let direction = accept(anyOf: [.asc, .desc], .step)
        return SortKey(value: value, isDescending: direction == .desc, span: span(from: start))
    }

    // top = "top" count [ "by" sum ] ;
    mutating func parseTop() throws(ParseFailure) -> TopStep {
        let start = index
        try expect(.top, .step)
        let count = try parseCount()
        let key = accept(.by, .step) ? try parseSum() : nil
        return TopStep(count: count, by: key, span: span(from: start))
    }

    // first = "first" count ;
    mutating func parseFirst() throws(ParseFailure) -> FirstStep {
        let start = index
        try expect(.first, .step)
        return FirstStep(count: try parseCount(), span: span(from: start))
    }

    // skip = "skip" count ;
    mutating func parseSkip() throws(ParseFailure) -> SkipStep {
        let start = index
        try expect(.skip, .step)
        return SkipStep(count: try parseCount(), span: span(from: start))
    }

    // distinct = "distinct" [ ? no across ahead ? path { "," path } ] ;
    mutating func parseDistinct() throws(ParseFailure) -> DistinctStep {
        let start = index
        try expect(.distinct, .step)
        expects(.field)
        let paths: [Path] =
            isPathStart ? try commaSeparated { parser throws(ParseFailure) in try parser.parsePath() } : []
        return DistinctStep(paths: paths, span: span(from: start))
    }

    private var isPathStart: Bool { at(.word) && !at(.across) || at(.backtick) }

    // pivot = "pivot" [ ? no across ahead ? path ] ;
    mutating func parsePivot() throws(ParseFailure) -> PivotStep {
        let start = index
        try expect(.pivot, .step)
        expects(.field)
        let key = isPathStart ? try parsePath() : nil
        return PivotStep(key: key, span: span(from: start))
    }

    // chart = "chart" [ "bars" | "columns" | "line" | "spark" ] ;
    mutating func parseChart() throws(ParseFailure) -> ChartStep {
        let start = index
        try expect(.chart, .step)
        let kind = accept(anyOf: [.bars, .columns, .line, .spark], .filler).flatMap { ChartKind(rawValue: $0.rawValue) }
        return ChartStep(kind: kind, span: span(from: start))
    }

    // save_rows = "save" STRING [ "guarded" ] ;
    mutating func parseSaveRows() throws(ParseFailure) -> SaveStep {
        let start = index
        try expect(.save, .step)
        let path = try parseText(.path)
        let isGuarded = accept(.guarded, .filler)
        return SaveStep(path: path, isGuarded: isGuarded, span: span(from: start))
    }

    // expect = "expect" ( "none" | "some" | condition ) [ "," STRING ] ;
    mutating func parseExpect() throws(ParseFailure) -> ExpectStep {
        let start = index
        try expect(.expect, .step)
        let expectation: Expectation
        switch accept(anyOf: [.none, .some], .filler) {
        case .some(.none): expectation = .none
        case .some(.some): expectation = .some
        default: expectation = .every(try parseCondition())
        }
        let message = accept(.comma, ",") ? try parseText() : nil
        return ExpectStep(expectation: expectation, message: message, span: span(from: start))
    }
}
