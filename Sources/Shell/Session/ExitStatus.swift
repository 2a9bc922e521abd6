// How the program ended, as its caller sees it. Scripts and CI live by these numbers; they never change.

public import Values

/// How the program ended.
public enum ExitStatus: Int32, Sendable {
    /// Everything was done.
    case done = 0
    /// A statement failed, or an `expect` did not hold.
    case failed = 1
    /// The command line was wrong.
    case usage = 2
    /// A file could not be read or written: missing, damaged, locked.
    case file = 3
    /// Interrupted by Ctrl-C.
    case interrupted = 130

    /// The status that a problem while running leads to.
    public init(_ code: DiagnosticCode) {
        switch code {
        case .cancelled: self = .interrupted
        default: self = code.rawValue.hasPrefix("file-") ? .file : .failed
        }
    }
}
