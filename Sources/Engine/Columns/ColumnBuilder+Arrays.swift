// Whole arrays into a column: for what makes millions of rows at a time and already knows its codes. A stretch up to the
// end of a chunk is appended at once.

import Values

extension ColumnBuilder {
    /// A builder of a category column whose codes are given as they are and belong to `dictionary`.
    public init(name: String, codesOf dictionary: CategoryDictionary) { self.init(name: name, dictionary: dictionary) }

    /// Appends codes of the dictionary that the builder was made with; 0 is missing, and so is one it does not know.
    public mutating func append(codes: [UInt32], dictionaryCount: Int) {
        let areKnown = Int(codes.max() ?? 0) <= dictionaryCount
        forEachStretch(codes.count) { builder, range in
            if areKnown {
                builder.codes.append(contentsOf: codes[range])
            } else {
                for place in range { builder.codes.append(Int(codes[place]) <= dictionaryCount ? codes[place] : 0) }
            }
            builder.advance(rowCount: range.count)
        }
    }

    /// Appends names given by their places in a list, `nil` standing for no value; names get codes in order of their
    /// first row, whatever their order in the list.
    public mutating func append(places: [UInt32], of names: [String?]) {
        // Codes by place, the largest number where none is given yet.
        var codeOfPlace = [UInt32](repeating: .max, count: names.count)
        forEachStretch(places.count) { builder, range in
            for row in range {
                let place = Int(places[row])
                var code = codeOfPlace[place]
                if code == .max {
                    var name = names[place]
                    code = name?.withUTF8 { unsafe builder.number(of: $0) } ?? 0
                    codeOfPlace[place] = code
                }
                builder.codes.append(code)
            }
            builder.advance(rowCount: range.count)
        }
    }

    /// Appends integers, `missing` standing for no value.
    public mutating func append(integers: [Int64], missing: Int64) {
        guard valueType.representation == .integer else {
            for integer in integers {
                if integer == missing { appendMissing() } else { append(integer) }
            }
            return
        }
        forEachStretch(integers.count) { builder, range in
            if range.count == Limits.chunkRowCount {
                let rows = range == integers.indices ? integers : Array(integers[range])
                return builder.append(Chunk(integers: rows, missing: missing))
            }
            let first = builder.pendingCount
            builder.integers.append(contentsOf: integers[range])
            var missingCount = 0
            for place in range { missingCount &+= integers[place] == missing ? 1 : 0 }
            if missingCount > 0 { builder.markMissing(from: first, missing, count: missingCount) }
            builder.advance(rowCount: range.count)
        }
    }

    /// Calls `body`, which appends their values and counts them, for stretches of the rows that each fit into one chunk.
    private mutating func forEachStretch(_ rowCount: Int, _ body: (inout ColumnBuilder, Range<Int>) -> Void) {
        var row = 0
        while row < rowCount {
            let end = min(rowCount, row + Limits.chunkRowCount - pendingCount)
            body(&self, row..<end)
            row = end
        }
    }
}
