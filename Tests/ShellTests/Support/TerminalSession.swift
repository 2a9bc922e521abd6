// A program driven as a person drives it: keys go in, a screen comes out. Every wait has a limit, and gives up with
// what was on the screen.

import CPseudoTerminal
import Foundation
import Glibc
import Testing

/// A running program behind a pseudo-terminal.
final class TerminalSession {
    private(set) var screen: VirtualScreen
    /// Every byte the program wrote.
    private(set) var written: [UInt8] = []
    private var descriptor: Int32 = -1
    private let process: pid_t
    private var status: Int32?

    /// Keys that are not one character.
    enum Key: String {
        case enter = "\r"
        case tab = "\t"
        case backspace = "\u{7f}"
        case escape = "\u{1b}"
        case up = "\u{1b}[A"
        case down = "\u{1b}[B"
        case right = "\u{1b}[C"
        case left = "\u{1b}[D"
        case home = "\u{1b}[H"
        case end = "\u{1b}OF"
        case delete = "\u{1b}[3~"
        case ctrlLeft = "\u{1b}[1;5D"
        case ctrlRight = "\u{1b}[1;5C"
        case f5 = "\u{1b}[15~"
        case pasteStart = "\u{1b}[200~"
        case pasteEnd = "\u{1b}[201~"
    }

    /// Starts a program that was built beside the tests. `variables` come on top of a terminal with a UTF-8 locale and
    /// nothing else.
    init(
        _ program: String, _ arguments: [String] = [], variables: [String: String] = [:], rows: Int = 24,
        columns: Int = 80
    ) throws {
        screen = VirtualScreen(rowCount: rows, columnCount: columns)
        let path = TerminalSession.path(of: program)
        var environment = [
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin",
        ]
        for (name, value) in variables { environment[name] = value }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + settings { free(text) } }
        process = pseudoterminal_start(path, &words, &settings, Int32(rows), Int32(columns), &descriptor)
        guard process > 0 else { throw Failure("\(program) did not start") }
    }

    /// The path of a program that was built beside the tests; an absolute one stays.
    static func path(of program: String) -> String {
        if program.hasPrefix("/") { return program }
        return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/" + program
    }

    deinit {
        if status == nil {
            kill(process, SIGKILL)
            var ignored: Int32 = 0
            waitpid(process, &ignored, 0)
        }
        close(descriptor)
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    /// Sends text as it is typed.
    func type(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends a key.
    func press(_ keys: Key...) throws { for key in keys { try type(key.rawValue) } }

    /// Sends Ctrl and a letter.
    func control(_ letter: Character) throws { try send([(letter.asciiValue ?? 0) & 0x1f]) }

    /// Sends a text as a terminal pastes it.
    func paste(_ text: String) throws {
        try type(Key.pasteStart.rawValue + text.replacingOccurrences(of: "\n", with: "\r") + Key.pasteEnd.rawValue)
    }

    /// Sends bytes, taking what the program writes meanwhile, so that neither waits for the other for ever.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        let deadline = Date().addingTimeInterval(60)
        while !rest.isEmpty {
            guard Date() < deadline else { throw Failure("the program takes no input") }
            // The terminal's line discipline holds 4,096 bytes; a larger write would wait for the program.
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if poll(&waiting, 1, 20) > 0, waiting.revents & Int16(POLLOUT) != 0 {
                let piece = Array(rest.prefix(512))
                let count = write(descriptor, piece, piece.count)
                if count > 0 { rest = rest.dropFirst(count) }
            }
            receive(waitMs: 0)
        }
    }

    /// Changes the terminal's size.
    func resize(rows: Int, columns: Int) {
        screen.resize(rowCount: rows, columnCount: columns)
        pseudoterminal_resize(descriptor, Int32(rows), Int32(columns))
    }

    /// Sends a signal to the program alone.
    func signal(_ number: Int32) { kill(process, number) }

    /// Whether the terminal is back in the state that shells expect.
    var isCooked: Bool { pseudoterminal_is_cooked(descriptor) == 1 }

    /// Takes output until the screen is as it should be.
    func wait(_ what: String = "", seconds: Double = 60, until isDone: (VirtualScreen) -> Bool) throws {
        let deadline = Date().addingTimeInterval(seconds)
        while !isDone(screen) {
            guard Date() < deadline else {
                throw Failure("waited \(seconds) s for \(what); cursor \(screen.row),\(screen.column)\n\(screen.text)")
            }
            receive(waitMs: 20)
        }
    }

    /// Takes output until there was none for a while: the program has done what it was sent.
    func settle(forMs quietMs: Int = 200) {
        var quietSince = Date()
        while Date().timeIntervalSince(quietSince) * 1_000 < Double(quietMs) {
            let count = written.count
            receive(waitMs: 20)
            if written.count > count { quietSince = Date() }
        }
    }

    /// Takes output until the text stands somewhere on the screen.
    func wait(for text: String, seconds: Double = 60) throws {
        try wait("«\(text)»", seconds: seconds) { $0.text.contains(text) }
    }

    /// Takes output until a row is exactly the text.
    func wait(forLine text: String, seconds: Double = 60) throws {
        try wait("a line «\(text)»", seconds: seconds) { $0.lines.contains(text) }
    }

    /// Types a statement at the prompt `deals>`, and takes output until the answer and the next prompt are there.
    func ask(_ text: String, until answer: String) throws {
        try type(text)
        // Else the prompt that is waited for could be the one before.
        try wait("the echo") { $0.lines.last != "deals>" }
        try press(.enter)
        try wait(for: answer)
        try wait("a new prompt") { $0.lines.last == "deals>" }
    }

    /// Waits for the program's end and gives its exit status, or -1 for a signal.
    func exitStatus(seconds: Double = 60) throws -> Int32 {
        let deadline = Date().addingTimeInterval(seconds)
        while status == nil {
            guard Date() < deadline else { throw Failure("the program does not end\n\(screen.text)") }
            receive(waitMs: 10)
            var value: Int32 = 0
            if waitpid(process, &value, WNOHANG) == process { status = value & 0x7f == 0 ? (value >> 8) & 0xff : -1 }
        }
        receive(waitMs: 0)
        return status ?? -1
    }

    /// Leaves with `.quit`, which succeeds.
    func quit() throws {
        try type(".quit\r")
        #expect(try exitStatus() == 0)
    }

    private func receive(waitMs: Int32) {
        var limit = waitMs
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, limit) > 0, waiting.revents & Int16(POLLIN) != 0 else { return }
            var chunk = [UInt8](repeating: 0, count: 16 << 10)
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return }
            written += chunk[..<count]
            screen.receive(Array(chunk[..<count]))
            limit = 0
        }
    }
}
