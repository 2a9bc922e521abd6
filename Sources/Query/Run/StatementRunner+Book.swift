// Statements that change what a book knows beside its deals: names, settings, pipelines and stages.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    // MARK: let

    /// Keeps a definition after binding it once, so that a broken one is never saved.
    func define(_ statement: LetStatement, in source: SourceText, book: Book) throws -> StatementResult {
        let name = statement.name.text
        if case .query(let query) = statement.meaning, case .change(let step) = query.steps.last {
            throw Diagnostic(
                .badChange, "a name stands for a question, and this changes deals", at: step.kindSpan,
                hint: "let \(name) = the query without its change; then \(name) | \(step.kind.word) …")
        }
        let text: String
        switch statement.meaning {
        case .query(let query): text = source.text(query.span)
        case .value(let value): text = source.text(value.span)
        case .either(let word): text = source.text(word.span)
        }
        let clean = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let definition = LetDefinition(name: name, parameters: statement.parameters.map(\.text), text: clean)
        var changed = book
        changed.lets.removeAll { NameIndex.key($0.name) == NameIndex.key(name) }
        if definition.parameters.isEmpty { try check(statement, in: source, book: changed) }
        if BookListing(rawValue: name.lowercased()) != nil || book.table(named: name) != nil
            || name.lowercased() == "deals"
        {
            throw Diagnostic(
                .duplicateColumn, "there is a table called \"\(name)\" already", at: statement.name.span,
                hint: "another name")
        }
        changed.lets.append(definition)
        let isNew = changed.lets.count > book.lets.count
        return .changed(changed, ["\(name) \(isNew ? "is" : "is now") \(clean)"])
    }

    /// Binds what a definition without parameters stands for, to tell its problems where they were written.
    private func check(_ statement: LetStatement, in source: SourceText, book: Book) throws {
        let calendar = book.settings.calendar(clock: clock)
        var binder = try Binder(book: book, calendar: calendar, source: source, files: files)
        switch statement.meaning {
        case .query(let query): try binder.bind(query)
        case .value(let value):
            try binder.collecting { (binder) throws(Diagnostic) in
                try binder.useDeals(at: value.span)
                _ = try binder.value(value)
            }
            if !binder.problems.isEmpty { throw Diagnostics(binder.problems) }
        case .either(let word):
            // `let a = b` where b is a let that leads back to a.
            var after = book
            after.lets.append(LetDefinition(name: statement.name.text, text: word.text))
            var binder = try Binder(book: after, calendar: calendar, source: source, files: files)
            try binder.collecting { (binder) throws(Diagnostic) in
                try binder.useDeals(at: word.span)
                if binder.definition(named: word.text) != nil { _ = try binder.valueOfLet(WrittenName(word)) }
            }
            if !binder.problems.isEmpty { throw Diagnostics(binder.problems) }
        }
    }

    // MARK: settings

    /// Shows the settings, or changes some; all of them are checked before any is changed.
    func set(_ statement: SettingsStatement, book: Book) throws -> StatementResult {
        if statement.settings.isEmpty { return .answer(try SettingName.answer(book.settings, clock: clock)) }
        var changed = book
        var lines: [String] = []
        var problems: [Diagnostic] = []
        for setting in statement.settings {
            do {
                let names = NameList("setting", names: SettingName.allCases.map(\.rawValue))
                guard let name = SettingName(rawValue: setting.name.text.lowercased()) else {
                    var problem = names.unknown(setting.name.text, at: setting.name.span)
                    problem.code = .unknownSetting
                    throw problem
                }
                try name.set(setting, in: &changed)
                lines.append("\(name.rawValue) = \(name.value(in: changed.settings, clock: clock))")
            } catch let problem as Diagnostic {
                problems.append(problem)
            }
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        return .changed(changed, lines)
    }

    // MARK: stages and pipelines

    func edit(_ statement: StageStatement, book: Book) throws -> StatementResult {
        var changed = book
        let list = NameList("stage", names: try book.stageNames().names)
        guard let place = book.place(ofStage: statement.stage.text) else {
            throw list.unknown(statement.stage.text, at: statement.stage.span)
        }
        var draft = StageDraft(place.stage.name)
        draft.kind = statement.kind.map(StageKind.init)
        draft.probability = statement.probability?.percent
        draft.targetDays = try statement.target.map { duration in
            guard duration.duration.months == 0 else {
                throw Diagnostic(
                    .typeMismatch, "a target is a number of days", at: duration.span, hint: "30d, or 6 weeks")
            }
            return duration.duration.days
        }
        draft.category = try statement.category.map(category)
        let clearedCount = try placed(statement.span) { try changed.setStage(draft) }
        let stage = changed.pipelines[place.pipeline].stages[place.position]
        return .changed(
            changed, StageWords.lines(place.stage, stage) + lines(changed, pipeline: place.pipeline, clearedCount))
    }

    func edit(_ statement: PipelineStatement, book: Book) throws -> StatementResult {
        var changed = book
        let drafts = statement.stages.map { stage in
            StageDraft(
                stage.name.text, kind: stage.kind.map(StageKind.init), probability: stage.probability?.percent)
        }
        let clearedCount = try placed(statement.span) {
            try changed.setPipeline(statement.name?.text, stages: drafts)
        }
        let index = statement.name.flatMap { changed.pipelineIndex($0.text) } ?? 0
        return .changed(changed, lines(changed, pipeline: index, clearedCount))
    }

    private func category(_ name: Name) throws -> ForecastCategory {
        if let category = ForecastCategory(named: name.text) { return category }
        throw NameList("category", names: ForecastCategory.allCases.map(\.rawValue)).unknown(name.text, at: name.span)
    }

    /// `pipeline Sales: Initial Contact 10%, …`
    private func lines(_ book: Book, pipeline: Int, _ clearedCount: Int) -> [String] {
        let stages = book.pipelines[pipeline].stages.map { stage in
            switch stage.kind {
            case .open, .hold:
                stage.name + (stage.probability.map { " \(Words.percent($0))" } ?? "")
                    + (stage.kind == .hold ? " (hold)" : "") + (stage.targetDays.map { " target \($0)d" } ?? "")
            case .won, .lost: "\(stage.name) (\(stage.kind.rawValue))"
            }
        }
        var lines = ["pipeline \(book.pipelines[pipeline].name): " + stages.joined(separator: ", ")]
        if clearedCount > 0 {
            lines.append("\(Words.count(clearedCount, "deal")) lost an own probability that no longer counts")
        }
        return lines
    }

    /// A problem that the book found, at the place of the statement.
    func placed<Value>(_ span: SourceSpan, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch var problem as Diagnostic {
            problem.span = problem.span ?? span
            throw problem
        } catch let error as EngineError {
            throw EngineProblem.diagnostic(error, at: span)
        }
    }
}

extension StageKind {
    /// The kind that a word stands for.
    init(_ word: StageKindWord) {
        switch word {
        case .open: self = .open
        case .hold: self = .hold
        case .won: self = .won
        case .lost: self = .lost
        }
    }
}
