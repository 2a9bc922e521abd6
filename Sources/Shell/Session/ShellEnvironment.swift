// What surrounds the program: variables, terminals, the clock. Gathered once at the start and handed down, so that
// nothing below asks the system on its own, and a test can say what it likes.

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

    /// The statements run at every start: `~/.config/dealsh/init.pql`, or in the XDG folder; `nil` without a home.
    public var initFilePath: String? {
        if let base = variables["XDG_CONFIG_HOME"], base.hasPrefix("/") { return base + "/dealsh/init.pql" }
        guard let home = variables["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.config/dealsh/init.pql"
    }

    /// Where what is typed is kept: `~/.local/state/dealsh/history`, or in the XDG folder; `nil` without a home.
    public var historyPath: String? {
        if let base = variables["XDG_STATE_HOME"], base.hasPrefix("/") { return base + "/dealsh/history" }
        guard let home = variables["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.local/state/dealsh/history"
    }

    /// A path as a person types it at the prompt, where no command shell puts the home folder for `~`.
    public func path(_ typed: String) -> String {
        guard typed.hasPrefix("~/"), let home = variables["HOME"] else { return typed }
        return home + typed.dropFirst()
    }

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
