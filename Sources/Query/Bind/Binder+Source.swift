// Where the rows of a query come from: the deals, one deal, a table of the book, a file, or a query under a name.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    mutating func bindSource(_ written: Source) throws(Diagnostic) {
        switch written {
        case .deals(let source):
            try useDeals(at: source.span)
            if source.isMine {
                let owner = try dealField("owner", at: source.span)
                do throws(Diagnostic) {
                    filter(Binder.isAny(owner, [try ownName(at: source.span)]), lookupsBefore: lookupCount)
                } catch {
                    problems.append(error)
                }
            }
            try bindClauses(source.clauses)
        case .deal(let source): try useDeal(source)
        case .history(let source): try useHistory(source)
        case .named(let source): try useNamed(source)
        case .file(let source): try useFile(source)
        }
    }

    /// The deals of the book, every field at hand.
    mutating func useDeals(at span: SourceSpan) throws(Diagnostic) {
        var table = book.deals
        var columns = book.fieldNames.map {
            ScopeColumn(name: $0, definition: .field, isShown: Binder.usualFields.contains($0))
        }
        // Found by a pass over the history, so only for a query that names it.
        if mentions(Book.furthestName) {
            let furthest = try wrapping(span) { try book.furthestColumn() }
            columns.append(
                ScopeColumn(
                    name: furthest.name,
                    definition: .bound(
                        Bound(
                            .column(table.columns.count), .name(NameKind("stage", isStage: true)), at: span,
                            names: .codes(furthest.dictionary)))))
            try wrapping(span) { try table.add(furthest) }
        }
        if mentions(Book.ownValueName) {
            let values = try wrapping(span) { try book.ownValueColumn() }
            columns.append(
                ScopeColumn(
                    name: values.name, definition: .bound(Bound(.column(table.columns.count), .text, at: span))))
            try wrapping(span) { try table.add(values) }
        }
        planSource = PlanSource(name: "deals", table: table, isDeals: true)
        scope = Scope(
            columns: columns, shape: try wrapping(span) { try Scope.shape(of: table) }, isDeals: true,
            tableName: "deals", rowNoun: "deal")
    }

    /// Whether the query that is bound, or a definition that it may use, names the field. Of a script only the one
    /// statement is looked at: each of thousands would else read all of them.
    private func mentions(_ field: String) -> Bool {
        let part = letStack.isEmpty ? query?.span : nil
        return source.contains(word: field, in: part)
            || book.lets.contains { SourceText($0.text).contains(word: field) }
                && book.lets.contains { source.contains(word: $0.name, in: part) }
    }

    /// What a table of deals shows unless told, beside what the query mentions.
    static let usualFields = ["id", "name", "account", "stage", "value", "owner", "close"]

    // MARK: One deal

    private mutating func useDeal(_ source: DealSource) throws(Diagnostic) {
        try useDeals(at: source.span)
        try bindTableAsOf(source.clauses)
        var ids: [Cell] = []
        for name in source.deals {
            do throws(Diagnostic) {
                ids.append(try dealID(name))
            } catch {
                problems.append(error)
            }
        }
        filter(.inCells(.column(DealColumn.id.index), ids), lookupsBefore: lookupCount)
        shape = .card
    }

    private func bindTableAsOf(_ clauses: [Clause]) throws(Diagnostic) {
        for case .asOf(let clause) in clauses where !isPast {
            throw Diagnostic(.notAllowed, "as of stands among the clauses of a query", at: clause.span)
        }
    }

    /// The id of the deal with this id or name.
    private func dealID(_ written: Name) throws(Diagnostic) -> Cell {
        let row = try wrapping(written.span) { try book.dealRow(id: written.text) }
        if let row { return try wrapping(written.span) { try book.deal(row, .id) } }
        let found = try wrapping(written.span) { () -> (names: [String], rows: [Int]) in
            var names: [String] = []
            var rows: [Int] = []
            for (row, cell) in try book.deals.columns[DealColumn.name.index].cells().enumerated()
            where !book.deals.deletedRows.contains(row) {
                guard let name = cell.text else { continue }
                names.append(name)
                rows.append(row)
            }
            return (names, rows)
        }
        let list = NameList("deal", names: found.names)
        let key = NameIndex.key(written.text)
        let same = found.names.indices.filter { NameIndex.key(found.names[$0]) == key }
        if same.count > 1 {
            let ids = try wrapping(written.span) {
                try same.prefix(5).map { try book.deal(found.rows[$0], .id).text ?? "" }
            }
            throw Diagnostic(
                .ambiguousName, "\(same.count) deals are called \"\(written.text)\"", at: written.span,
                hint: "by id: " + ids.joined(separator: ", "))
        }
        switch list.index.match(written.text, prefix: written.style == .bare) {
        case .exact(let index), .prefix(let index):
            return try wrapping(written.span) { try book.deal(found.rows[index], .id) }
        case .several(let places): throw list.ambiguous(written.text, places, at: written.span)
        case .none:
            var problem = list.unknown(written.text, at: written.span)
            problem.message = "no deal has the id or name \"\(written.text)\""
            problem.notes = []
            throw problem
        }
    }

    // MARK: Tables and lets

    private mutating func useNamed(_ source: NamedSource) throws(Diagnostic) {
        let written = WrittenName(source.name)
        if let definition = definition(named: written.text) {
            try useLet(definition, source)
            return
        }
        if let arguments = source.arguments, let first = arguments.first {
            throw Diagnostic(
                .letArguments, "\"\(written.text)\" is no let, so it takes nothing in parentheses", at: first.span)
        }
        let tables = tableNames
        let name: String
        switch tables.index.match(written.text, prefix: written.isBare) {
        case .exact(let index), .prefix(let index): name = tables.names[index]
        case .several(let found): throw tables.ambiguous(written.text, found, at: written.span)
        case .none:
            // One row's name finds its table: `deal owner`.
            guard let table = book.table(named: written.text) else {
                throw unknownTable(written.text, at: written.span)
            }
            name = table.name
        }
        if NameIndex.key(name) == "deals" {
            try useDeals(at: source.span)
            try bindClauses(source.clauses)
            return
        }
        let found = try wrapping(source.span) { try book.listing(named: name, today: calendar.today) }
        guard let found else { throw unknownTable(written.text, at: written.span) }
        try useTable(found.table, name: name, rowNoun: found.singular, at: source.span)
        scope.isTable = isTable(name)
        try bindTableClauses(source.clauses, of: name)
    }

    /// Every name that a source can be.
    var tableNames: NameList {
        var names = ["deals"] + BookListing.allCases.map(\.rawValue)
        for table in book.tables where !names.contains(where: { NameIndex.key($0) == NameIndex.key(table.name) }) {
            names.append(table.name)
        }
        return NameList("table", names: names + book.lets.map(\.name))
    }

    /// The rows of any table, its columns under their own names.
    mutating func useTable(
        _ table: Table, name: String, rowNoun: String, stages: Set<String> = [], at span: SourceSpan
    ) throws(Diagnostic) {
        planSource = PlanSource(name: name, table: table, isDeals: false)
        var columns: [ScopeColumn] = []
        for (index, column) in table.columns.enumerated() {
            let isStage =
                stages.contains(column.name) || (name == BookListing.stages.rawValue && column.name == "stage")
            let bound = bound(column, at: index, isStage: isStage, span: span)
            columns.append(ScopeColumn(name: column.name, definition: .bound(bound), isShown: true))
        }
        scope = Scope(
            columns: columns, shape: try wrapping(span) { try Scope.shape(of: table) }, isDeals: false, tableName: name,
            rowNoun: rowNoun)
    }

    private mutating func useLet(_ definition: LetDefinition, _ source: NamedSource) throws(Diagnostic) {
        let given = try letArguments(definition, source.arguments, at: source.span)
        let parsed = try parse(definition, at: source.name.span)
        let query: Query
        switch parsed.statement.meaning {
        case .query(let written): query = written
        case .either(let identifier):
            try inside(definition, parsed.source, arguments: given, at: source.name.span) {
                (binder) throws(Diagnostic) in
                try binder.useWord(identifier)
            }
            try bindLetClauses(source)
            return
        case .value:
            throw Diagnostic(
                .unknownName, "\"\(definition.name)\" is a value, and a query begins with rows", at: source.name.span,
                hint: "\(definition.name) = \(definition.text)")
        }
        try inside(definition, parsed.source, arguments: given, at: source.name.span) { (binder) throws(Diagnostic) in
            let before = binder.problems.count
            try binder.bindSource(query.source)
            if !query.summary.isEmpty { try binder.summarise(by: query.summary) }
            for step in query.steps { try binder.bindStep(step) }
            if binder.problems.count > before {
                let first = binder.problems[before]
                binder.problems.removeSubrange(before...)
                throw first
            }
        }
        try bindLetClauses(source)
    }

    /// `let x = accounts`: a table or another `let`.
    private mutating func useWord(_ identifier: Identifier) throws(Diagnostic) {
        if let inner = definition(named: identifier.text) {
            let parsed = try parse(inner, at: identifier.span)
            try inside(inner, parsed.source, arguments: [:], at: identifier.span) { (binder) throws(Diagnostic) in
                if case .either(let word) = parsed.statement.meaning { return try binder.useWord(word) }
                guard case .query(let query) = parsed.statement.meaning else {
                    throw Diagnostic(
                        .unknownName, "\"\(identifier.text)\" is a value, and a query begins with rows",
                        at: identifier.span)
                }
                try binder.bindSource(query.source)
                if !query.summary.isEmpty { try binder.summarise(by: query.summary) }
                for step in query.steps { try binder.bindStep(step) }
            }
            return
        }
        let tables = tableNames
        guard case .exact(let index) = tables.index.match(identifier.text, prefix: false) else {
            throw unknownTable(identifier.text, at: identifier.span)
        }
        let name = tables.names[index]
        if name == "deals" { return try useDeals(at: identifier.span) }
        guard let found = try wrapping(identifier.span, { try book.listing(named: name, today: calendar.today) }) else {
            throw unknownTable(identifier.text, at: identifier.span)
        }
        try useTable(found.table, name: name, rowNoun: found.singular, at: identifier.span)
        scope.isTable = isTable(name)
    }

    /// Whether the book holds a table of this name, whose rows can be changed.
    private func isTable(_ name: String) -> Bool {
        book.tables.contains { NameIndex.key($0.name) == NameIndex.key(name) }
    }

    /// A column of a table as it stands in the source.
    func bound(_ column: Column, at index: Int, isStage: Bool = false, span: SourceSpan) -> Bound {
        Bound(
            .column(index), Meaning(column.valueType, named: column.name, isStage: isStage), at: span,
            names: column.representation == .code ? .codes(column.dictionary) : nil)
    }

    /// A first word that is neither table nor `let`: perhaps a report or a statement that is spelled wrong.
    private func unknownTable(_ text: String, at span: SourceSpan) -> Diagnostic {
        var problem = tableNames.unknown(text, at: span)
        guard problem.hint == nil else { return problem }
        let words = Vocabulary.entries.filter { [.report, .statement, .source].contains($0.role) }.map(\.word)
        if let near = NameList("word", names: words).index.near(text, count: 1).first {
            problem.hint = "did you mean \"\(near)\"?"
            problem.fix = Diagnostic.Fix(span, near)
        }
        return problem
    }

    private mutating func bindLetClauses(_ source: NamedSource) throws(Diagnostic) {
        if scope.isDeals { return try bindClauses(source.clauses) }
        try bindTableClauses(source.clauses, of: source.name.text)
    }

    // MARK: Files

    private mutating func useFile(_ source: Language.FileSource) throws(Diagnostic) {
        guard let files else {
            throw Diagnostic(.notAllowed, "files cannot be read here", at: source.path.span)
        }
        let path = source.path
        let table = try wrapping(path.span) { () -> Table in
            do {
                return try files.textTable(at: path.text).typed(timezoneMinutes: book.settings.timezoneMinutes)
            } catch var problem as Diagnostic {
                problem.span = problem.span ?? path.span
                throw problem
            }
        }
        try useTable(table, name: "\"\(path.text)\"", rowNoun: "row", at: source.span)
        try bindTableClauses(source.clauses, of: "the rows of a file")
    }
}
