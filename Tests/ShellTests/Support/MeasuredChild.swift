// A child process with what it took: its end, its time and the most memory it held (the kernel's count of it alone, so
// that tests beside it do not matter). One that does not end in time is killed.

import Foundation
import Glibc

/// What became of a child process.
struct MeasuredChild {
    /// The exit status; negative: the signal that ended it.
    let exit: Int32
    /// The most memory that was resident at once, shared pages of the program and mapped files included.
    let residentByteCount: Int
    let duration: Duration
    /// Whether it was killed because it took too long.
    let wasKilled: Bool

    /// Runs a program without input and output.
    init(_ program: String, _ arguments: [String], secondsMax: Int = 20) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let clock = ContinuousClock()
        let start = clock.now
        let code = posix_spawn(&process, program, &actions, nil, &words, environ)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        var status: Int32 = 0
        var usage = rusage()
        var isLate = false
        while wait4(process, &status, isLate ? 0 : WNOHANG, &usage) == 0 {
            if clock.now - start > .seconds(secondsMax) {
                isLate = true
                kill(process, SIGKILL)
            } else {
                usleep(500)
            }
        }
        exit = status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
        residentByteCount = usage.ru_maxrss * 1024
        duration = clock.now - start
        wasKilled = isLate
    }
}
