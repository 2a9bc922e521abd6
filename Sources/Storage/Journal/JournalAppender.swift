// The open journal of the one writer. A record is written behind the last sound one and synced before its change is
// acknowledged. What cannot be done is taken back: after a failed write the file is cut to its last sound record. A
// failed sync is never tried again: the kernel may have dropped the bytes and forgotten them, and a second sync would
// say that all is well.

/// Appends records.
struct JournalAppender {
    private let file: FileDescriptor
    private let fileSystem: any FileSystem
    private var byteCount: Int
    private var lastChecksum: UInt32
    /// The number of the last record.
    private(set) var lastSequence: UInt64
    /// The number of the last record that is known to be on the disk.
    private(set) var syncedSequence: UInt64
    /// Whether nothing may be appended any more, because what the file holds is not known.
    private(set) var isBroken = false

    /// Goes on with the journal at a path that was read as `scan`. Its writer may have ended before a sync: what is
    /// there is synced first.
    init(
        continuing scan: JournalScan, at path: String, _ fileSystem: any FileSystem
    ) throws(FileError) {
        file = try fileSystem.open(path, .readWrite(permissions: 0o600))
        self.fileSystem = fileSystem
        byteCount = scan.soundByteCount
        lastChecksum = scan.lastChecksum
        lastSequence = scan.lastSequence
        syncedSequence = scan.lastSequence
        do throws(FileError) {
            try fileSystem.sync(file)
        } catch {
            close()
            throw error
        }
    }

    /// Gives the file up.
    func close() { try? fileSystem.close(file) }

    /// Appends a change and gives its number.
    mutating func append(_ payload: [UInt8], syncing: Bool) throws(FileError) -> UInt64 {
        let header = JournalRecordHeader(
            previousChecksum: lastChecksum, sequence: lastSequence + 1, syncedSequence: syncedSequence,
            payload: payload)
        let bytes = header.encoded(payload)
        do throws(FileError) {
            try fileSystem.seek(file, to: byteCount)
            try fileSystem.writeAll(file, bytes.span)
        } catch {
            takeBack()
            throw error
        }
        if syncing {
            do throws(FileError) {
                try fileSystem.sync(file)
            } catch {
                isBroken = true
                takeBack()
                throw error
            }
            syncedSequence = header.sequence
        }
        byteCount += bytes.count
        lastChecksum = header.checksum
        lastSequence = header.sequence
        return header.sequence
    }

    /// Syncs what was appended without.
    mutating func sync() throws(FileError) {
        guard syncedSequence < lastSequence else { return }
        do throws(FileError) {
            try fileSystem.sync(file)
        } catch {
            isBroken = true
            throw error
        }
        syncedSequence = lastSequence
    }

    /// Cuts what is behind the last sound record.
    private mutating func takeBack() {
        do throws(FileError) { try fileSystem.truncate(file, to: byteCount) } catch { isBroken = true }
    }

    /// Cuts a torn tail off for good, after keeping it beside the journal.
    /// - Returns: the name under which it is kept.
    static func cutTail(
        of path: String, from soundByteCount: Int, permissions: UInt32, _ fileSystem: any FileSystem
    ) throws(FileError) -> String {
        let file = try fileSystem.open(path, .readWrite(permissions: permissions))
        defer { try? fileSystem.close(file) }
        let byteCount = try fileSystem.status(file).byteCount
        var tail: [UInt8] = []
        while soundByteCount + tail.count < byteCount {
            let more = try fileSystem.read(
                file, at: soundByteCount + tail.count, byteCount: byteCount - soundByteCount - tail.count)
            if more.isEmpty { break }
            tail += more
        }
        let kept = try keep(tail, as: path + ".torn", permissions: permissions, fileSystem)
        try fileSystem.truncate(file, to: soundByteCount)
        try fileSystem.sync(file)
        return kept
    }

    /// Writes bytes to the first of `NAME-1`, `NAME-2` … that is free.
    private static func keep(
        _ bytes: [UInt8], as name: String, permissions: UInt32, _ fileSystem: any FileSystem
    ) throws(FileError) -> String {
        for number in 1...1000 {
            let path = "\(name)-\(number)"
            let file: FileDescriptor
            do throws(FileError) {
                file = try fileSystem.open(path, .createNew(permissions: permissions))
            } catch {
                if error.code == FileError.exists { continue }
                throw error
            }
            do throws(FileError) {
                try fileSystem.writeAll(file, bytes.span)
                try fileSystem.sync(file)
            } catch {
                try? fileSystem.close(file)
                try? fileSystem.unlink(path)
                throw error
            }
            try fileSystem.close(file)
            return path
        }
        throw FileError(.write, name, code: FileError.exists)
    }
}
