// Operators over lists of row numbers, by the definitions: quadratic where that is simplest.

import Engine
import Values

extension Oracle {
    func filtered(_ rows: [Int], _ condition: Expression) throws -> [Int] {
        try rows.filter { try holds(condition, $0) }
    }

    /// A cell as a key compares it: text by its lower-case bytes, then by its own.
    struct Ordered {
        var cell: Cell
        var rank: Int64 = 0
        var folded: [UInt8] = []
        var bytes: [UInt8] = []

        init(_ cell: Cell) {
            self.cell = cell
            guard case .text(let text) = cell else { return }
            folded = Array(text.lowercased().utf8)
            bytes = Array(text.utf8)
        }

        /// Negative, 0 or positive; both are there.
        func compared(to other: Ordered) -> Int {
            switch (cell, other.cell) {
            case (.integer(let a), .integer(let b)): return a < b ? -1 : a > b ? 1 : 0
            case (.real(let a), .real(let b)): return a < b ? -1 : a > b ? 1 : 0
            case (.text, .text):
                if folded != other.folded { return folded.lexicographicallyPrecedes(other.folded) ? -1 : 1 }
                return bytes == other.bytes ? 0 : bytes.lexicographicallyPrecedes(other.bytes) ? -1 : 1
            default: return 0
            }
        }
    }

    func ordered(_ key: SortKey, _ row: Int) throws -> Ordered {
        let cell = try value(key.expression, row)
        var ordered = Ordered(cell)
        if let order = key.order, case .column(let index) = key.expression {
            let code = code(cell, ofColumn: index)
            ordered.rank = code < order.ranks.count ? order.ranks[code] : .max
        }
        return ordered
    }

    /// Whether the first comes before the second; nil where the keys do not tell. Missing is last in both directions.
    static func precedes(_ keys: [SortKey], _ a: [Ordered], _ b: [Ordered]) -> Bool? {
        for (index, key) in keys.enumerated() {
            let (x, y) = (a[index], b[index])
            if x.cell == .missing || y.cell == .missing {
                if x.cell == y.cell { continue }
                return y.cell == .missing
            }
            let result = x.rank < y.rank ? -1 : x.rank > y.rank ? 1 : x.compared(to: y)
            if result != 0 { return (key.descending ? -result : result) < 0 }
        }
        return nil
    }

    static func order(_ x: Cell, _ y: Cell) -> Int { Ordered(x).compared(to: Ordered(y)) }

    func sorted(_ rows: [Int], _ keys: [SortKey]) throws -> [Int] {
        // Every key of every row, because an overflow anywhere must show.
        let values = try rows.map { row in try keys.map { try ordered($0, row) } }
        return rows.indices.sorted { Oracle.precedes(keys, values[$0], values[$1]) ?? ($0 < $1) }.map { rows[$0] }
    }

    func distinct(_ rows: [Int], _ expressions: [Expression]) throws -> [Int] {
        var seen: Set<[Cell]> = []
        return try rows.filter { row in seen.insert(try expressions.map { try value($0, row) }).inserted }
    }

    func aggregate(_ rows: [Int], _ keys: [Key], _ measures: [Measure]) throws -> [[Cell]] {
        var groups: [[Cell]: [Int]] = [:]
        for row in rows { groups[try keys.map { try value($0.expression, row) }, default: []].append(row) }
        if keys.isEmpty { groups = [[]: rows] }
        // Groups in order of keys: compare their first rows.
        let sortKeys = keys.map { SortKey($0.expression, order: $0.order) }
        let all = try groups.map { key, members in
            (key: key, members: members, order: try sortKeys.map { try ordered($0, members[0]) })
        }.sorted { Oracle.precedes(sortKeys, $0.order, $1.order) ?? false }
        return try all.map { key, members, _ in try key + measures.map { try measure($0, members) } }
    }

    private func measure(_ measure: Measure, _ members: [Int]) throws -> Cell {
        let rows = try measure.condition.map { try filtered(members, $0) } ?? members
        switch measure.aggregate {
        case .count: return .integer(Int64(rows.count))
        case .countPresent(let a): return .integer(Int64(try present(a, rows).count))
        case .countDistinct(let a): return .integer(Int64(Set(try present(a, rows)).count))
        case .any(let a): return .integer(try rows.reduce(false) { try holds(a, $1) || $0 } ? 1 : 0)
        case .first(let a): return try rows.first.map { try value(a, $0) } ?? .missing
        case .minimum(let a): return try present(a, rows).min { Oracle.order($0, $1) < 0 } ?? .missing
        case .maximum(let a): return try present(a, rows).max { Oracle.order($0, $1) < 0 } ?? .missing
        case .sum(let a):
            let cells = try present(a, rows)
            if try type(a).representation == .real { return Cell(cells.reduce(0) { $0 + ($1.real ?? 0) }) }
            let sum = cells.reduce(Int128(0)) { $0 + Int128($1.integer ?? 0) }
            guard let value = Int64(exactly: sum) else { throw EngineError.overflow(operation: "oracle") }
            return .integer(value)
        case .average(let a):
            let cells = try present(a, rows)
            if cells.isEmpty { return .missing }
            let type = try type(a)
            if type.representation == .real {
                return Cell(cells.reduce(0) { $0 + ($1.real ?? 0) } / Double(cells.count))
            }
            let sum = cells.reduce(Int128(0)) { $0 + Int128($1.integer ?? 0) }
            if type.type == .number { return Cell(Double(sum) / Double(cells.count)) }
            return .integer(Int64(Oracle.nearest(sum, Int128(cells.count))))
        case .quantile(let a, let q):
            let cells = try present(a, rows).sorted { Oracle.order($0, $1) < 0 }
            if cells.isEmpty { return .missing }
            let place = Double(cells.count - 1) * q
            let lower = Int(place)
            let fraction = place - Double(lower)
            let (x, y) = (cells[lower], cells[min(lower + 1, cells.count - 1)])
            if case .integer(let p) = x, case .integer(let r) = y, try type(a).type != .number {
                if fraction == 0.5 { return .integer(Int64(Oracle.nearest(Int128(p) + Int128(r), 2))) }
                let exact = Double(p) + fraction * Double(Int128(r) - Int128(p))
                return .integer(Int64(min(max(exact.rounded(.toNearestOrAwayFromZero), -0x1p63), 0x1.fffffffffffffp62)))
            }
            let p = x.real ?? Double(x.integer ?? 0)
            let r = y.real ?? Double(y.integer ?? 0)
            return Cell(fraction == 0 || p == r ? p : p + fraction * (r - p))
        case .standardDeviation(let a):
            let values = try present(a, rows).map { $0.real ?? Double($0.integer ?? 0) }
            if values.count < 2 { return .missing }
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(values.count - 1)).squareRoot()
            let type = try type(a)
            if type.representation == .real || type.type == .number { return Cell(deviation) }
            guard deviation < 0x1p63 else { throw EngineError.overflow(operation: "oracle") }
            return .integer(Int64(deviation.rounded(.toNearestOrAwayFromZero)))
        }
    }

    private func present(_ expression: Expression, _ rows: [Int]) throws -> [Cell] {
        try rows.map { try value(expression, $0) }.filter { $0 != .missing }
    }

    static func nearest(_ a: Int128, _ b: Int128) -> Int128 {
        let quotient = Int128((a.magnitude * 2 + b.magnitude) / (b.magnitude * 2))
        return (a < 0) != (b < 0) ? -quotient : quotient
    }

    /// The window's value for each of the rows, in their order.
    func window(_ rows: [Int], _ window: Window) throws -> [Cell] {
        let parts = try rows.map { row in try window.partition.map { try value($0, row) } }
        var members: [[Cell]: [Int]] = [:]
        for (index, part) in parts.enumerated() { members[part, default: []].append(index) }
        func sum(_ a: Expression, _ indices: some Sequence<Int>) throws -> Cell {
            let cells = try indices.map { try value(a, rows[$0]) }
            if try type(a).representation == .real { return Cell(cells.reduce(0) { $0 + ($1.real ?? 0) }) }
            let total = cells.reduce(Int128(0)) { $0 + Int128($1.integer ?? 0) }
            guard let narrow = Int64(exactly: total) else { throw EngineError.overflow(operation: "oracle") }
            return .integer(narrow)
        }
        return try rows.indices.map { index in
            let partition = members[parts[index]] ?? []
            switch window.function {
            case .total(let a): return try sum(a, partition)
            case .running(let a): return try sum(a, partition.filter { $0 <= index })
            case .share(let a):
                let own = try value(a, rows[index])
                if try type(a).representation == .real {
                    guard case .real(let total) = try sum(a, partition), let x = own.real, total != 0 else {
                        return .missing
                    }
                    return Cell(x / total)
                }
                let total = try partition.reduce(Int128(0)) { $0 + Int128(try value(a, rows[$1]).integer ?? 0) }
                guard let x = own.integer, total != 0 else { return .missing }
                return Cell(Double(x) / Double(total))
            case .rank(let a):
                let own = try value(a, rows[index])
                if own == .missing { return .missing }
                let larger = try partition.filter { other in
                    let cell = try value(a, rows[other])
                    return cell != .missing && Oracle.order(cell, own) > 0
                }
                return .integer(Int64(larger.count + 1))
            }
        }
    }
}
