// File systems for tests: a file in memory, and the real one with a fault planted or its calls counted.

import Foundation
import Synchronization

@testable import Storage

/// One file in memory: what opening a snapshot or reading a text file needs, and nothing else. It may have changed since
/// its size was told, and reads may be short.
struct MemoryFile: FileSystem {
    let bytes: [UInt8]
    var statedByteCount: Int?
    var readMax = Int.max
    private func refuse(_ operation: FileError.Operation) -> FileError { FileError(operation, "memory", code: EPERM) }

    func open(_ path: String, _ mode: OpenMode) throws(FileError) -> FileDescriptor {
        guard mode == .read else { throw refuse(.open) }
        return FileDescriptor(number: 0, path: path)
    }
    func close(_ file: FileDescriptor) throws(FileError) {}
    func status(_ file: FileDescriptor) throws(FileError) -> FileStatus {
        let identity = FileIdentity(device: 1, inode: 1, byteCount: statedByteCount ?? bytes.count, modified: 0)
        return FileStatus(kind: .regular, permissions: 0o644, identity: identity)
    }
    func map(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> MappedFile {
        MappedFile(copying: Array(bytes.prefix(byteCount)))
    }
    func read(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> [UInt8] { throw refuse(.read) }
    func read(_ file: FileDescriptor, at offset: Int, byteCount: Int) throws(FileError) -> [UInt8] {
        let end = offset + min(byteCount, readMax)
        return Array(bytes[min(offset, bytes.count)..<min(end, bytes.count)])
    }
    func write(_ file: FileDescriptor, _ bytes: Span<UInt8>) throws(FileError) -> Int { throw refuse(.write) }
    func seek(_ file: FileDescriptor, to offset: Int) throws(FileError) { throw refuse(.write) }
    func truncate(_ file: FileDescriptor, to byteCount: Int) throws(FileError) { throw refuse(.write) }
    func sync(_ file: FileDescriptor) throws(FileError) { throw refuse(.sync) }
    func syncDirectory(_ path: String) throws(FileError) { throw refuse(.sync) }
    func setPermissions(_ file: FileDescriptor, _ permissions: UInt32) throws(FileError) { throw refuse(.write) }
    func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus? { nil }
    func rename(_ path: String, to newPath: String, replacing: Bool) throws(FileError) { throw refuse(.rename) }
    func unlink(_ path: String) throws(FileError) { throw refuse(.remove) }
    func makeDirectory(_ path: String, permissions: UInt32) throws(FileError) { throw refuse(.makeDirectory) }
    func list(_ path: String) throws(FileError) -> [String] { [] }
    func resolve(_ path: String) throws(FileError) -> String { path }
    func lock(_ file: FileDescriptor) throws(FileError) -> Bool { throw refuse(.lock) }
    func randomBytes() -> [UInt8] { [UInt8](repeating: 7, count: 16) }
}

/// The real file system with faults: writes that are short, a disk that is full after some bytes, and a call (the
/// k-th of all) that fails.
final class FaultyFiles: FileSystem {
    private let real = LocalFileSystem()
    private let state: Mutex<State>
    private struct State {
        var callsLeft: Int
        var bytesLeft: Int
        var writeMax: Int
        var callCount = 0
        var random: [UInt8]?
    }

    init(failingCall: Int = .max, diskByteCount: Int = .max, writeMax: Int = .max, random: [UInt8]? = nil) {
        state = Mutex(State(callsLeft: failingCall, bytesLeft: diskByteCount, writeMax: writeMax, random: random))
    }

    var callCount: Int { state.withLock { $0.callCount } }

    private func step(_ operation: FileError.Operation, _ path: String) throws(FileError) {
        let fails = state.withLock { state in
            state.callCount += 1
            state.callsLeft -= 1
            return state.callsLeft == 0
        }
        if fails { throw FileError(operation, path, code: FileError.inputOutput) }
    }

    func open(_ path: String, _ mode: OpenMode) throws(FileError) -> FileDescriptor {
        try step(.open, path)
        return try real.open(path, mode)
    }
    func close(_ file: FileDescriptor) throws(FileError) {
        do throws(FileError) {
            try step(.close, file.path)
        } catch {
            try real.close(file)
            throw error
        }
        try real.close(file)
    }
    func status(_ file: FileDescriptor) throws(FileError) -> FileStatus {
        try step(.look, file.path)
        return try real.status(file)
    }
    func map(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> MappedFile {
        try step(.read, file.path)
        return try real.map(file, byteCount: byteCount)
    }
    func read(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> [UInt8] {
        try step(.read, file.path)
        return try real.read(file, byteCount: byteCount)
    }
    func read(_ file: FileDescriptor, at offset: Int, byteCount: Int) throws(FileError) -> [UInt8] {
        try step(.read, file.path)
        return try real.read(file, at: offset, byteCount: byteCount)
    }
    func write(_ file: FileDescriptor, _ bytes: Span<UInt8>) throws(FileError) -> Int {
        try step(.write, file.path)
        let count = state.withLock { state in
            let count = min(bytes.count, state.writeMax, state.bytesLeft)
            state.bytesLeft -= count
            return count
        }
        guard count > 0 || bytes.count == 0 else { throw FileError(.write, file.path, code: FileError.noSpace) }
        return try real.write(file, bytes.extracting(0..<count))
    }
    func seek(_ file: FileDescriptor, to offset: Int) throws(FileError) {
        try step(.write, file.path)
        try real.seek(file, to: offset)
    }
    func truncate(_ file: FileDescriptor, to byteCount: Int) throws(FileError) {
        try step(.write, file.path)
        try real.truncate(file, to: byteCount)
    }
    func sync(_ file: FileDescriptor) throws(FileError) {
        try step(.sync, file.path)
        try real.sync(file)
    }
    func syncDirectory(_ path: String) throws(FileError) {
        try step(.sync, path)
        try real.syncDirectory(path)
    }
    func setPermissions(_ file: FileDescriptor, _ permissions: UInt32) throws(FileError) {
        try step(.write, file.path)
        try real.setPermissions(file, permissions)
    }
    func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus? {
        try step(.look, path)
        return try real.status(path, followingLinks: followingLinks)
    }
    func rename(_ path: String, to newPath: String, replacing: Bool) throws(FileError) {
        try step(.rename, newPath)
        try real.rename(path, to: newPath, replacing: replacing)
    }
    func unlink(_ path: String) throws(FileError) {
        try step(.remove, path)
        try real.unlink(path)
    }
    func makeDirectory(_ path: String, permissions: UInt32) throws(FileError) {
        try step(.makeDirectory, path)
        try real.makeDirectory(path, permissions: permissions)
    }
    func list(_ path: String) throws(FileError) -> [String] {
        try step(.look, path)
        return try real.list(path)
    }
    func resolve(_ path: String) throws(FileError) -> String {
        try step(.open, path)
        return try real.resolve(path)
    }
    func lock(_ file: FileDescriptor) throws(FileError) -> Bool {
        try step(.lock, file.path)
        return try real.lock(file)
    }
    func randomBytes() -> [UInt8] { state.withLock { $0.random } ?? real.randomBytes() }
}
