// Runs a program without input and output and writes what it took: exit status (negative: the signal that ended it), the
// most memory that was resident at once in kilobytes, microseconds, and 1 if it was killed because it took too long. A
// program of its own because a child counts the memory of the process that started it as its own until it is another
// program: that of the tests would hide what is measured.
//
//   MemoryProbe SECONDS PROGRAM ARGUMENT…

import Glibc

@main
struct MemoryProbe {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let secondsMax = Int64(arguments[1]) else { exit(2) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words: [UnsafeMutablePointer<CChar>?] = arguments[2...].map { strdup($0) } + [nil]
        var process: pid_t = 0
        let clock = ContinuousClock()
        let start = clock.now
        guard posix_spawn(&process, arguments[2], &actions, nil, &words, environ) == 0 else { exit(2) }
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
        let end = status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
        let microseconds = (clock.now - start) / .microseconds(1)
        print(end, usage.ru_maxrss, Int(microseconds), isLate ? 1 : 0)
    }
}
