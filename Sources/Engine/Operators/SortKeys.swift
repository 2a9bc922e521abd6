// Sort keys as unsigned numbers: whatever the type, smaller numbers come first and missing values last. Several keys
// are packed into one number where they fit, because every further number is a further pass over all rows.

import Values

/// Numbers that order like values.
enum OrderWord {
    @inline(__always) static func of(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ 1 << 63 }
    @inline(__always) static func of(_ value: Double) -> UInt64 {
        let bits = value.bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }
}

/// A sort key compiled for a table.
struct SortPlan: Sendable {
    enum Source: Sendable {
        case integer(IntegerNode)
        case real(RealNode)
        case text(TextNode)
        /// Ranks by code, all different.
        case code(column: Int, ranks: [UInt32])
    }
    let source: Source
    let descending: Bool

    /// `rowCount` is how many rows are to be sorted, when that is known: few ones of a category with very many names go by
    /// those that they have (a sum by 1.25 million accounts: the ranks of all names take 15 MB).
    init(_ key: SortKey, _ table: Table, rowCount: Int = .max) throws {
        descending = key.descending
        switch try Compiler(table: table).node(key.expression) {
        case .integer(let node): source = .integer(node)
        case .real(let node): source = .real(node)
        case .text(let node): source = .text(node)
        case .code(let column) where key.order == nil && rowCount < table.columns[column].dictionary.count / 16:
            source = .text(.category(column))
        case .code(let column):
            source = .code(column: column, ranks: try SortPlan.ranks(table.columns[column].dictionary, key.order))
        }
    }

    /// Each code's place by the order given, ties and codes without a rank by name.
    private static func ranks(_ dictionary: CategoryDictionary, _ order: CodeOrder?) throws -> [UInt32] {
        let names = try dictionary.ranks()
        guard let order else { return names }
        func rank(_ code: UInt32) -> Int64 { Int(code) < order.ranks.count ? order.ranks[Int(code)] : .max }
        let codes = (0..<UInt32(dictionary.count)).map { $0 + 1 }.sorted {
            (rank($0), names[Int($0)]) < (rank($1), names[Int($1)])
        }
        var ranks = names
        for (place, code) in codes.enumerated() { ranks[Int(code)] = UInt32(place) }
        return ranks
    }

    /// Whether rows with different words differ in their order likewise; rows without a value have none, as have texts.
    var isDecisive: Bool { if case .text = source { false } else { true } }

    /// Words of a block's rows in ascending direction, and which rows have one. Texts have the word of their first
    /// bytes, which may be equal for different texts.
    func words(_ block: Block, _ mask: Mask?, _ evaluator: Evaluator) throws -> (words: [UInt64], present: Mask?) {
        switch source {
        case .integer(let node):
            let values = try evaluator.integers(node, block, mask)
            return (Kernel.map(values.values) { OrderWord.of($0) }, values.present)
        case .real(let node):
            let values = try evaluator.reals(node, block, mask)
            return (Kernel.map(values.values) { OrderWord.of($0) }, values.present)
        case .code(let column, let ranks):
            let codes = try evaluator.codes(column: column, block)
            let last = ranks.count - 1
            return (
                Kernel.map(codes) { UInt64(ranks[min(Int($0), last)]) }, Kernel.map(codes) { $0 == 0 ? 0 : 1 }
            )
        case .text(let node):
            let texts = try evaluator.texts(node, block, mask)
            return withExtendedLifetime(texts) {
                (
                    Kernel.map(texts.refs) { $0.isPresent ? unsafe TextKey.prefix($0.bytes) : 0 },
                    Kernel.map(texts.refs) { $0.isPresent ? 1 : 0 }
                )
            }
        }
    }
}

/// The words of all rows for one key: 0 … range, and missing rows one more.
struct SortColumn {
    private(set) var words: [UInt64]
    /// The largest word.
    private(set) var largest: UInt64

    /// `present` nil means all. Gives two columns in the one case that missing rows leave no room in 64 bits.
    static func columns(_ words: [UInt64], _ present: Mask?, descending: Bool) -> [SortColumn] {
        var low = UInt64.max
        var high = UInt64(0)
        let valid = present ?? []
        if present == nil {
            low = Kernel.reduce(words, low) { min($0, $1) }
            high = Kernel.reduce(words, high) { max($0, $1) }
        } else {
            low = Kernel.reduce(words, valid, low) { min($0, $2 == 0 ? .max : $1) }
            high = Kernel.reduce(words, valid, high) { max($0, $2 == 0 ? 0 : $1) }
        }
        if low > high { (low, high) = (0, 0) }
        let range = high - low
        let shifted = descending ? Kernel.map(words) { high &- $0 } : Kernel.map(words) { $0 &- low }
        guard present != nil else { return [SortColumn(words: shifted, largest: range)] }
        if range == .max {
            let missing = SortColumn(words: Kernel.map(valid) { UInt64($0 ^ 1) }, largest: 1)
            return [missing, SortColumn(words: Kernel.map(shifted, valid) { $1 == 0 ? 0 : $0 }, largest: range)]
        }
        return [SortColumn(words: Kernel.map(shifted, valid) { $1 == 0 ? range + 1 : $0 }, largest: range + 1)]
    }

    private var bits: Int { UInt64.bitWidth - largest.leadingZeroBitCount }

    /// Fewer columns that order alike: neighbours that fit 64 bits together become one.
    static func packed(_ columns: [SortColumn]) -> [SortColumn] {
        var result: [SortColumn] = []
        for column in columns {
            guard let last = result.last, last.bits + column.bits <= 64, column.bits < 64 else {
                result.append(column)
                continue
            }
            let shift = UInt64(column.bits)
            result[result.count - 1] = SortColumn(
                words: Kernel.map(last.words, column.words) { $0 << shift | $1 },
                largest: last.largest << shift | column.largest)
        }
        return result
    }

    /// The stable order of 0 ..< count by the columns, first one most significant.
    static func permutation(_ columns: [SortColumn], count: Int, _ cancellation: Cancellation) throws -> [Int32] {
        var order: [Int32] = Kernel.generate(count) { Int32(truncatingIfNeeded: $0) }
        for column in packed(columns).reversed() where column.largest > 0 {
            try cancellation.check()
            order = try column.sorted(order, cancellation)
        }
        return order
    }

    /// The order made stable by this column: least significant digits first, 11 bits at a time.
    private func sorted(_ order: [Int32], _ cancellation: Cancellation) throws -> [Int32] {
        if order.count < 1_024 {
            let pairs = order.enumerated().map { (words[Int($0.element)], $0.offset) }.sorted { $0 < $1 }
            return pairs.map { order[$0.1] }
        }
        let digitBits = 11
        var keys: [UInt64] = Kernel.map(order) { words[Int($0)] }
        var rows = order
        var nextKeys = keys
        var nextRows = rows
        for shift in stride(from: 0, to: bits, by: digitBits) {
            try cancellation.check()
            var places = [Int](repeating: 0, count: 1 << digitBits)
            let mask = UInt64(1) << UInt64(digitBits) - 1
            for key in keys { places[Int(key >> UInt64(shift) & mask)] += 1 }
            if places.contains(keys.count) { continue }
            var sum = 0
            for index in places.indices { (places[index], sum) = (sum, sum + places[index]) }
            try SortColumn.scatter(keys, rows, shift, mask, &places, &nextKeys, &nextRows, cancellation)
            swap(&keys, &nextKeys)
            swap(&rows, &nextRows)
        }
        return rows
    }

    private static func scatter(
        _ keys: [UInt64], _ rows: [Int32], _ shift: Int, _ mask: UInt64, _ places: inout [Int],
        _ nextKeys: inout [UInt64], _ nextRows: inout [Int32], _ cancellation: Cancellation
    ) throws {
        let step = 1 << 20
        for start in stride(from: 0, to: keys.count, by: step) {
            try cancellation.check()
            for index in start..<min(start + step, keys.count) {
                let digit = Int(keys[index] >> UInt64(shift) & mask)
                let place = places[digit]
                places[digit] = place + 1
                nextKeys[place] = keys[index]
                nextRows[place] = rows[index]
            }
        }
    }
}
