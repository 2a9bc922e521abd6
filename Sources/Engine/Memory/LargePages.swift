// Fresh memory comes in pages of 4 kB that the system clears one by one at their first use. For buffers of many megabytes
// that are written once from end to end, pages of 2 MB cost a fraction of it: reading a file of 164 MB takes 55 ms of
// processor time instead of 97.

import Glibc

/// Asks for large pages.
public enum LargePages {
    /// Less is not worth a call.
    private static let byteCountMin = 8 << 20
    private static let pageByteCount = 2 << 20

    /// Asks for large pages behind memory that was allocated and not used yet. Nothing but time depends on it; where there
    /// are none, nothing happens.
    public static func advise(_ start: UnsafeMutableRawPointer, byteCount: Int) {
        guard byteCount >= byteCountMin else { return }
        let first = (Int(bitPattern: start) + pageByteCount - 1) & ~(pageByteCount - 1)
        let end = (Int(bitPattern: start) + byteCount) & ~(pageByteCount - 1)
        guard end > first, let address = unsafe UnsafeMutableRawPointer(bitPattern: first) else { return }
        // SAFETY: the range lies within the memory of the caller; advice changes no contents.
        _ = unsafe madvise(address, end - first, MADV_HUGEPAGE)
    }
}
