// The bytes of a chunk in a file: its pieces one behind the other. Reader and writer share this page, so that a chunk that
// did not change is found to be the very bytes of the file it came from.
internal import Engine
internal import Values

/// Where the pieces of a chunk lie within its bytes: values, validity and text, each at a multiple of 8.
struct ChunkPieces: Sendable {
    let layout: ChunkLayout
    let validity: Int
    let text: Int

    init(_ layout: ChunkLayout) {
        self.layout = layout
        validity = (layout.valuesByteCount + 7) & ~7
        text = (validity + layout.validityByteCount + 7) & ~7
    }

    var byteCount: Int { text + layout.textByteCount }

    /// What is wrong with the bytes, in words.
    func fault(_ bytes: UnsafeRawBufferPointer, codeMax: UInt32) -> String? {
        // SAFETY: the caller's buffer has exactly `byteCount` bytes.
        let values = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<layout.valuesByteCount])
        let bits = unsafe UnsafeRawBufferPointer(rebasing: bytes[validity..<validity + layout.validityByteCount])
        let texts = unsafe UnsafeRawBufferPointer(rebasing: bytes[text..<text + layout.textByteCount])
        return unsafe layout.contentFault(
            values: values, validity: layout.hasValidity ? bits : nil,
            text: layout.representation == .text ? texts : nil, codeMax: codeMax)
    }
}

extension Chunk {
    /// The part of a file that holds this chunk as it is, with the checksum stated there; `nil` for a chunk that was made
    /// or changed in memory.
    var keptPart: (region: ByteRegion, checksum: UInt64)? {
        let pieces = ChunkPieces(layout)
        guard let region = region(validityAt: pieces.validity, textAt: pieces.text),
            region.byteCount == pieces.byteCount, let checksum = region.checksum
        else { return nil }
        return (region, checksum)
    }
}
