// How far the statement that runs has come, for those that take long: learning from a large book, many simulated sums. A bar
// at the terminal, one for each kind of work, taken away when the statement is done.

import Glibc
import Synchronization

/// The bar of the statement that runs.
final class StatementProgress: Sendable {
    private let isShown: Bool
    private let style: LineStyle
    private let current = Mutex<(work: String, bar: ProgressBar)?>(nil)

    /// Bars on standard error, where it is a terminal.
    init(_ environment: ShellEnvironment) {
        isShown = environment.errorIsTerminal
        style = environment.lineStyle
    }

    /// So much of the work is done.
    func tell(_ work: String, _ done: Int, _ total: Int) {
        guard isShown else { return }
        current.withLock { current in
            if current?.work != work {
                current?.bar.finish()
                let noun = work == "simulate" ? "sums" : "steps"
                let output = Output(descriptor: STDERR_FILENO)
                current = (work, ProgressBar(work, total: total, noun: noun, on: output, style: style))
            }
            current?.bar.update(done)
        }
    }

    /// Takes the bar away.
    func finish() {
        current.withLock { current in
            current?.bar.finish()
            current = nil
        }
    }
}
