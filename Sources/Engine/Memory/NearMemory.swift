// Bytes that are looked at here and there, column after column, are waited for one by one; asked for all at once, in order,
// they come as fast as memory gives them. Half of what reading texts from a file cost was waiting for the first look at
// each row.

import CSystem

/// Brings memory near before it is needed.
public enum NearMemory {
    private static let lineByteCount = 64

    /// Asks for all of the bytes; of use for as many as fit into the nearest caches. Nothing but time depends on it.
    public static func prefetch(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            for line in stride(from: 0, to: buffer.count, by: lineByteCount) {
                // SAFETY: the address lies within the bytes.
                unsafe csystem_prefetch(start + line)
            }
        }
    }
}
