// Ctrl-C: a flag that a running query polls and the prompt waits for. The handler is in C and touches nothing but one
// atomic word and a pipe.

import CSystem
import Glibc

/// The request to stop, made with Ctrl-C (SIGINT).
public enum Interrupt {
    /// From now on Ctrl-C only makes a request; a call of the system that it interrupts ends early.
    public static func install() { _ = csystem_signal_watch(SIGINT) }
    /// Whether Ctrl-C was pressed since the last `clear`. Cheap enough to be asked for every chunk of rows.
    public static var isRequested: Bool { csystem_signal_flags() & (1 << UInt32(SIGINT)) != 0 }
    /// Forgets the request; called before a statement runs.
    public static func clear() { csystem_signal_clear(1 << UInt32(SIGINT)) }
}
