// Days and periods. The longest form wins: `March 2026` is one span, `30 days ago` is one, `today + 2w` is one point.

import Values

extension Parser {
    /// Words that begin a period without being a span.
    static let periodWords: Set<Keyword?> = [.in, .on, .by, .since, .until, .before, .after, .within]

    private func tokenAt(_ place: Int) -> Token { tokens[min(place, tokens.count - 1)] }

    /// Whether a duration starts at that token, and how many tokens it has.
    func durationLength(_ place: Int) -> Int {
        let first = tokenAt(place)
        if first.kind == .duration { return 1 }
        return first.kind == .number && tokenAt(place + 1).keyword?.unit != nil ? 2 : 0
    }

    /// `Q3`, `H1`, `FQ3`, `FH1`, `FY2026`.
    func quarterCode(_ place: Int) -> DateSpanKind? {
        let token = tokenAt(place)
        guard token.kind == .word, token.keyword == nil, token.end - token.start <= 6 else { return nil }
        var letters = source.bytes[Int(token.start)..<Int(token.end)]
        func lower() -> UInt8 { (letters.first ?? 0) | 0x20 }
        let isFiscal = lower() == UInt8(ascii: "f")
        if isFiscal { letters = letters.dropFirst() }
        let letter = lower()
        var number = 0
        for byte in letters.dropFirst() {
            guard byte >= 48, byte <= 57 else { return nil }
            number = number * 10 + Int(byte - 48)
        }
        switch (letter, letters.count) {
        case (UInt8(ascii: "q"), 2) where (1...4).contains(number):
            return .quarter(number, year: nil, isFiscal: isFiscal)
        case (UInt8(ascii: "h"), 2) where (1...2).contains(number): return .half(number, year: nil, isFiscal: isFiscal)
        case (UInt8(ascii: "y"), 5) where isFiscal && (1...9998).contains(number): return .year(number, isFiscal: true)
        default: return nil
        }
    }

    /// The year that the token writes: four digits, 1900…2199.
    func year(_ place: Int) -> Int? {
        let token = tokenAt(place)
        guard token.kind == .number, token.end - token.start == 4,
            let number = decimal(from: Int(token.start), to: Int(token.end)),
            number.scale == 0, (1900...2199).contains(number.digits)
        else { return nil }
        return Int(number.digits)
    }

    /// Whether date words (more than a plain number or day) start at that token.
    func isDateWordsAhead(_ place: Int) -> Bool {
        let first = tokenAt(place)
        switch first.kind {
        case .periodCode: return true
        case .duration, .number:
            let length = durationLength(place)
            return length > 0 && tokenAt(place + length).keyword == .ago
        case .word: break
        default: return false
        }
        guard let keyword = first.keyword else { return quarterCode(place) != nil }
        if keyword.month != nil || keyword.weekday != nil { return true }
        switch keyword {
        case .today, .yesterday, .tomorrow, .ytd, .qtd: return true
        case .start, .end: return tokenAt(place + 1).keyword == .of && isUnitPeriodAhead(place + 2)
        case .this, .last, .next: return isRelativeAhead(place)
        default: return false
        }
    }

    private func isRelativeAhead(_ place: Int) -> Bool {
        guard let direction = tokenAt(place).keyword?.direction else { return false }
        let next = tokenAt(place + 1)
        if let keyword = next.keyword {
            if keyword == .fiscal { return tokenAt(place + 2).keyword?.unit != nil }
            return keyword.unit != nil || keyword.month != nil || keyword.weekday != nil
        }
        return direction != .this && durationLength(place + 1) > 0
    }

    private func isUnitPeriodAhead(_ place: Int) -> Bool {
        let keyword = tokenAt(place).keyword
        return isRelativeAhead(place) || keyword?.unit != nil || keyword?.month != nil || quarterCode(place) != nil
            || keyword == .fiscal && tokenAt(place + 1).keyword?.unit != nil || tokenAt(place).kind == .periodCode
            || year(place) != nil
    }

    /// Whether a span of days starts at that token, whatever names there are; a token joined to a longer word is none.
    func isSpanAhead(_ place: Int) -> Bool {
        let first = tokenAt(place)
        guard first.kind == .date || year(place) != nil || isDateWordsAhead(place) else { return false }
        let next = tokenAt(place + 1)
        guard next.touches, next.joinsNameWord else { return true }
        return next.kind == .minus && durationLength(place + 2) > 0
    }

    /// Whether a period starts at that token, a preposition included.
    func isPeriodAhead(_ place: Int) -> Bool {
        switch tokenAt(place).keyword {
        case .in, .on, .by, .since, .until, .before, .after: return isSpanAhead(place + 1)
        case .within: return durationLength(place + 1) > 0
        default: return isSpanAhead(place)
        }
    }

    // period = ( "since" | "until" | "before" | "after" ) point | "within" duration | range ;
    mutating func parsePeriod() throws(ParseFailure) -> PeriodExpression {
        expects(.period)
        let start = index
        let bounds: PeriodBounds
        switch accept(anyOf: [.since, .until, .before, .after, .within], .date) {
        case .since: bounds = .since(try parsePoint())
        case .until: bounds = .until(try parsePoint())
        case .before: bounds = .before(try parsePoint())
        case .after: bounds = .after(try parsePoint())
        case .within: bounds = .within(try parseDuration())
        default: return try parseRange()
        }
        return PeriodExpression(bounds: bounds, span: span(from: start))
    }

    // range = point [ ".." point ] ;
    mutating func parseRange() throws(ParseFailure) -> PeriodExpression {
        expects(.period)
        let start = index
        let first = try parsePoint()
        if accept(.dotDot, "..") {
            let last = try parsePoint()
            return PeriodExpression(bounds: .range(first, last), span: span(from: start))
        }
        return PeriodExpression(bounds: .point(first), span: span(from: start))
    }

    // point = span { ( "+" | "-" ) duration } ? as long as possible ? ;
    mutating func parsePoint() throws(ParseFailure) -> DatePoint {
        let start = index
        let base = try parseSpan()
        var offsets: [DateOffset] = []
        while at(.plus) || at(.minus), durationLength(index + 1) > 0 {
            let sign = index
            let isNegative = at(.minus)
            advance(as: .sign)
            let duration = try parseDuration()
            offsets.append(DateOffset(isNegative: isNegative, duration: duration, span: span(from: sign)))
        }
        return DatePoint(base: base, offsets: offsets, span: span(from: start))
    }

    // day = point ;
    mutating func parseDay() throws(ParseFailure) -> DatePoint {
        expects(.day)
        return try parsePoint()
    }

    // span = date_words | DATE | YEAR | let_name ;
    mutating func parseSpan() throws(ParseFailure) -> DateSpan {
        expects(.period)
        let start = index
        if isDateWordsAhead(index) { return try parseDateWords() }
        if at(.date) { return DateSpan(kind: .day(try takeDay()), span: span(from: start)) }
        if let year = year(index) {
            advance(as: .number)
            return DateSpan(kind: .year(year, isFiscal: false), span: span(from: start))
        }
        return DateSpan(kind: .name(try parseLetName()), span: span(from: start))
    }

    // let_name = ? no date words or stop word ahead ? field ;
    mutating func parseLetName() throws(ParseFailure) -> Identifier {
        if isRecording { expects(words: [.this, .last, .next, .today, .start, .end], .date) }
        if let keyword = token.keyword, Parser.stopWords.contains(keyword) || Parser.dateBeginnings.contains(keyword) {
            // `last` and the like announce date words: say what may follow them.
            if Parser.dateBeginnings.contains(keyword) {
                advance(as: .keyword)
                if isRecording { expectAfterDateBeginning(keyword) }
            }
            throw ParseFailure()
        }
        return try parseField(.period)
    }

    private static let dateBeginnings: Set<Keyword> = [.this, .last, .next]

    private mutating func expectAfterDateBeginning(_ keyword: Keyword) {
        if keyword != .this { expects(.duration) }
        expects(words: [.day, .week, .month, .quarter, .half, .year, .fiscal], .date)
        expects(words: [.january, .february, .march, .monday, .friday], .date)
    }

    // date_words = "today" | "yesterday" | "tomorrow" | "ytd" | "qtd" | duration "ago" | edge | relative | month | quarter_code | WEEKDAY | PERIOD_CODE ;
    mutating func parseDateWords() throws(ParseFailure) -> DateSpan {
        let start = index
        let keyword = token.keyword
        if let weekday = keyword?.weekday {
            advance(as: .number)
            return DateSpan(kind: .weekday(weekday), span: span(from: start))
        }
        if keyword?.month != nil { return try parseMonth() }
        if keyword?.direction != nil { return try parseRelative() }
        if keyword == .start || keyword == .end { return try parseEdge() }
        let kind: DateSpanKind?
        switch keyword {
        case .today: kind = .today
        case .yesterday: kind = .yesterday
        case .tomorrow: kind = .tomorrow
        case .ytd: kind = .toDate(.year)
        case .qtd: kind = .toDate(.quarter)
        default: kind = nil
        }
        if let kind {
            advance(as: .number)
            return DateSpan(kind: kind, span: span(from: start))
        }
        if at(.periodCode) { return takePeriodCode() }
        if quarterCode(index) != nil { return try parseQuarterCode() }
        let duration = try parseDuration()
        try expect(.ago, .date)
        return DateSpan(kind: .ago(duration), span: span(from: start))
    }

    private mutating func takePeriodCode() -> DateSpan {
        let bytes = Array(source.bytes[Int(token.start)..<Int(token.end)])
        func digits(_ range: Range<Int>) -> Int {
            bytes[range].reduce(0) { $0 * 10 + Int($1 & 15) }
        }
        let year = digits(0..<4)
        let kind: DateSpanKind
        switch bytes[5] | 0x20 {
        case UInt8(ascii: "q"): kind = .quarter(digits(6..<7), year: year, isFiscal: false)
        case UInt8(ascii: "h"): kind = .half(digits(6..<7), year: year, isFiscal: false)
        default: kind = .month(digits(5..<7), year: year)
        }
        let span = token.span
        advance(as: .number)
        return DateSpan(kind: kind, span: span)
    }

    // month = MONTH [ YEAR ] ? as long as possible ? ;
    mutating func parseMonth() throws(ParseFailure) -> DateSpan {
        let start = index
        guard let month = token.keyword?.month else { throw failure(.period) }
        advance(as: .number)
        return DateSpan(kind: .month(month, year: takeYear()), span: span(from: start))
    }

    // quarter_code = QUARTER_CODE [ YEAR ] | FISCAL_YEAR ? as long as possible ? ;
    mutating func parseQuarterCode() throws(ParseFailure) -> DateSpan {
        let start = index
        guard let code = quarterCode(index) else { throw failure(.period) }
        advance(as: .number)
        let kind: DateSpanKind
        switch code {
        case .quarter(let number, _, let isFiscal): kind = .quarter(number, year: takeYear(), isFiscal: isFiscal)
        case .half(let number, _, let isFiscal): kind = .half(number, year: takeYear(), isFiscal: isFiscal)
        default: kind = code
        }
        return DateSpan(kind: kind, span: span(from: start))
    }

    private mutating func takeYear() -> Int? {
        guard let year = year(index) else { return nil }
        advance(as: .number)
        return year
    }

    // relative = ( "this" | "last" | "next" ) ( [ "fiscal" ] UNIT | MONTH | WEEKDAY ) | ( "last" | "next" ) duration ;
    mutating func parseRelative() throws(ParseFailure) -> DateSpan {
        let start = index
        guard let direction = token.keyword?.direction else { throw failure(.period) }
        advance(as: .number)
        if isRecording, let keyword = Keyword(rawValue: direction.rawValue) { expectAfterDateBeginning(keyword) }
        let kind: DateSpanKind
        if let month = token.keyword?.month {
            kind = .relativeMonth(direction, month)
            advance(as: .number)
        } else if let weekday = token.keyword?.weekday {
            kind = .relativeWeekday(direction, weekday)
            advance(as: .number)
        } else if direction != .this, durationLength(index) > 0 {
            let duration = try parseDuration()
            guard duration.count > 0 else {
                throw ParseFailure(diagnostic: ParserDiagnostics.emptyPeriod(duration.span))
            }
            kind = .relativeCount(direction, duration.count, duration.unit)
        } else {
            let isFiscal = at(.fiscal)
            if isFiscal { advance(as: .number) }
            guard let unit = token.keyword?.unit else { throw failure(.period) }
            kind = .relative(direction, unit, isFiscal: isFiscal)
            advance(as: .number)
        }
        return DateSpan(kind: kind, span: span(from: start))
    }

    // edge = ( "start" | "end" ) "of" unit_period ;
    mutating func parseEdge() throws(ParseFailure) -> DateSpan {
        let start = index
        let edge: DateEdge = at(.start) ? .start : .end
        advance(as: .number)
        try expect(.of, .date)
        return DateSpan(kind: .edge(edge, try parseUnitPeriod()), span: span(from: start))
    }

    // unit_period = relative | [ "fiscal" ] UNIT | month | quarter_code | PERIOD_CODE | YEAR ;
    mutating func parseUnitPeriod() throws(ParseFailure) -> DateSpan {
        let start = index
        if token.keyword?.direction != nil { return try parseRelative() }
        if token.keyword?.month != nil { return try parseMonth() }
        if at(.periodCode) { return takePeriodCode() }
        if quarterCode(index) != nil { return try parseQuarterCode() }
        if let year = takeYear() { return DateSpan(kind: .year(year, isFiscal: false), span: span(from: start)) }
        let isFiscal = accept(.fiscal, .date)
        guard let unit = token.keyword?.unit else {
            expects(words: [.week, .month, .quarter, .half, .year], .date)
            throw ParseFailure()
        }
        advance(as: .number)
        return DateSpan(kind: .relative(.this, unit, isFiscal: isFiscal), span: span(from: start))
    }
}
