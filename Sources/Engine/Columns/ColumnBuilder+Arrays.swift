// Whole arrays into a column: for what makes millions of rows at a time and already knows its codes.

import Values

extension ColumnBuilder {
    /// A builder of a category column whose codes are given as they are and belong to `dictionary`.
    public init(name: String, codesOf dictionary: CategoryDictionary) { self.init(name: name, dictionary: dictionary) }

    /// Appends codes of the dictionary that the builder was made with; 0 is missing, and so is one it does not know.
    public mutating func append(codes: [UInt32], dictionaryCount: Int) {
        for code in codes { append(code: Int(code) <= dictionaryCount ? code : 0) }
    }

    /// Appends integers, `missing` standing for no value.
    public mutating func append(integers: [Int64], missing: Int64) {
        for integer in integers {
            if integer == missing { appendMissing() } else { append(integer) }
        }
    }
}
