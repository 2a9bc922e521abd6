// A file system in memory that knows what a disk may forget. Every file keeps the writes since its last sync, every
// folder the names changed since its last sync; a power cut keeps any subset of them (writes by sectors of 512 bytes).
// One call, chosen by number, can fail in one of several ways, or be the last that the process makes.

import Glibc
import Synchronization

@testable import Storage

/// How the chosen call goes wrong.
enum Fault: Hashable, CaseIterable {
    /// Fails with EIO and does nothing.
    case error
    /// Fails with ENOSPC and does nothing.
    case full
    /// Fails with EINTR and does nothing.
    case interrupted
    /// A write takes a part and reports it; the next write fails. Other calls fail.
    case short
    /// A write takes a part and fails all the same. A sync fails and what was to be synced may be lost. Others fail.
    case half
    /// The process ends here: a write may have taken a part; no later call does anything.
    case stop
}

/// Files in memory, in one folder.
final class ModelFileSystem: FileSystem {
    private enum Write {
        case bytes(Int, [UInt8])
        case cut(Int)
    }

    private final class Node: @unchecked Sendable {
        let number: UInt64
        var content: [UInt8] = []
        var durable: [UInt8] = []
        var pending: [Write] = []
        var permissions: UInt32
        var modified: Int64 = 0
        var isLocked = false

        init(_ number: UInt64, _ permissions: UInt32) {
            self.number = number
            self.permissions = permissions
        }
    }

    private enum Naming {
        case set(String, Node)
        case remove(String)
        case move(String, String, Node)
    }

    private struct State: ~Copyable {
        var names: [String: Node] = [:]
        var durableNames: [String: Node] = [:]
        var pendingNames: [Naming] = []
        var open: [Int32: (node: Node, position: Int, holdsLock: Bool)] = [:]
        var nextDescriptor: Int32 = 3
        var nextNode: UInt64 = 1
        var clock: Int64 = 1
        var random: SeededGenerator
        var callCount = 0
        var faultCall = Int.max
        var fault = Fault.error
        var failsNextWrite = false
        var isStopped = false
        var trace: [String] = []
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

    /// From now on the call with this number, counted from 1, goes wrong.
    func arm(call: Int, _ fault: Fault) {
        state.withLock {
            $0.callCount = 0
            $0.faultCall = call
            $0.fault = fault
            $0.trace = []
        }
    }

    var callCount: Int { state.withLock { $0.callCount } }
    var isStopped: Bool { state.withLock { $0.isStopped } }
    var names: [String] { state.withLock { $0.names.keys.sorted() } }
    /// The call that went wrong.
    var faultyCall: String { state.withLock { $0.trace.last ?? "none" } }
    func bytes(_ path: String) -> [UInt8]? { state.withLock { $0.names[path]?.content } }
    func put(_ path: String, _ bytes: [UInt8]?) {
        state.withLock { state in
            guard let bytes else {
                state.names[path] = nil
                state.durableNames[path] = nil
                return
            }
            let node = Node(state.nextNode, 0o644)
            state.nextNode += 1
            state.clock += 1
            node.content = bytes
            node.durable = bytes
            node.modified = state.clock
            state.names[path] = node
            state.durableNames[path] = node
        }
    }

    // MARK: What is left

    /// The process is gone, the machine is not: all that was written is there, locks and descriptors are not.
    func afterKill() -> ModelFileSystem {
        rest(seed: 1) { _, names, _, _ in
            names
        } content: { _, content, _, _ in
            content
        }
    }

    /// The power is gone: of what was not synced, any subset is there.
    func afterPowerCut(seed: UInt64) -> ModelFileSystem {
        rest(seed: seed) { durable, _, pending, random in
            var names = durable
            for change in pending where Bool.random(using: &random) {
                switch change {
                case .set(let name, let node): names[name] = node
                case .remove(let name): names[name] = nil
                case .move(let from, let to, let node):
                    if names[from] === node { names[from] = nil }
                    names[to] = node
                }
            }
            return names
        } content: { durable, _, pending, random in
            var content = durable
            for write in pending {
                switch write {
                case .cut(let count):
                    if Bool.random(using: &random) { ModelFileSystem.cut(&content, to: count) }
                case .bytes(let offset, let bytes):
                    // Now and then all or nothing is what happens.
                    let all = Int.random(in: 0..<4, using: &random)
                    var place = 0
                    while place < bytes.count {
                        let count = min(512 - (offset + place) % 512, bytes.count - place)
                        if all == 0 || all > 1 && Bool.random(using: &random) {
                            ModelFileSystem.write(bytes[place..<place + count], &content, at: offset + place)
                        }
                        place += count
                    }
                }
            }
            return content
        }
    }

    private func rest(
        seed: UInt64,
        names: ([String: Node], [String: Node], [Naming], inout SeededGenerator) -> [String: Node],
        content: ([UInt8], [UInt8], [Write], inout SeededGenerator) -> [UInt8]
    ) -> ModelFileSystem {
        // Names of temporary files must differ from those that are there already.
        let left = ModelFileSystem(seed: ~seed)
        var random = SeededGenerator(seed: seed)
        let found = state.withLock { state in
            let kept = names(state.durableNames, state.names, state.pendingNames, &random)
            var files: [(String, [UInt8], UInt32)] = []
            for (path, node) in kept.sorted(by: { $0.key < $1.key }) {
                files.append((path, content(node.durable, node.content, node.pending, &random), node.permissions))
            }
            return files
        }
        for (path, bytes, permissions) in found {
            left.put(path, bytes)
            left.state.withLock { $0.names[path]?.permissions = permissions }
        }
        return left
    }

    private static func cut(_ content: inout [UInt8], to count: Int) {
        if count < content.count {
            content.removeLast(content.count - count)
        } else {
            content += [UInt8](repeating: 0, count: count - content.count)
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, _ content: inout [UInt8], at offset: Int) {
        if content.count < offset + bytes.count { cut(&content, to: offset + bytes.count) }
        content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    // MARK: Calls

    /// Counts a call; tells how it goes wrong, if it does.
    private func step(
        _ state: inout State, _ operation: FileError.Operation, _ path: String
    ) throws(FileError) -> Fault? {
        if state.isStopped { throw FileError(operation, path, code: EIO) }
        state.callCount += 1
        guard state.callCount == state.faultCall else { return nil }
        state.trace.append("\(operation) \(path)")
        switch state.fault {
        case .error: throw FileError(operation, path, code: EIO)
        case .full: throw FileError(operation, path, code: ENOSPC)
        case .interrupted: throw FileError(operation, path, code: EINTR)
        case .stop: state.isStopped = true
        case .short, .half: break
        }
        if operation == .write || operation == .sync { return state.fault }
        throw FileError(operation, path, code: EIO)
    }

    private func locked<Result>(_ body: (inout State) throws(FileError) -> Result) throws(FileError) -> Result {
        let result: Swift.Result<Result, FileError> = state.withLock { state in
            do throws(FileError) { return .success(try body(&state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func node(
        _ state: inout State, _ file: FileDescriptor, _ operation: FileError.Operation
    ) throws(FileError) -> Node {
        guard let open = state.open[file.number] else { throw FileError(operation, file.path, code: EBADF) }
        return open.node
    }

    func open(_ path: String, _ mode: OpenMode) throws(FileError) -> FileDescriptor {
        try locked { state throws(FileError) in
            _ = try step(&state, .open, path)
            var node = state.names[path]
            switch mode {
            case .read, .write: break
            case .createNew(let permissions), .readWrite(let permissions):
                if case .createNew = mode, node != nil { throw FileError(.open, path, code: EEXIST) }
                if node == nil {
                    let made = Node(state.nextNode, permissions)
                    state.nextNode += 1
                    made.modified = state.clock
                    state.names[path] = made
                    state.pendingNames.append(.set(path, made))
                    node = made
                }
            }
            guard let node else { throw FileError(.open, path, code: ENOENT) }
            let descriptor = FileDescriptor(number: state.nextDescriptor, path: path)
            state.nextDescriptor += 1
            state.open[descriptor.number] = (node, 0, false)
            return descriptor
        }
    }

    func close(_ file: FileDescriptor) throws(FileError) {
        try locked { state throws(FileError) in
            // Whatever is said, the descriptor is gone.
            if let open = state.open.removeValue(forKey: file.number), open.holdsLock { open.node.isLocked = false }
            _ = try step(&state, .close, file.path)
        }
    }

    func read(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> [UInt8] {
        let position = state.withLock { $0.open[file.number]?.position ?? 0 }
        let bytes = try read(file, at: position, byteCount: byteCount)
        state.withLock { $0.open[file.number]?.position += bytes.count }
        return bytes
    }

    func read(_ file: FileDescriptor, at offset: Int, byteCount: Int) throws(FileError) -> [UInt8] {
        try locked { state throws(FileError) in
            _ = try step(&state, .read, file.path)
            let content = try node(&state, file, .read).content
            return Array(content[min(offset, content.count)..<min(offset + byteCount, content.count)])
        }
    }

    func write(_ file: FileDescriptor, _ bytes: Span<UInt8>) throws(FileError) -> Int {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        return try locked { state throws(FileError) in
            if state.failsNextWrite {
                state.failsNextWrite = false
                throw FileError(.write, file.path, code: ENOSPC)
            }
            let fault = try step(&state, .write, file.path)
            let node = try node(&state, file, .write)
            let count = fault == nil ? copy.count : Int.random(in: 0...copy.count, using: &state.random)
            let position = state.open[file.number]?.position ?? 0
            if count > 0 {
                ModelFileSystem.write(copy[..<count], &node.content, at: position)
                node.pending.append(.bytes(position, Array(copy[..<count])))
                state.clock += 1
                node.modified = state.clock
            }
            state.open[file.number]?.position = position + count
            switch fault {
            case nil: return count
            case .short?:
                state.failsNextWrite = true
                return count
            default: throw FileError(.write, file.path, code: ENOSPC)
            }
        }
    }

    func seek(_ file: FileDescriptor, to offset: Int) throws(FileError) {
        try locked { state throws(FileError) in
            if try step(&state, .write, file.path) != nil { throw FileError(.write, file.path, code: EIO) }
            state.open[file.number]?.position = offset
        }
    }

    func truncate(_ file: FileDescriptor, to byteCount: Int) throws(FileError) {
        try locked { state throws(FileError) in
            if try step(&state, .write, file.path) != nil { throw FileError(.write, file.path, code: EIO) }
            let node = try node(&state, file, .write)
            ModelFileSystem.cut(&node.content, to: byteCount)
            node.pending.append(.cut(byteCount))
            state.clock += 1
            node.modified = state.clock
        }
    }

    func sync(_ file: FileDescriptor) throws(FileError) {
        try locked { state throws(FileError) in
            let fault = try step(&state, .sync, file.path)
            let node = try node(&state, file, .sync)
            guard fault == nil else {
                // The kernel may have written some of it, and forgets that it has not written the rest.
                if fault == .half { node.pending = [] }
                throw FileError(.sync, file.path, code: EIO)
            }
            node.durable = node.content
            node.pending = []
        }
    }

    func syncDirectory(_ path: String) throws(FileError) {
        try locked { state throws(FileError) in
            if try step(&state, .sync, path) != nil { throw FileError(.sync, path, code: EIO) }
            state.durableNames = state.names
            state.pendingNames = []
        }
    }

    func setPermissions(_ file: FileDescriptor, _ permissions: UInt32) throws(FileError) {
        try locked { state throws(FileError) in
            if try step(&state, .write, file.path) != nil { throw FileError(.write, file.path, code: EIO) }
            try node(&state, file, .write).permissions = permissions
        }
    }

    private func status(of node: Node) -> FileStatus {
        FileStatus(
            kind: .regular, permissions: node.permissions,
            identity: FileIdentity(
                device: 1, inode: node.number, byteCount: node.content.count, modified: node.modified))
    }

    func status(_ file: FileDescriptor) throws(FileError) -> FileStatus {
        try locked { state throws(FileError) in
            _ = try step(&state, .look, file.path)
            return status(of: try node(&state, file, .look))
        }
    }

    func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus? {
        try locked { state throws(FileError) in
            _ = try step(&state, .look, path)
            return state.names[path].map { status(of: $0) }
        }
    }

    func rename(_ path: String, to newPath: String, replacing: Bool) throws(FileError) {
        try locked { state throws(FileError) in
            _ = try step(&state, .rename, newPath)
            guard let node = state.names[path] else { throw FileError(.rename, newPath, code: ENOENT) }
            guard replacing || state.names[newPath] == nil else { throw FileError(.rename, newPath, code: EEXIST) }
            state.names[path] = nil
            state.names[newPath] = node
            state.pendingNames.append(.move(path, newPath, node))
        }
    }

    func unlink(_ path: String) throws(FileError) {
        try locked { state throws(FileError) in
            _ = try step(&state, .remove, path)
            guard state.names.removeValue(forKey: path) != nil else { throw FileError(.remove, path, code: ENOENT) }
            state.pendingNames.append(.remove(path))
        }
    }

    func makeDirectory(_ path: String, permissions: UInt32) throws(FileError) {}

    func list(_ path: String) throws(FileError) -> [String] {
        names.filter { NearNames.split($0).folder == path }.map { NearNames.split($0).name }
    }

    func resolve(_ path: String) throws(FileError) -> String { path }

    func map(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> MappedFile {
        try locked { state throws(FileError) in
            _ = try step(&state, .read, file.path)
            return MappedFile(copying: Array(try node(&state, file, .read).content.prefix(byteCount)))
        }
    }

    func lock(_ file: FileDescriptor) throws(FileError) -> Bool {
        try locked { state throws(FileError) in
            _ = try step(&state, .lock, file.path)
            let node = try node(&state, file, .lock)
            guard !node.isLocked else { return false }
            node.isLocked = true
            state.open[file.number]?.holdsLock = true
            return true
        }
    }

    func randomBytes() -> [UInt8] {
        state.withLock { state in (0..<16).map { _ in UInt8.random(in: 0...255, using: &state.random) } }
    }
}
