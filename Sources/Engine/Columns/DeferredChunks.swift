// Chunks that are made when somebody first reads them: a book of a past day has twenty columns that differ from today's,
// a book in a file has fifty with a hundred chunks each, and a question touches two or three of them. All copies of such a
// column share what was made.
//
// A few rows can be had without the chunks: an answer of ten rows shows columns of which nothing else is read.
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

/// The chunks of a column, once they are asked for.
final class DeferredChunks: Sendable {
    let rowCount: Int
    private let representation: Representation
    /// Makes the chunks; `nil` once that is done.
    private let make: Mutex<(@Sendable () throws -> [Chunk])?>
    /// The values of some rows of one chunk; `nil` where only the whole is to be had.
    private let values: (@Sendable (Range<Int>) throws -> ColumnRows)?
    /// What was made, for readers that need not wait for one another: written once, before `isMade` says so.
    private nonisolated(unsafe) var ready: [Chunk] = []
    private let isMade = Atomic(false)

    /// Chunks of the values of the rows, which are asked for a chunk or a row at a time.
    init(
        rowCount: Int, _ representation: Representation, _ values: @escaping @Sendable (Range<Int>) throws -> ColumnRows
    ) {
        self.rowCount = rowCount
        self.representation = representation
        self.values = values
        make = Mutex { try DeferredChunks.chunks(rowCount, representation, values) }
    }

    /// Chunks that are made as a whole.
    init(rowCount: Int, _ representation: Representation, _ chunks: @escaping @Sendable () throws -> [Chunk]) {
        self.rowCount = rowCount
        self.representation = representation
        values = nil
        make = Mutex(chunks)
    }

    /// Whether rows can be had without the chunks, and nobody has asked for those.
    var areWaiting: Bool { values != nil && !isMade.load(ordering: .acquiring) }

    /// A chunk of these rows, made without the others where that can be done.
    func chunk(of rows: [Int]) throws -> Chunk? {
        guard areWaiting, let values else { return nil }
        var integers: [Int64] = []
        var codes: [UInt32] = []
        for row in rows {
            switch try values(row..<row + 1) {
            case .integers(let found): integers += found
            case .codes(let found): codes += found
            case .integersOf(let column, let picks): integers += try column.integers(at: picks)
            case .codesOf(let column, let picks, let recoded):
                codes += try column.codes(at: picks).map { recoded[Int($0)] }
            }
        }
        let chunk = representation == .code ? Chunk(codes: codes) : Chunk(integers: integers, missing: .min)
        guard chunk.rowCount == rows.count else { throw EngineError.typeMismatch("too many or too few rows") }
        return chunk
    }

    /// The chunks, made by the first call; their rows on all threads.
    func made() throws -> [Chunk] {
        // SAFETY: nobody writes the chunks once the flag is set, which orders the writing before this reading.
        if isMade.load(ordering: .acquiring) { return unsafe ready }
        return try make.withLock { make in
            guard let waiting = make else { return unsafe ready }
            // SAFETY: under the lock, once; readers without it come after the flag.
            unsafe ready = try waiting()
            make = nil
            isMade.store(true, ordering: .releasing)
            return unsafe ready
        }
    }

    /// The chunks, or such as throw what went wrong.
    var chunks: [Chunk] {
        do {
            return try made()
        } catch {
            return DeferredChunks.ranges(rowCount).map { Chunk(throwing: error, representation, rowCount: $0.count) }
        }
    }

    /// The rows of each chunk.
    private static func ranges(_ rowCount: Int) -> [Range<Int>] {
        stride(from: 0, to: rowCount, by: Limits.chunkRowCount).map {
            $0..<min(rowCount, $0 + Limits.chunkRowCount)
        }
    }

    private static func chunks(
        _ rowCount: Int, _ representation: Representation,
        _ values: @escaping @Sendable (Range<Int>) throws -> ColumnRows
    ) throws -> [Chunk] {
        let execution = Execution(cancellation: Cancellation.ambient ?? Cancellation())
        let ranges = ranges(rowCount)
        return try execution.pieces(count: ranges.count) { piece in
            let rows = ranges[piece]
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
    /// A column of existing chunks that `chunks` lists when somebody first reads the column, such as those of a file.
    ///
    /// They must be of the value type's representation and together have `rowCount` rows, as in `init(…chunks:…)`.
    public init(
        name: String, valueType: ValueType, dictionary: CategoryDictionary, rowCount: Int,
        chunks: @escaping @Sendable () throws -> [Chunk]
    ) {
        self.init(
            name: name, valueType: valueType,
            deferred: DeferredChunks(rowCount: rowCount, valueType.representation, chunks),
            dictionary: dictionary)
    }

    /// A column whose rows `rows` gives, those of a chunk or one at a time and on any thread, when somebody first reads
    /// the column.
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

extension Column {
    /// These rows as a column of their own, which are looked up when somebody reads it.
    fileprivate func few(_ rows: [Int]) -> Column {
        let source = self
        return Column(
            name: name, valueType: valueType,
            deferred: DeferredChunks(rowCount: rows.count, representation) {
                try source.deferred?.chunk(of: rows).map { [$0] } ?? source.gathered(rows).chunks
            }, dictionary: dictionary)
    }
}

extension Relation {
    /// Up to how many rows are few.
    private static let fewCountMax = 256

    /// The same rows in the same order as a table of their own, when they are few and a column of the table has not been
    /// made yet: then no other rows of it are made. The numbers of the rows are others then.
    public func few() throws -> Relation {
        let count: Int
        switch rows {
        case .all: return self
        case .selected(let set): count = set.count
        case .ordered(let list): count = list.count
        }
        guard condition == nil, count > 0, count <= Relation.fewCountMax,
            table.columns.contains(where: { $0.deferred?.areWaiting ?? false })
        else { return self }
        let chosen = try Execution().rows(self).map { Int($0) }
        return chosen.isEmpty ? self : Relation(try Table(table.columns.map { $0.few(chosen) }))
    }
}

extension Chunk {
    /// A chunk that throws when it is read. Its bounds rule nothing out.
    fileprivate init(throwing error: any Error, _ representation: Representation, rowCount: Int) {
        let nothing = ByteRegion(byteCount: 8)
        // SAFETY: the region owns the bytes it is made of, which nobody comes to read.
        let region = unsafe ByteRegion(
            mapped: UnsafeRawBufferPointer(start: nothing.uncheckedStart, count: 8), owner: nothing,
            verification: { _ in throw error })
        let (width, minimum, maximum): (Int, Int64, Int64) =
            switch representation {
            case .integer: (8, .min, .max)
            case .real:
                (8, Int64(bitPattern: (-Double.infinity).bitPattern), Int64(bitPattern: Double.infinity.bitPattern))
            case .code: (4, 0, Int64(UInt32.max))
            case .text: (4, 0, 0)
            }
        self.init(
            layout: ChunkLayout(
                representation: representation, rowCount: rowCount, width: width, minimum: minimum, maximum: maximum,
                missingCount: 0),
            values: ByteSlice(region), validity: nil, heapText: nil)
    }
}
