// Operators over lists of row numbers, by the definitions: quadratic where that is simplest.

import Engine
import Values

extension Oracle {
    func filtered(_ rows: [Int], _ condition: Expression) throws -> [Int] {
        try rows.filter { try holds(condition, $0) }
    }

    /// Negative, 0 or positive; missing last whatever the direction.
    func order(_ key: SortKey, _ a: Int, _ b: Int) throws -> Int {
        let (x, y) = (try value(key.expression, a), try value(key.expression, b))
        if x == .missing || y == .missing { return x == y ? 0 : x == .missing ? 1 : -1 }
        var result: Int
        if let order = key.order, case .column(let index) = key.expression {
            let names = try table.columns[index].dictionary.names()
            func rank(_ cell: Cell) -> Int64 {
                let code = (names.firstIndex { Cell.text($0) == cell } ?? 0) + 1
                return code < order.ranks.count ? order.ranks[code] : .max
            }
            let (r, s) = (rank(x), rank(y))
            result = r < s ? -1 : r > s ? 1 : Oracle.order(x, y)
        } else {
            result = Oracle.order(x, y)
        }
        return key.descending ? -result : result
    }

    static func order(_ x: Cell, _ y: Cell) -> Int {
        switch (x, y) {
        case (.integer(let a), .integer(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.real(let a), .real(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.text(let a), .text(let b)):
            let (l, r) = (Array(a.lowercased().utf8), Array(b.lowercased().utf8))
            if l != r { return l.lexicographicallyPrecedes(r) ? -1 : 1 }
            let (p, q) = (Array(a.utf8), Array(b.utf8))
            return p == q ? 0 : p.lexicographicallyPrecedes(q) ? -1 : 1
        default: return 0
        }
    }

    func sorted(_ rows: [Int], _ keys: [SortKey]) throws -> [Int] {
        // Every key of every row, because an overflow anywhere must show.
        for row in rows { for key in keys { _ = try value(key.expression, row) } }
        let indexed = Array(rows.enumerated())
        return try indexed.sorted { left, right in
            for key in keys {
                let result = try order(key, left.element, right.element)
                if result != 0 { return result < 0 }
            }
            return left.offset < right.offset
        }.map(\.element)
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
        var all = Array(groups)
        try all.sort { left, right in
            for key in keys {
                let sortKey = SortKey(key.expression, order: key.order)
                let result = try order(sortKey, left.value[0], right.value[0])
                if result != 0 { return result < 0 }
            }
            return false
        }
        return try all.map { key, members in try key + measures.map { try measure($0, members) } }
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
