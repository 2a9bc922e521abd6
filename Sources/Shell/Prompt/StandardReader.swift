// Which reader a session gets: the editor where there is a terminal to edit on, plain lines elsewhere.

/// The reader of standard input.
public enum StandardReader {
    /// A reader for what the program was started in. `historyPath` is the file of the history, `nil` to keep none.
    public static func make(
        in environment: ShellEnvironment, colour: ColourChoice, historyPath: String?,
        assistant: (any LineAssistant)? = nil
    ) -> any LineReader {
        let isColoured = colour.isColoured(
            isTerminal: environment.outputIsTerminal, environment: environment.variables)
        let editor = LineEditor(
            variables: environment.variables, historyPath: historyPath, style: environment.lineStyle,
            palette: Palette(isColoured: isColoured), assistant: assistant)
        if let editor { return editor }
        return PlainReader(promptsTo: environment.outputIsTerminal ? 1 : nil, assistant: assistant)
    }
}
