// Reading a small file whole, for the prompt's own files; books and tables go through Storage.

import Glibc

/// The bytes of files and descriptors.
enum FileBytes {
    /// All of a file; `nil` when it cannot be opened.
    static func read(_ path: String) -> [UInt8]? {
        // SAFETY: the path is passed for the call only.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        while let chunk = read(from: file), !chunk.isEmpty { bytes += chunk }
        return bytes
    }

    /// What one read gives: empty at the end, `nil` on an error or a signal, which `errno` tells.
    static func read(from descriptor: Int32) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        // SAFETY: the call writes at most the array's own number of bytes.
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { return nil }
        chunk.removeLast(chunk.count - count)
        return chunk
    }

    /// Writes all; false when that failed.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var start = 0
        while start < bytes.count {
            // SAFETY: the pointer is used within the closure, for the bytes that the array has from `start` on.
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(descriptor, all.baseAddress?.advanced(by: start), all.count - start)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                // SAFETY: the call reads and writes the one structure.
                _ = unsafe poll(&waiting, 1, -1)
                continue
            }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }
}
