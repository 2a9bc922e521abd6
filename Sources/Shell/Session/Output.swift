// Where bytes leave the program. Writes are gathered, because a result of a million rows must not be a million
// system calls; a reader that goes away (`| head`) is remembered and is no error.

import Glibc

/// Thrown where nobody reads what is written any more: the work can stop.
struct OutputClosed: Error {}

/// A buffered writer on a file descriptor, or into memory.
///
/// A class, because the session and whatever it calls write to the same buffer. One thread only.
public final class Output {
    /// Bytes gathered before a write.
    private static let capacity = 64 << 10

    /// Where it writes; `nil` keeps everything in memory.
    private let descriptor: Int32?
    private var buffer: [UInt8] = []
    /// Whether the reader has gone away: everything after it is dropped in silence.
    public private(set) var isClosed = false
    /// The `errno` of the first write that failed for another reason; 0 while all is well.
    public private(set) var failure: Int32 = 0
    /// Whether anything was ever written.
    public private(set) var isEmpty = true

    /// A writer on an open descriptor, which stays the caller's.
    public init(descriptor: Int32) { self.descriptor = descriptor }

    private init() { descriptor = nil }

    /// A writer that keeps everything in `bytes`.
    public static func inMemory() -> Output { Output() }

    /// What was written and not sent; for a writer in memory, everything.
    public var bytes: [UInt8] { buffer }

    /// Adds text.
    public func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        sendWhenFull()
    }

    /// Adds bytes.
    public func write(bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        sendWhenFull()
    }

    /// Adds text and a line end.
    public func line(_ text: String = "") {
        buffer.append(contentsOf: text.utf8)
        buffer.append(10)
        sendWhenFull()
    }

    private func sendWhenFull() {
        isEmpty = isEmpty && buffer.isEmpty
        if descriptor != nil, buffer.count >= Output.capacity { flush() }
    }

    /// Sends what is left and closes the descriptor, which this writer then must own.
    func close() {
        flush()
        if let descriptor { Glibc.close(descriptor) }
    }

    /// Sends everything gathered to the descriptor.
    public func flush() {
        guard let descriptor else { return }
        defer { buffer.removeAll(keepingCapacity: true) }
        guard !isClosed, failure == 0 else { return }
        var start = 0
        while start < buffer.count {
            let written = unsafe buffer.withUnsafeBytes { bytes in
                // SAFETY: the slice lies within the array, which outlives the call.
                unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
            }
            let isShort = written < buffer.count - start
            if written >= 0 {
                start += written
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                // SAFETY: one local structure, as the count says.
                _ = unsafe poll(&waiting, 1, -1)
            } else if errno == EPIPE {
                isClosed = true
                return
            } else if errno != EINTR {
                failure = errno
                return
            }
            // A reader that does not read must not keep Ctrl-C waiting.
            if isShort, Interrupt.isRequested {
                isClosed = true
                return
            }
        }
    }
}
