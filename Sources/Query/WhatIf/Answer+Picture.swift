// How an answer about what-ifs wants to be drawn for people. Its rows are like any other answer's, a column for each number,
// so that programs read them as such; the picture says which columns stand together.

extension Answer {
    /// Columns that are drawn together.
    public enum Picture: Hashable, Sendable {
        /// The same numbers of several sides, beside each other.
        case comparison(Comparison)
        /// A number over two others, as a table whose cells are shaded.
        case grid(row: Int, column: Int, value: Int)
        /// Numbers over the values of a column, as a line.
        case line(over: Int, values: [Int])
        /// What is between two numbers, to the left and right of a third, the widest first.
        case tornado(label: Int, low: Int, base: Int, high: Int)
    }

    /// Which columns are the same number of different sides.
    public struct Comparison: Hashable, Sendable {
        /// A number on every side.
        public struct Measure: Hashable, Sendable {
            /// What it is called in the answers that are compared.
            public var name: String
            /// Its column for each side.
            public var values: [Int]
            /// The column of its difference to the first side, for each further side; `nil` where there is none, as for
            /// texts.
            public var differences: [Int?]
        }
        /// What the sides are called: `base`, `what if`.
        public var sides: [String]
        /// The columns that rows were matched by.
        public var keys: [Int]
        /// What is compared.
        public var measures: [Measure]
    }
}
