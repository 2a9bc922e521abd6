// What surrounds the program: variables, terminals, the clock. Gathered once at the start and handed down, so that
// nothing below asks the system on its own, and a test can say what it likes.

import CSystem
import Glibc
public import Values

/// What the program was started in.
public struct ShellEnvironment: Sendable {
    /// The environment's variables.
    public var variables: [String: String]
    /// Whether standard input, output and error are terminals.
    public var inputIsTerminal: Bool
    /// Whether standard output is a terminal.
    public var outputIsTerminal: Bool
    /// Whether standard error is a terminal.
    public var errorIsTerminal: Bool
    /// The system's local date at the start.
    public var localDay: Day

    /// What this process was started in.
    public static func ofProcess() -> ShellEnvironment {
        ShellEnvironment(
            variables: processVariables(), inputIsTerminal: isatty(STDIN_FILENO) == 1,
            outputIsTerminal: isatty(STDOUT_FILENO) == 1, errorIsTerminal: isatty(STDERR_FILENO) == 1,
            localDay: currentLocalDay())
    }

    /// Plain ASCII when the locale names another encoding than UTF-8; a locale that is not set at all (a container, a
    /// cron job) says nothing.
    public var lineStyle: LineStyle {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { variables[$0] }.filter { !$0.isEmpty }
        guard let locale = names.first?.lowercased() else { return .unicode }
        return locale.contains("utf-8") || locale.contains("utf8") ? .unicode : .ascii
    }

    /// The columns of the terminal behind a descriptor: `nil` when it is none.
    public func width(of descriptor: Int32) -> Int? {
        let columns = Int(csystem_terminal_columns(descriptor))
        return columns > 0 ? columns : nil
    }

    /// The folder for files of this program's own below an XDG base: the variable when it holds an absolute path,
    /// else the fallback within the home folder; `nil` without either.
    public func folder(_ variable: String, fallback: String) -> String? {
        if let base = variables[variable], base.hasPrefix("/") { return base + "/dealsh" }
        guard let home = variables["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/" + fallback + "/dealsh"
    }

    /// The statements run at every start: `~/.config/dealsh/init.pql`.
    public var initFilePath: String? { folder("XDG_CONFIG_HOME", fallback: ".config").map { $0 + "/init.pql" } }
    /// What was typed in earlier sessions: `~/.local/state/dealsh/history`.
    public var historyPath: String? { folder("XDG_STATE_HOME", fallback: ".local/state").map { $0 + "/history" } }

    /// Today by the system's clock and time zone.
    public static func currentLocalDay() -> Day {
        var now = time(nil)
        // SAFETY: both arguments are local values that outlive the call; only the numbers of `parts` are read.
        var parts = unsafe tm()
        guard unsafe (localtime_r(&now, &parts) != nil),
            let day = unsafe Day(
                year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
        else { return Day(clamping: now / 86_400) }
        return day
    }

    private static func processVariables() -> [String: String] {
        var out: [String: String] = [:]
        // SAFETY: `environ` is a null-terminated array of C strings; nothing in this program changes it.
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text)
            if let sign = pair.firstIndex(of: "=") {
                out[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
            }
            unsafe entry += 1
        }
        return out
    }
}
