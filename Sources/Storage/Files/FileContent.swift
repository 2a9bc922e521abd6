// The bytes of a text file, read by all threads at once: most of the time goes into fresh memory.
//
// Not mapped, although that would save 8% of an import: the file is a user's, and another program may cut it or write over
// it during an import. Of a mapping that means the end of the process, or bytes that change after they were checked. What is
// read is ours: a file that became shorter meanwhile is refused, one that grew is read on to its end.
internal import Engine
internal import Values

extension FileSystem {
    /// The whole content of a file, a pipe or a device. Files from `partedByteCountMin` on are read in parts.
    func content(
        of path: String, byteCountMax: Int, threadCount: Int = Execution().threadCount,
        partedByteCountMin: Int = 16 << 20
    ) throws(FileError) -> FileBytes {
        let file = try open(path, .read)
        // What was read is right whatever closing says.
        defer { try? close(file) }
        let status = try status(file)
        let isParted = status.byteCount > 0 && status.byteCount >= partedByteCountMin
        guard status.kind == .regular, isParted, status.byteCount <= byteCountMax else {
            return FileBytes(try readWhole(file, status, byteCountMax: byteCountMax))
        }
        let stated = try unsafe FileBytes(byteCount: status.byteCount) { memory throws(FileError) in
            try unsafe readParts(file, memory, threadCount: threadCount)
        }
        var more: [UInt8] = []
        while true {
            let part = try read(file, at: stated.count + more.count, byteCount: 1 << 20)
            if part.isEmpty { break }
            more += part
            guard stated.count + more.count <= byteCountMax else {
                throw FileError(.read, path, code: FileError.tooLarge)
            }
        }
        return more.isEmpty ? stated : FileBytes(stated.array + more)
    }

    /// Fills the memory from the file's start.
    private func readParts(
        _ file: FileDescriptor, _ memory: UnsafeMutableRawBufferPointer, threadCount: Int
    ) throws(FileError) {
        guard let start = memory.baseAddress else { return }
        unsafe LargePages.advise(start, byteCount: memory.count)
        // SAFETY: the parts do not overlap, and all threads are done when `run` returns.
        nonisolated(unsafe) let memory = unsafe memory
        let size = 4 << 20
        do {
            let byteCount = unsafe memory.count
            try Execution(threadCount: threadCount).run(count: (byteCount + size - 1) / size) { part in
                let end = min(byteCount, (part + 1) * size)
                var place = part * size
                while place < end {
                    let count = try unsafe read(
                        file, at: place, into: UnsafeMutableRawBufferPointer(rebasing: memory[place..<end]))
                    guard count > 0 else { throw FileError(.read, file.path, code: FileError.cutShort) }
                    place += count
                }
            }
        } catch {
            throw error as? FileError ?? FileError(.read, file.path, code: FileError.inputOutput)
        }
    }
}
