// The whole of a parsed text: statements and what was wrong with them.

public import Values

/// What parsing a text gives: always something, never an error thrown.
public struct ParsedScript: Hashable, Sendable {
    /// The statements that could be read, in order. A statement with an error is left out.
    public var statements: [Statement]
    /// What was wrong, in the order of place; at most `Limits.diagnosticCountMax`. Run nothing while one is an error.
    public var diagnostics: [Diagnostic]
}

/// A statement.
public enum Statement: Hashable, Sendable {
    /// `open deals of Dana | top 5`.
    case query(Query)
    /// `| top 5`: goes on with the last query; only at the prompt.
    case continuation(ContinuationStatement)
    /// `import deals from "export.csv"`.
    case `import`(ImportStatement)
    /// `open "acme.pipeline"`.
    case open(OpenStatement)
    /// `save`.
    case save(SaveStatement)
    /// `new`.
    case new(PlainStatement)
    /// `run "weekly.pql"`.
    case run(RunStatement)
    /// `add deal "Acme renewal" with …`.
    case addDeal(AddDealStatement)
    /// `add account "Acme" with sector = technology`.
    case addRow(AddRowStatement)
    /// `stage "Demo Scheduled" probability 40%`.
    case stage(StageStatement)
    /// `pipeline Initial Contact 10%, …`.
    case pipeline(PipelineStatement)
    /// `target $250k of Dana in Q4 2026`.
    case target(TargetStatement)
    /// `let hot = open deals > $50k`.
    case `let`(LetStatement)
    /// `undo [3]`.
    case undo(UndoStatement)
    /// `redo [3]`.
    case redo(UndoStatement)
    /// `log`.
    case log(PlainStatement)
    /// `what if …`.
    case whatIf(WhatIfStatement)
    /// `compare QUERY`.
    case compare(CompareStatement)
    /// `keep`.
    case keep(PlainStatement)
    /// `forget`.
    case forget(ForgetStatement)
    /// `scenario NAME`.
    case scenario(ScenarioStatement)
    /// `scenarios`.
    case scenarios(PlainStatement)
    /// `sweep …`.
    case sweep(SweepStatement)
    /// `solve …`.
    case solve(SolveStatement)
    /// `sensitivity of …`.
    case sensitivity(SensitivityStatement)
    /// `settings …`.
    case settings(SettingsStatement)
    /// `explain QUERY`.
    case explain(ExplainStatement)
    /// `help [TOPIC]`.
    case help(HelpStatement)

    /// Where it stands.
    public var span: SourceSpan {
        switch self {
        case .query(let node): return node.span
        case .continuation(let node): return node.span
        case .import(let node): return node.span
        case .open(let node): return node.span
        case .save(let node): return node.span
        case .new(let node), .log(let node), .keep(let node), .scenarios(let node): return node.span
        case .run(let node): return node.span
        case .addDeal(let node): return node.span
        case .addRow(let node): return node.span
        case .stage(let node): return node.span
        case .pipeline(let node): return node.span
        case .target(let node): return node.span
        case .let(let node): return node.span
        case .undo(let node), .redo(let node): return node.span
        case .whatIf(let node): return node.span
        case .compare(let node): return node.span
        case .forget(let node): return node.span
        case .scenario(let node): return node.span
        case .sweep(let node): return node.span
        case .solve(let node): return node.span
        case .sensitivity(let node): return node.span
        case .settings(let node): return node.span
        case .explain(let node): return node.span
        case .help(let node): return node.span
        }
    }
}

/// `| step | step`.
public struct ContinuationStatement: Hashable, Sendable {
    /// At least one.
    public var steps: [Step]
    /// Where it stands.
    @Place public var span: SourceSpan
}
