// The one way in which anything that went wrong reaches the user: standard error, for people or for programs.
// Results that are waiting go out first, so that a terminal shows both in the order in which they came about.

public import Values

/// Writes diagnostics to standard error.
public struct ProblemReporter {
    /// Where results are gathered.
    let results: Output
    /// Where problems go.
    let errors: Output
    /// For people or for programs.
    let format: ErrorFormat
    /// How people see them.
    var renderer: DiagnosticRenderer

    /// Writes them; `source` is the text that their spans speak of.
    public func report(_ diagnostics: [Diagnostic], in source: SourceText?) {
        results.flush()
        for diagnostic in diagnostics {
            switch format {
            case .text: errors.write(renderer.text(diagnostic, in: source))
            case .json: errors.write(DiagnosticJSON.line(diagnostic, in: source))
            }
        }
        errors.flush()
    }

    /// A line for people that is no problem: `saved acme.pipeline`. Programs that asked for JSON are spared it.
    public func tell(_ line: String) {
        guard format == .text else { return }
        results.flush()
        let safe = VisibleText.of(line, ascii: renderer.style == .ascii)
        for part in TextWrap.lines(safe, width: renderer.width, indent: 2) { errors.line(part) }
        errors.flush()
    }
}
