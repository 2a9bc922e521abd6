// The version in one place: the command line and saved books speak of the same number.

/// The version of this program.
public enum ProgramVersion {
    /// As in `dealsh --version`.
    public static let number = "0.1.0"
}
