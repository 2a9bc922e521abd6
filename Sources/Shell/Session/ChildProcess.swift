// Running another program: a pager, an editor, the command of `.once |`. Data reach it through its standard input
// only, never within the command line, so that no value of a book can become a command.

import Glibc

/// Runs commands of the user's command shell.
enum ChildProcess {
    /// What became of a command.
    enum Outcome: Equatable {
        /// It ended with this status; 0 is success.
        case ended(Int32)
        /// It could not be started; the `errno`.
        case notStarted(Int32)
    }

    /// Runs `/bin/sh -c COMMAND` with the bytes as its standard input, or with this program's own when `nil`, and
    /// waits for its end. Further arguments are `$1`, `$2` … of the command. Ctrl-C reaches the command alone.
    static func shell(_ command: String, arguments: [String] = [], input: [UInt8]?) -> Outcome {
        var ends: (read: Int32, write: Int32) = (-1, -1)
        if input != nil {
            var pair: [Int32] = [-1, -1]
            // SAFETY: the array holds the two numbers that pipe writes.
            guard unsafe pipe(&pair) == 0 else { return .notStarted(errno) }
            // The command must not hold the writing end itself, or it would never see the end of its input.
            _ = fcntl(pair[1], F_SETFD, FD_CLOEXEC)
            ends = (pair[0], pair[1])
        }
        let interrupts = SignalGuard(SIGINT)
        defer { interrupts.restore() }
        let process = spawn(["/bin/sh", "-c", command, "sh"] + arguments, standardInput: ends.read)
        if ends.read >= 0 { close(ends.read) }
        guard case .success(let pid) = process else {
            if ends.write >= 0 { close(ends.write) }
            if case .failure(let error) = process { return .notStarted(error.code) }
            return .notStarted(0)
        }
        if let input {
            let pipe = Output(descriptor: ends.write)
            pipe.write(bytes: input)
            pipe.flush()
            close(ends.write)
        }
        return .ended(waitForEnd(of: pid))
    }

    private struct SpawnError: Error { var code: Int32 }

    private static func spawn(_ arguments: [String], standardInput: Int32) -> Result<pid_t, SpawnError> {
        // SAFETY: attributes, actions and argument strings are initialised before and released after the one call
        // that reads them; posix_spawn copies what it needs.
        var attributes = posix_spawnattr_t()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawnattr_init(&attributes)
        unsafe posix_spawn_file_actions_init(&actions)
        defer {
            unsafe posix_spawnattr_destroy(&attributes)
            unsafe posix_spawn_file_actions_destroy(&actions)
        }
        // What this program ignores, its children must not.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGPIPE, SIGQUIT] { unsafe sigaddset(&signals, signal) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        if standardInput >= 0 { unsafe posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO) }
        var strings: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe strings.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let code = unsafe posix_spawn(&pid, arguments[0], &actions, &attributes, &strings, environ)
        return code == 0 ? .success(pid) : .failure(SpawnError(code: code))
    }

    private static func waitForEnd(of pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0 {
            if errno != EINTR { return -1 }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}

/// Ignores a signal until told to restore what was there before.
struct SignalGuard {
    private let signal: Int32
    private let previous: sigaction

    init(_ signal: Int32) {
        self.signal = signal
        // SAFETY: the union holds a constant of the C library; the structures outlive the calls.
        var ignoring = sigaction()
        unsafe ignoring.__sigaction_handler.sa_handler = SIG_IGN
        var before = sigaction()
        unsafe sigaction(signal, &ignoring, &before)
        previous = before
    }

    /// Puts the handler from before back.
    func restore() {
        // SAFETY: the structure was filled by the system for this signal.
        var before = previous
        unsafe sigaction(signal, &before, nil)
    }
}
