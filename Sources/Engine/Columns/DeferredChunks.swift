// Chunks that are made when somebody first reads them: a book of a past day has twenty columns that differ from today's,
// and a question touches two or three of them. All copies of such a column share what was made.
//
// Making them may fail, or be stopped. Whoever can throw asks `made()`; the others get chunks that throw the same when
// they are read, and the next reader tries again.

import Synchronization
import Values

/// The values of some rows of a column.
public enum ColumnRows: Sendable {
    /// Rows of a column of integers; a negative number stands for no value.
    case integersOf(Column, at: ArraySlice<Int32>)
    /// Rows of a column of codes, code c as `recoded[c]`; a negative number stands for no value.
    case codesOf(Column, at: ArraySlice<Int32>, recoded: [UInt32])
    /// Whole numbers; `Int64.min` stands for no value.
    case integers([Int64])
    /// Codes of the column's dictionary; 0 stands for no value.
    case codes([UInt32])
}

/// The chunks of a column of integers or codes, once they are asked for.
final class DeferredChunks: Sendable {
    private enum State {
        case waiting(@Sendable (Range<Int>) throws -> ColumnRows)
        case made([Chunk])
    }

    let rowCount: Int
    private let representation: Representation
    private let state: Mutex<State>

    init(
        rowCount: Int, _ representation: Representation, _ rows: @escaping @Sendable (Range<Int>) throws -> ColumnRows
    ) {
        self.rowCount = rowCount
        self.representation = representation
        state = Mutex(.waiting(rows))
    }

    /// The chunks, made on all threads by the first call.
    func made() throws -> [Chunk] {
        try state.withLock { state in
            switch state {
            case .made(let chunks): return chunks
            case .waiting(let rows):
                let chunks = try make(rows)
                state = .made(chunks)
                return chunks
            }
        }
    }

    /// The chunks, or such as throw what went wrong.
    var chunks: [Chunk] {
        do {
            return try made()
        } catch {
            return (0..<chunkCount).map { Chunk(throwing: error, representation, rowCount: rows($0).count) }
        }
    }

    private var chunkCount: Int { (rowCount + Limits.chunkRowCount - 1) / Limits.chunkRowCount }

    private func rows(_ chunk: Int) -> Range<Int> {
        chunk * Limits.chunkRowCount..<min(rowCount, (chunk + 1) * Limits.chunkRowCount)
    }

    private func make(_ values: @escaping @Sendable (Range<Int>) throws -> ColumnRows) throws -> [Chunk] {
        let execution = Execution(cancellation: Cancellation.ambient ?? Cancellation())
        return try execution.pieces(count: chunkCount) { [self] piece in
            let rows = rows(piece)
            let chunk: Chunk
            switch (try values(rows), representation) {
            case (.integers(let integers), .integer): chunk = Chunk(integers: integers, missing: .min)
            case (.codes(let codes), .code): chunk = Chunk(codes: codes)
            case (.integersOf(let column, let picks), .integer): chunk = try column.integerChunk(at: picks)
            case (.codesOf(let column, let picks, let recoded), .code):
                chunk = try column.codeChunk(at: picks, recoded: recoded)
            default: throw EngineError.typeMismatch("rows of another representation than their column's")
            }
            guard chunk.rowCount == rows.count else { throw EngineError.typeMismatch("too many or too few rows") }
            return chunk
        }
    }
}

extension Column {
    /// A column whose rows `rows` gives, a chunk's at a time and on any thread, when somebody first reads the column.
    ///
    /// Only for integers and codes; a code is at most the count of the dictionary.
    public init(
        name: String, valueType: ValueType, dictionary: CategoryDictionary = CategoryDictionary(), rowCount: Int,
        rows: @escaping @Sendable (Range<Int>) throws -> ColumnRows
    ) {
        self.init(
            name: name, valueType: valueType,
            deferred: DeferredChunks(rowCount: rowCount, valueType.representation, rows), dictionary: dictionary)
    }
}

extension Chunk {
    /// Integers of which one value stands for none.
    fileprivate init(integers: [Int64], missing: Int64) {
        var missingCount = 0
        for integer in integers { missingCount &+= integer == missing ? 1 : 0 }
        guard missingCount > 0 else {
            self.init(integers: integers, present: nil, missingCount: 0)
            return
        }
        var present = [UInt8](repeating: 0, count: (integers.count + 7) / 8)
        for (row, integer) in integers.enumerated() where integer != missing {
            present[row >> 3] |= 1 << UInt8(row & 7)
        }
        self.init(integers: integers, present: present, missingCount: missingCount)
    }

    /// A chunk that throws when it is read. Its bounds rule nothing out.
    fileprivate init(throwing error: any Error, _ representation: Representation, rowCount: Int) {
        let nothing = ByteRegion(byteCount: 8)
        // SAFETY: the region owns the bytes it is made of, which nobody comes to read.
        let region = unsafe ByteRegion(
            mapped: UnsafeRawBufferPointer(start: nothing.uncheckedStart, count: 8), owner: nothing,
            verification: { _ in throw error })
        let isCode = representation == .code
        self.init(
            layout: ChunkLayout(
                representation: representation, rowCount: rowCount, width: isCode ? 4 : 8,
                minimum: isCode ? 0 : .min, maximum: isCode ? Int64(UInt32.max) : .max, missingCount: 0),
            values: ByteSlice(region), validity: nil, heapText: nil)
    }
}
