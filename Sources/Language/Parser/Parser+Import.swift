// `import` and its options.

import Values

extension Parser {
    // import = "import" field "from" STRING { import_option } ;
    mutating func parseImport() throws(ParseFailure) -> ImportStatement {
        let start = index
        try expect(.import, .statement)
        if isRecording { expects(words: [.deals, .history], .filler) }
        let table = try parseField(.table)
        try expect(.from, .filler)
        let path = try parseText(.path)
        var options: [ImportOption] = []
        expectOptions()
        while !token.isEnd {
            let place = token.span
            let option = try parseImportOption()
            if options.contains(where: { $0.word == option.word }) {
                throw ParseFailure(diagnostic: ParserDiagnostics.duplicateOption(option.word, place))
            }
            options.append(option)
            expectOptions()
        }
        return ImportStatement(table: table, path: path, options: options, span: span(from: start))
    }

    private mutating func expectOptions() {
        guard isRecording else { return }
        for word in [
            "as of", "with", "key", "missing as", "missing deals are", "last row wins", "rows are lines", "dates as",
            "skipping bad rows to",
        ] {
            expects(.word(word, .importOption))
        }
    }

    // import_option = as_of | "key" one_word | "with" mapping { "," mapping } | "missing" "as" STRING { "," STRING } | "missing" "deals" "are" ( "lost" | "deleted" | "kept" ) | "last" "row" "wins" | "rows" "are" "lines" | "dates" "as" date_order | "skipping" "bad" "rows" "to" STRING ;
    mutating func parseImportOption() throws(ParseFailure) -> ImportOption {
        let start = index
        func place(_ parser: Parser) -> Place { Place(wrappedValue: parser.span(from: start)) }
        if at(.as) { return .asOf(try parseAsOf()) }
        guard let word = token.keyword, [.key, .with, .missing, .last, .rows, .dates, .skipping].contains(word) else {
            throw ParseFailure()
        }
        advance(as: .keyword)
        switch word {
        case .key:
            let column = try parseOneWord(.column)
            return .key(column, span: place(self))
        case .with:
            let mappings = try commaSeparated { parser throws(ParseFailure) in try parser.parseMapping() }
            return .mapping(mappings, span: place(self))
        case .missing:
            if try expect(anyOf: [.as, .deals], .filler) == .as {
                let texts = try commaSeparated { parser throws(ParseFailure) in try parser.parseText() }
                return .missingAs(texts, span: place(self))
            }
            try expect(.are, .filler)
            let policy = try expect(anyOf: [.lost, .deleted, .kept], .filler)
            return .missingDeals(MissingDealsPolicy(rawValue: policy.rawValue) ?? .kept, span: place(self))
        case .last:
            try expect(.row, .filler)
            try expect(.wins, .filler)
            return .duplicates(.lastRow, span: place(self))
        case .rows:
            try expect(.are, .filler)
            try expect(.lines, .filler)
            return .duplicates(.lines, span: place(self))
        case .dates:
            try expect(.as, .filler)
            let order = try parseDateOrder()
            return .dates(order, span: place(self))
        default:
            try expect(.bad, .filler)
            try expect(.rows, .filler)
            try expect(.to, .filler)
            let path = try parseText(.path)
            return .skippingBadRows(path, span: place(self))
        }
    }

    // mapping = column "as" field ;
    mutating func parseMapping() throws(ParseFailure) -> ColumnMapping {
        let start = index
        let column = try parseColumn()
        try expect(.as, .filler)
        let field = try parseField()
        return ColumnMapping(column: column, field: field, span: span(from: start))
    }

    // column = STRING | BACKTICK | ? no as ahead ? name_word { ? no as ahead ? name_word } ? as long as possible ? ;
    mutating func parseColumn() throws(ParseFailure) -> Name { try parseName(.column, .column) }

    // date_order = "D" "/" "M" "/" "Y" | "M" "/" "D" "/" "Y" | "Y" "-" "M" "-" "D" ;
    mutating func parseDateOrder() throws(ParseFailure) -> DateOrder {
        for order in DateOrder.allCases { expects(.word(order.rawValue, .filler)) }
        let letters = [token.keyword, peekKeyword(2), peekKeyword(4)]
        let signs = [peek(1).kind, peek(3).kind]
        let order: DateOrder
        switch (letters, signs) {
        case ([.d, .m, .y], [.slash, .slash]): order = .dayMonthYear
        case ([.m, .d, .y], [.slash, .slash]): order = .monthDayYear
        case ([.y, .m, .d], [.minus, .minus]): order = .yearMonthDay
        default: throw ParseFailure()
        }
        for _ in 0..<5 { advance(as: .keyword) }
        return order
    }
}

extension ImportOption {
    /// The words that it begins with.
    var word: String {
        switch self {
        case .asOf: return "as of"
        case .key: return "key"
        case .mapping: return "with"
        case .missingAs: return "missing as"
        case .missingDeals: return "missing deals are"
        case .duplicates: return "last row wins, rows are lines"
        case .dates: return "dates as"
        case .skippingBadRows: return "skipping bad rows to"
        }
    }
}
