// Words for what can go wrong inside the engine, with a place in the query.

public import Engine
public import Values

/// The wording of engine errors.
public enum EngineProblem {
    /// The diagnostic for an engine error at a place of the query.
    public static func diagnostic(_ error: EngineError, at span: SourceSpan? = nil) -> Diagnostic {
        switch error {
        case .overflow(let operation):
            Diagnostic(
                .overflow, "\(operation) exceeds what a number can hold", at: span,
                hint: "numbers go up to 9,223,372,036,854,775,807, amounts to a hundredth of that")
        case .cancelled: Diagnostic(.cancelled, "stopped", at: span)
        case .tooLarge(let what, let limit): Diagnostic(.overflow, "more than \(limit) \(what)", at: span)
        case .typeMismatch(let what): Diagnostic(.typeMismatch, what, at: span)
        case .badPattern(let offset, let reason):
            Diagnostic(.badPattern, "the pattern fails at character \(offset + 1): \(reason)", at: span)
        case .damaged(let what): Diagnostic(.fileDamaged, "damaged: \(what)", at: span)
        }
    }
}
