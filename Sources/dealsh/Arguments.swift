// The command line of dealsh: every option once, with the words that help and completion scripts show. Turning
// it into plain options is all that happens here; the work is Shell's.

public import ArgumentParser
public import Shell
import Synchronization
public import Values

extension OutputFormat: ExpressibleByArgument {}
extension ErrorFormat: ExpressibleByArgument {}
extension ColourChoice: ExpressibleByArgument {}

extension Day: ExpressibleByArgument {
    /// Reads `2026-11-23`.
    public init?(argument: String) { self.init(iso: argument) }
}

/// A `-c` or `-f` with its place on the command line, so that both kinds run in the order given.
struct PlacedInput {
    private static let counter = Atomic(0)

    let place: Int
    let input: ScriptInput

    init(_ input: ScriptInput) {
        place = PlacedInput.counter.add(1, ordering: .relaxed).newValue
        self.input = input
    }
}

/// When a script's changes reach the disk.
enum SyncChoice: String, CaseIterable, ExpressibleByArgument {
    case each, end
}

/// `dealsh [FILE.pipeline] [options]`
struct Dealsh: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dealsh",
        abstract: "Ask questions of a sales pipeline.",
        usage: """
            dealsh [FILE.pipeline] [options]
            dealsh generate --deals N [--seed S] FILE.pipeline
            dealsh check FILE.pipeline
            dealsh completions bash|zsh|fish
            """,
        discussion: """
            Opens the book (a new one is created by its first change) and shows a prompt; with -c, -f or standard \
            input that is no terminal it runs the statements and exits. A file called like a subcommand is opened \
            as ./check. Type help at the prompt for the language.

            Exit status: 0 done, 1 a statement failed or an expect did not hold, 2 wrong usage, 3 a file could not \
            be read or written, 130 interrupted.
            """,
        version: "dealsh " + ProgramVersion.number,
        subcommands: [Generate.self, Check.self, Completions.self])

    /// The subcommand that the first argument names. It counts in the first place only, because the parser would
    /// take the name for the file.
    static func subcommand(_ arguments: [String]) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { $0.configuration.commandName == arguments.first }
    }

    /// Reads the command line.
    static func parseCommandLine(_ arguments: [String]) throws -> any ParsableCommand {
        if arguments.first == "help" { return try parseCommandLine(arguments.dropFirst() + ["--help"]) }
        guard let subcommand = subcommand(arguments) else { return try Dealsh.parseAsRoot(arguments) }
        return try subcommand.parseAsRoot(Array(arguments.dropFirst()))
    }

    @Argument(help: "The book to open.", completion: .file(extensions: ["pipeline"]))
    var file: String?

    @Option(
        name: [.customShort("c"), .customLong("command")], parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Run a statement and exit; may repeat.", valueName: "PQL"),
        transform: { PlacedInput(.text($0)) })
    var commands: [PlacedInput] = []

    @Option(
        name: [.customShort("f"), .customLong("file")], parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Run a script and exit; may repeat; - is standard input.", valueName: "SCRIPT.pql"),
        completion: .file(extensions: ["pql"]), transform: { PlacedInput(.file($0)) })
    var scripts: [PlacedInput] = []

    @Option(name: [.customShort("F"), .long], help: "How results are written; table unless told.")
    var format: OutputFormat?

    @Option(help: ArgumentHelp("What today means, as 2026-11-23.", valueName: "DATE"))
    var today: Day?

    @Flag(help: "Refuse to change the file.")
    var readOnly = false

    @Option(help: "How problems are written.")
    var errors: ErrorFormat = .text

    @Option(help: "When colours are written; NO_COLOR is honoured.")
    var color: ColourChoice = .auto

    @Flag(help: "Do not run the init file.")
    var noInit = false

    @Flag(help: "Keep no history of what is typed.")
    var noHistory = false

    @Flag(help: "Do not stop a script at its first error.")
    var keepGoing = false

    @Flag(help: "Write no files but the book, run no commands.")
    var safe = false

    @Flag(help: "Answer questions before large changes with yes.")
    var yes = false

    @Option(help: "When a script's changes reach the disk: after each, or at the end.")
    var sync: SyncChoice = .each

    /// The options as the shell takes them.
    var options: ShellOptions {
        var options = ShellOptions()
        options.bookPath = file
        options.inputs = (commands + scripts).sorted { $0.place < $1.place }.map(\.input)
        options.format = format ?? .table
        options.showsPictures = format == nil
        options.today = today
        options.isReadOnly = readOnly
        options.errorFormat = errors
        options.colour = color
        options.skipsInit = noInit
        options.skipsHistory = noHistory
        options.keepsGoing = keepGoing
        options.isSafe = safe
        options.answersYes = yes
        options.syncsAtEnd = sync == .end
        return options
    }
}

/// `dealsh generate --deals N [--seed S] FILE.pipeline`
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write a realistic book of any size, the same for the same seed.",
        usage: "dealsh generate --deals N [--seed S] [--today DATE] FILE.pipeline")

    @Option(help: ArgumentHelp("How many deals.", valueName: "N"))
    var deals: Int

    @Option(help: ArgumentHelp("Which of the possible books.", valueName: "S"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The day on which the book ends, as 2026-11-23.", valueName: "DATE"))
    var today: Day?

    @Argument(help: "The book to write.", completion: .file(extensions: ["pipeline"]))
    var file: String

    func validate() throws {
        if deals < 0 { throw ValidationError("--deals takes a number from 0 on, not \(deals)") }
    }
}

/// `dealsh check FILE.pipeline`
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Verify every checksum and invariant of a book.",
        usage: "dealsh check [--salvage OUT.pipeline] FILE.pipeline")

    @Option(
        help: ArgumentHelp("Write what can still be read of a damaged book to a new one.", valueName: "OUT.pipeline"),
        completion: .file(extensions: ["pipeline"]))
    var salvage: String?

    @Argument(help: "The book to verify.", completion: .file(extensions: ["pipeline"]))
    var file: String
}

/// `dealsh completions bash|zsh|fish`
struct Completions: ParsableCommand {
    /// A shell that can complete arguments.
    enum Target: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Print a completion script for a command shell.",
        usage: "dealsh completions bash|zsh|fish")

    @Argument(help: "The command shell.")
    var shell: Target
}
