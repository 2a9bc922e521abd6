// Joining a category with a table that is keyed by its names: one hash index over the names, one pass over the keys.

import Values

extension CategoryDictionary {
    /// For each code the first row of `keys`, a column of texts or categories, that holds its name byte for byte; −1
    /// where there is none, and for code 0. Rows in `leftOut` do not count.
    ///
    /// - Complexity: O(names + keys).
    public func rows(namedIn keys: Column, leftOut: RowSet) throws -> [Int32] {
        var index = NameIndex()
        try withNames { names in
            for place in 0..<names.count {
                guard unsafe index.number(of: names.name(place)) != nil else {
                    throw EngineError.tooLarge(what: "names of a category", limit: Int(UInt32.max))
                }
            }
        }
        var rows = [Int32](repeating: -1, count: count + 1)
        func note(_ row: Int, _ text: UnsafeBufferPointer<UInt8>) {
            guard !leftOut.contains(row), let number = unsafe index.number(of: text), Int(number) < rows.count,
                rows[Int(number)] < 0
            else { return }
            rows[Int(number)] = Int32(row)
        }
        switch keys.representation {
        case .text:
            try unsafe keys.forEachText { row, text in
                if let text = unsafe text { unsafe note(row, text) }
            }
        case .code:
            try keys.dictionary.withNames { names in
                try keys.forEachCode { row, code in
                    if code > 0, Int(code) <= names.count { unsafe note(row, names.name(Int(code) - 1)) }
                }
            }
        case .integer, .real: throw EngineError.typeMismatch("keys of type \(keys.type)")
        }
        return rows
    }
}
