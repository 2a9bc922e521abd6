// What can still be read of a damaged snapshot: tables whose description is whole, with missing values where a chunk or
// the names of a category are damaged, and sections that are whole. What is lost is listed. Meaning is not looked at:
// whoever knows what the tables are for makes something sound of them again.
internal import Engine
public import Values

/// The readable part of a snapshot.
public struct SalvagedSnapshot: Sendable {
    /// What could be read.
    public let contents: SnapshotContents
    /// What could not, one diagnostic for each damaged part.
    public let losses: [Diagnostic]
    /// The version that the file was, for the journal beside it.
    let base: JournalBase
}

/// Reads damaged snapshots.
public enum SnapshotSalvage {
    /// Reads what is sound.
    ///
    /// - Throws: a diagnostic: the file cannot be read, is no snapshot, or its table of sections is damaged, without
    ///   which nothing can be found.
    public static func read(_ path: String, _ fileSystem: any FileSystem) throws(Diagnostic) -> SalvagedSnapshot {
        var losses: [Diagnostic] = []
        let reader = try SnapshotReader.salvage(path, fileSystem, losses: &losses)
        var contents = SnapshotContents(id: reader.id, generation: reader.generation, sequence: reader.sequence)
        for (name, table) in reader.tables.sorted(by: { $0.key < $1.key }) {
            do {
                contents.tables[name] = try mended(table, &losses)
            } catch {
                losses.append(lost(error, "table \"\(name)\""))
            }
        }
        for name in reader.sectionNames {
            do throws(Diagnostic) { contents.sections[name] = try reader.section(name) } catch { losses.append(error) }
        }
        return SalvagedSnapshot(contents: contents, losses: losses, base: reader.base)
    }

    private static func mended(_ table: Table, _ losses: inout [Diagnostic]) throws -> Table {
        var columns: [Column] = []
        for column in table.columns {
            do {
                if column.representation == .code { _ = try column.dictionary.names() }
            } catch {
                losses.append(lost(error, "names of column \"\(column.name)\""))
                columns.append(
                    try Column(
                        name: column.name, valueType: column.valueType, repeating: .missing, count: table.rowCount))
                continue
            }
            let chunks = try column.chunks.map { chunk in
                do {
                    // SAFETY: nothing is read; asking for the bytes verifies them.
                    try unsafe chunk.withValues { _ in }
                    _ = try unsafe chunk.withValidity { _ in }
                    _ = try unsafe chunk.withText { _ in }
                    return chunk
                } catch {
                    losses.append(lost(error, "a chunk of column \"\(column.name)\""))
                    let empty = try Column(
                        name: column.name, valueType: column.valueType, repeating: .missing, count: chunk.rowCount)
                    return empty.chunks[0]
                }
            }
            columns.append(
                try Column(
                    name: column.name, valueType: column.valueType, chunks: chunks, dictionary: column.dictionary))
        }
        return try Table(columns, deletedRows: table.deletedRows)
    }

    private static func lost(_ error: any Error, _ part: String) -> Diagnostic {
        error as? Diagnostic ?? Diagnostic(.fileDamaged, "\(part) cannot be read: \(error)")
    }
}

extension SalvagedSnapshot {
    /// The changes of the journal at the path that continue this snapshot, up to the first damaged one, and a word on
    /// those that cannot be used.
    public func changes(
        _ path: String, _ fileSystem: any FileSystem
    ) throws(Diagnostic) -> (records: [JournalRecord], loss: String?) {
        let found: JournalFile?
        do throws(FileError) {
            found = try JournalFile.read(JournalPath(path, fileSystem).journal, fileSystem)
        } catch {
            throw error.diagnostic()
        }
        guard let found else { return ([], nil) }
        guard let scan = JournalScan(found.bytes) else { return ([], "the journal's header is damaged") }
        // A damaged header of the snapshot has another checksum than the one that the journal names.
        guard scan.base.id == base.id, scan.base.generation == base.generation, scan.base.sequence == base.sequence
        else { return ([], scan.lastSequence <= base.sequence ? nil : "the journal continues another version") }
        switch scan.tail {
        case .none: return (scan.records, nil)
        case .torn: return (scan.records, "the last change of the journal was not written whole")
        case .damaged(let behind):
            return (scan.records, "a change of the journal is damaged; \(behind) behind it cannot be made without it")
        }
    }
}
