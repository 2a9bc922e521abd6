// A block of one column as the bytes that a format writes. Column by column, because a loop over one kind of values
// costs a fraction of asking each cell of a row what it is; rows are then put together from slices.
internal import Engine
internal import Values

/// The written values of a block of rows.
struct EncodedColumn {
    private var bytes: [UInt8] = []
    /// Where each row's value begins, and one more.
    private var offsets: [Int] = [0]

    /// The number of bytes of all values.
    var byteCount: Int { bytes.count }

    /// Appends the value of a row.
    func append(_ row: Int, _ out: inout [UInt8]) { out.append(contentsOf: bytes[offsets[row]..<offsets[row + 1]]) }

    /// Writes every value of a block.
    init(_ block: ColumnBlock, _ type: ColumnType, _ names: CategoryNames, _ format: any RowFormat) throws {
        offsets.reserveCapacity(block.rowCount + 1)
        let missing = format.missing
        switch block.values {
        case .integers(let values):
            let quote = PlainText.isBare(type) ? nil : format.wordQuote
            for row in values.indices {
                let start = bytes.count
                var isWritten = false
                if !block.isMissing(row) {
                    if let quote { bytes.append(quote) }
                    isWritten = PlainText.append(values[row], type, &bytes)
                    if let quote { bytes.append(quote) }
                }
                if !isWritten {
                    bytes.removeLast(bytes.count - start)
                    bytes.append(contentsOf: missing)
                }
                offsets.append(bytes.count)
            }
        case .reals(let values):
            for row in values.indices {
                if block.isMissing(row) || !PlainText.append(values[row], &bytes) { bytes.append(contentsOf: missing) }
                offsets.append(bytes.count)
            }
        case .codes(let codes):
            for code in codes {
                if try !names.append(code, format, &bytes) { bytes.append(contentsOf: missing) }
                offsets.append(bytes.count)
            }
        case .texts(let textOffsets, let texts):
            for row in 0..<block.rowCount {
                if block.isMissing(row) {
                    bytes.append(contentsOf: missing)
                } else {
                    let start = textOffsets[row]
                    format.text(texts.span.extracting(start..<max(start, textOffsets[row + 1])), &bytes)
                }
                offsets.append(bytes.count)
            }
        }
    }
}

/// The names of a category as a format writes them: each once, unless the page has fewer rows than there are names.
struct CategoryNames {
    private let dictionary: CategoryDictionary
    private var offsets: [Int] = []
    private var written: [UInt8] = []

    /// The names of a column; none for columns that are no category.
    init(_ column: Column, rowCount: Int, _ format: any RowFormat) throws {
        dictionary = column.dictionary
        guard column.representation == .code, dictionary.count <= rowCount else { return }
        offsets = [0]
        for name in try dictionary.names() {
            format.text(Array(name.utf8).span, &written)
            offsets.append(written.count)
        }
    }

    /// Appends the name of a code; `false`, and nothing appended, when it has none.
    func append(_ code: UInt32, _ format: any RowFormat, _ out: inout [UInt8]) throws -> Bool {
        let index = Int(code)
        if index >= 1, index < offsets.count {
            out.append(contentsOf: written[offsets[index - 1]..<offsets[index]])
            return true
        }
        guard let name = try dictionary.name(code) else { return false }
        format.text(Array(name.utf8).span, &out)
        return true
    }
}
