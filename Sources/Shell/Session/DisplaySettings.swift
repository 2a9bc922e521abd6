// How results are shown, as the command line began it and dot commands change it.

/// How results are shown.
struct DisplaySettings {
    /// When a result goes through a pager.
    enum Pager: Equatable {
        case off
        /// Through this command, when the result is taller than the terminal.
        case command(String)
    }

    /// The format of results.
    var format: OutputFormat
    /// The columns of a table; `nil` for the terminal's.
    var width: Int?
    /// Whether reports are drawn at a terminal; else they are tables there too.
    var showsPictures = true
    /// When a result goes through a pager.
    var pager = Pager.off
    /// Whether each statement is followed by how long it took.
    var showsTimer = false
}
