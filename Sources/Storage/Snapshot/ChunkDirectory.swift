// The chunks of one column as a description lists them, 64 bytes each. Opening a book checks every entry but makes nothing
// of them: a question touches a few columns of fifty, and with the objects of all chunks (5,000 for 10 million deals)
// opening took 3.5 ms longer than a book of a tenth of the size, without them 0.6. The chunks of a column are made when
// somebody first reads it.

internal import Engine
internal import Values

/// Where the chunks of a column lie and what they hold.
struct ChunkDirectory: Sendable {
    /// Bytes of an entry.
    static let entryByteCount = 64

    /// `table "deals", column "stage"`
    let title: String
    let representation: Representation
    /// The rows of the column.
    let rowCount: Int
    /// The largest code that a chunk may hold.
    let codeMax: UInt32
    let mapped: MappedFile
    let file: SnapshotFile
    /// The description, and where the entries begin in it.
    let description: [UInt8]
    let start: Int

    /// A chunk's place in the file and the meaning of its bytes.
    struct Entry {
        var offset: Int
        var byteCount: Int
        var checksum: UInt64
        var layout: ChunkLayout
    }

    /// The number of chunks.
    var count: Int { (rowCount + Limits.chunkRowCount - 1) / Limits.chunkRowCount }

    /// What a chunk is called in messages.
    func name(_ index: Int) -> PartName { PartName(title, chunk: index + 1) }

    /// The entry of a chunk; `nil` when the description does not hold it or a number in it is too large.
    func entry(_ index: Int) -> Entry? {
        let place = start + index * ChunkDirectory.entryByteCount
        guard index >= 0, place >= 0, place + ChunkDirectory.entryByteCount <= description.count else { return nil }
        // One check for ten numbers: opening a book of 10 million deals looks at 8,000 entries.
        return unsafe description.withUnsafeBytes { bytes -> Entry? in
            // SAFETY: an entry's bytes lie within the description, as checked above.
            func word(_ number: Int) -> UInt64 {
                unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + number * 8, as: UInt64.self))
            }
            func halves(_ number: Int) -> (first: Int, second: Int) {
                let word = word(number)
                return (Int(UInt32(truncatingIfNeeded: word)), Int(word >> 32))
            }
            guard let offset = Int(exactly: word(0)), let byteCount = Int(exactly: word(1)) else { return nil }
            let (textByteCount, rows) = halves(6)
            let (missingCount, width) = halves(7)
            return Entry(
                offset: offset, byteCount: byteCount, checksum: word(2),
                layout: ChunkLayout(
                    representation: representation, rowCount: rows, width: width, base: Int64(bitPattern: word(3)),
                    minimum: Int64(bitPattern: word(4)), maximum: Int64(bitPattern: word(5)),
                    missingCount: missingCount, textByteCount: textByteCount))
        }
    }

    /// What is wrong with an entry by itself; `nil` when it is sound. Its place is the cursor's business.
    func fault(_ entry: Entry, _ index: Int) -> String? {
        if let fault = entry.layout.fault { return fault }
        let expected = min(Limits.chunkRowCount, rowCount - index * Limits.chunkRowCount)
        if entry.layout.rowCount != expected { return "\(entry.layout.rowCount) rows instead of \(expected)" }
        let byteCount = ChunkPieces(entry.layout).byteCount
        return entry.byteCount == byteCount ? nil : "\(entry.byteCount) bytes instead of \(byteCount)"
    }

    /// The chunks; each is verified before its first read.
    func chunks() throws -> [Chunk] { try (0..<count).map { try chunk($0) } }

    /// The parts that the chunks of a column made of this directory are.
    func parts(of column: Column) -> [SnapshotPart] {
        column.chunks.enumerated().compactMap { index, chunk in
            guard let region = chunk.keptPart?.region, let entry = entry(index) else { return nil }
            return SnapshotPart(called: name(index), offset: entry.offset, region: region)
        }
    }

    private func chunk(_ index: Int) throws -> Chunk {
        guard let entry = entry(index) else { throw file.damaged(title, at: start, "a chunk that ends too early") }
        let layout = entry.layout
        let pieces = ChunkPieces(layout)
        let codeMax = codeMax
        let region = unsafe mapped.region(
            file, name(index), entry.offset, entry.byteCount, entry.checksum
        ) { bytes in
            unsafe pieces.fault(bytes, codeMax: codeMax)
        }
        guard let values = ByteSlice(region, offset: 0, byteCount: layout.valuesByteCount),
            let validity = ByteSlice(region, offset: pieces.validity, byteCount: layout.validityByteCount),
            let text = ByteSlice(region, offset: pieces.text, byteCount: layout.textByteCount),
            let chunk = try? Chunk(
                layout: layout, values: values, validity: layout.hasValidity ? validity : nil,
                text: representation == .text ? text : nil)
        else { throw file.damaged(name(index).text, at: entry.offset, "bytes that do not fit its layout") }
        return chunk
    }
}
