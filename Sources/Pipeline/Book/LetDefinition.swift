// A name that the user gave to a query or a value. Kept as canonical text: Pipeline does not know the language.

/// A definition made with `let`.
public struct LetDefinition: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The names of its parameters; none for most.
    public var parameters: [String]
    /// What it stands for, as the formatter prints it.
    public var text: String

    /// A definition.
    public init(name: String, parameters: [String] = [], text: String) {
        self.name = name
        self.parameters = parameters
        self.text = text
    }
}
