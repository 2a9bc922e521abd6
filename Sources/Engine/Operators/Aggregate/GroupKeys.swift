// Which group a row belongs to. Where every key has few possible values (codes, dates, parts of dates, bands) the
// group's number is computed from them; otherwise tuples of values are hashed.
//
// Number 0 belongs to rows that do not count, so that accumulators need no mask: they add such rows to a slot that
// nobody reads.

import Values

/// The group numbers of a block's rows.
enum GroupNumbers {
    /// One group; rows where the mask is 0 do not count.
    case single(Mask?)
    /// The number of each row, 0 for rows that do not count.
    case many([UInt32])

    /// The numbers with rows taken out where the mask is 0.
    func masked(_ mask: Mask?) -> GroupNumbers {
        guard let mask else { return self }
        switch self {
        case .single(let own): return .single(MaskKernel.and(own, mask))
        case .many(let numbers): return .many(Kernel.map(numbers, mask) { $0 & (0 &- UInt32($1)) })
        }
    }

    /// The mask of rows that count, nil for all.
    var mask: Mask? {
        switch self {
        case .single(let mask): mask
        case .many(let numbers): Kernel.map(numbers) { $0 == 0 ? 0 : 1 }
        }
    }
}

extension GroupNumbers {
    /// The rows that an evaluation may raise errors for; nil, without looking, when it cannot raise any.
    func active(_ node: IntegerNode) -> Mask? { node.canFail ? mask : nil }
    func active(_ node: RealNode) -> Mask? { node.canFail ? mask : nil }
    func active(_ node: TextNode) -> Mask? { node.canFail ? mask : nil }
    func active(_ node: Node) -> Mask? {
        switch node {
        case .integer(let node): active(node)
        case .real(let node): active(node)
        case .text(let node): active(node)
        case .code: nil
        }
    }
}

/// How rows of a table are numbered by their keys.
struct GroupPlan: Sendable {
    enum Numbering: Sendable {
        case single
        case computed([KeyDomain], count: Int)
        /// Too many for arrays: one word computed from all keys is hashed.
        case packed([KeyDomain])
        case hashed([Node])
    }

    /// Computed numbers at most: arrays of that length are made for every measure and thread.
    private static let computedCountMax = 1 << 22
    /// Numbers at most that are hashed.
    private static let packedCountMax = 1 << 62

    let numbering: Numbering

    /// Whether a number's values may be taken to lie in steps; then `ValueSteps.Missed` can be thrown.
    let isStepped: Bool

    init(_ expressions: [Expression], _ table: Table, isStepped: Bool = false) throws {
        self.isStepped = isStepped
        let compiler = Compiler(table: table)
        let nodes = try expressions.map { try compiler.node($0) }
        if nodes.isEmpty {
            numbering = .single
            return
        }
        var domains: [KeyDomain] = []
        var count = 1
        for node in nodes {
            let sizeMax = min(Int(UInt32.max), GroupPlan.packedCountMax / count)
            guard let domain = try KeyDomain(node, table, sizeMax: sizeMax, isStepped: isStepped) else { break }
            domains.append(domain)
            count *= domain.size
        }
        let countMax = min(GroupPlan.computedCountMax, max(65_536, 2 * table.rowCount))
        if domains.count < nodes.count {
            numbering = .hashed(nodes)
        } else {
            numbering = count <= countMax ? .computed(domains, count: count) : .packed(domains)
        }
    }

    /// How many groups there can be at most, when that is known beforehand.
    var possibleCount: Int? {
        switch numbering {
        case .single: 1
        case .computed(_, let count): count
        case .packed, .hashed: nil
        }
    }
}

/// The groups that one thread, or one stretch of the rows, has met.
final class Groups {
    let plan: GroupPlan
    private(set) var keys: KeyTable
    private(set) var names: [NameIndex]

    init(_ plan: GroupPlan) {
        self.plan = plan
        if case .hashed(let nodes) = plan.numbering {
            // One word per key, and one with a bit for each missing one.
            keys = KeyTable(width: nodes.count + 1)
            names = nodes.map { _ in NameIndex() }
        } else {
            keys = KeyTable(width: 1)
            names = []
        }
    }

    /// Numbers are below this.
    var bound: Int { (plan.possibleCount ?? keys.count) + 1 }

    /// The numbers of the rows that count.
    func numbers(_ block: Block, _ mask: Mask?, _ evaluator: Evaluator) throws -> GroupNumbers {
        switch plan.numbering {
        case .single: return .single(mask)
        case .computed(let domains, let count): return .many(try computed(domains, count, block, mask, evaluator))
        case .packed(let domains): return .many(try packed(domains, block, mask, evaluator))
        case .hashed(let nodes): return .many(try hashed(nodes, block, mask, evaluator))
        }
    }

    private func packed(
        _ domains: [KeyDomain], _ block: Block, _ mask: Mask?, _ evaluator: Evaluator
    ) throws -> [UInt32] {
        var words = Kernel.map(try domains[0].parts(block, mask, evaluator)) { UInt64($0) }
        var stride = UInt64(domains[0].size)
        for domain in domains.dropFirst() {
            Kernel.update(&words, try domain.parts(block, mask, evaluator)) { $0 &+ UInt64($1) &* stride }
            stride &*= UInt64(domain.size)
        }
        return keys.numbers(of: words, nil, mask)
    }

    private func computed(
        _ domains: [KeyDomain], _ count: Int, _ block: Block, _ mask: Mask?, _ evaluator: Evaluator
    ) throws -> [UInt32] {
        let last = UInt32(truncatingIfNeeded: count)
        var numbers = try domains[0].parts(block, mask, evaluator)
        if domains.count == 1 {
            if let mask { return Kernel.map(numbers, mask) { min($0 &+ 1, last) & (0 &- UInt32($1)) } }
            return Kernel.map(numbers) { min($0 &+ 1, last) }
        }
        var stride = UInt32(truncatingIfNeeded: domains[0].size)
        for domain in domains.dropFirst() {
            Kernel.update(&numbers, try domain.parts(block, mask, evaluator)) { $0 &+ $1 &* stride }
            stride &*= UInt32(truncatingIfNeeded: domain.size)
        }
        // Bounds come from descriptions of chunks: whatever the bytes hold, numbers stay within the arrays.
        if let mask { return Kernel.map(numbers, mask) { min($0 &+ 1, last) & (0 &- UInt32($1)) } }
        return Kernel.map(numbers) { min($0 &+ 1, last) }
    }

    private func hashed(_ nodes: [Node], _ block: Block, _ mask: Mask?, _ evaluator: Evaluator) throws -> [UInt32] {
        var columns: [[UInt64]] = []
        var missing: [UInt64]?
        for (place, node) in nodes.enumerated() {
            let (words, present) = try Groups.words(node, block, mask, evaluator, &names[place])
            if let present {
                let bit = UInt64(1) << UInt64(place & 63)
                var bits = missing ?? [UInt64](repeating: 0, count: block.count)
                missing = nil
                Kernel.update(&bits, present) { $0 | ($1 == 0 ? bit : 0) }
                missing = bits
                columns.append(Kernel.map(words, present) { $1 == 0 ? 0 : $0 })
            } else {
                columns.append(words)
            }
        }
        // The table is worked on as a local, so that the loop is not checked for overlapping accesses at every row.
        var keys = KeyTable(width: 1)
        swap(&keys, &self.keys)
        defer { swap(&keys, &self.keys) }
        if columns.count == 1 { return keys.numbers(of: columns[0], missing, mask) }
        columns.append(missing ?? [UInt64](repeating: 0, count: block.count))
        var numbers = [UInt32](repeating: 0, count: block.count)
        var words = [UInt64](repeating: 0, count: columns.count)
        for index in 0..<block.count where mask.map({ $0[index] != 0 }) ?? true {
            for place in columns.indices { words[place] = columns[place][index] }
            numbers[index] = keys.number(of: words)
        }
        return numbers
    }

    /// Values as words, equal words for equal values; texts by number in `names`.
    static func words(
        _ node: Node, _ block: Block, _ mask: Mask?, _ evaluator: Evaluator, _ names: inout NameIndex
    ) throws -> (words: [UInt64], present: Mask?) {
        switch node {
        case .integer(let node):
            let values = try evaluator.integers(node, block, mask)
            return (Kernel.map(values.values) { UInt64(bitPattern: $0) }, values.present)
        case .real(let node):
            let values = try evaluator.reals(node, block, mask)
            return (Kernel.map(values.values) { ($0 + 0).bitPattern }, values.present)
        case .code(let column):
            let codes = try evaluator.codes(column: column, block)
            return (Kernel.map(codes) { UInt64($0) }, Kernel.map(codes) { $0 == 0 ? 0 : 1 })
        case .text(let node):
            let texts = try evaluator.texts(node, block, mask)
            var words = [UInt64](repeating: 0, count: block.count)
            var present = MaskKernel.none(block.count)
            try withExtendedLifetime(texts) {
                for index in texts.refs.indices
                where texts.refs[index].isPresent && mask.map({ $0[index] != 0 }) ?? true {
                    guard let number = unsafe names.number(of: texts.refs[index].bytes) else {
                        throw EngineError.tooLarge(what: "distinct texts", limit: Int(UInt32.max))
                    }
                    words[index] = UInt64(number)
                    present[index] = 1
                }
            }
            return (words, present)
        }
    }

    /// Takes in the groups of another; gives this one's number for each of the other's (nil: the same numbers).
    func absorb(_ other: Groups) throws -> [UInt32]? {
        let nodes: [Node]
        switch plan.numbering {
        case .single, .computed: return nil
        case .packed: return [0] + keys.numbers(ofThoseIn: other.keys)
        case .hashed(let all): nodes = all
        }
        var translations: [[UInt64]] = []
        for (place, node) in nodes.enumerated() {
            guard case .text = node else {
                translations.append([])
                continue
            }
            translations.append(try Groups.translation(from: other.names[place], into: &names[place]))
        }
        var map: [UInt32] = [0]
        map.reserveCapacity(other.keys.count + 1)
        var words = [UInt64](repeating: 0, count: keys.width)
        for number in 0..<other.keys.count {
            for place in 0..<keys.width {
                let word = other.keys.word(number + 1, place)
                words[place] =
                    place < nodes.count && !translations[place].isEmpty ? translations[place][Int(word)] : word
            }
            map.append(keys.number(of: words))
        }
        return map
    }

    /// The numbers in `target` of the names of `source`, from number 0.
    static func translation(from source: NameIndex, into target: inout NameIndex) throws -> [UInt64] {
        var result: [UInt64] = [0]
        for entry in 0..<source.count {
            guard let number = unsafe source.withName(entry, { unsafe target.number(of: $0) }) else {
                throw EngineError.tooLarge(what: "distinct texts", limit: Int(UInt32.max))
            }
            result.append(UInt64(number))
        }
        return result
    }

    /// The values of key `place` for the groups given, as a column.
    func column(_ key: Key, _ place: Int, _ numbers: [Int], _ table: Table) throws -> Column {
        let type: ValueType
        switch plan.numbering {
        case .single: throw EngineError.typeMismatch("a key of a single group")
        case .computed(let domains, _), .packed(let domains):
            let domain = domains[place]
            type = try Materialize.type(key.expression, domain.node, table)
            var builder = columnBuilder(key, domain.node, type, table)
            let stride = domains[..<place].reduce(1) { $0 * $1.size }
            let isComputed = plan.possibleCount != nil
            for number in numbers {
                let word = isComputed ? number - 1 : Int(truncatingIfNeeded: keys.word(number, 0))
                domain.append(word / stride % domain.size, to: &builder)
            }
            return try builder.finish()
        case .hashed(let nodes):
            type = try Materialize.type(key.expression, nodes[place], table)
            var builder = columnBuilder(key, nodes[place], type, table)
            let bit = UInt64(1) << UInt64(place & 63)
            for number in numbers {
                let word = keys.word(number, place)
                if keys.word(number, nodes.count) & bit != 0 {
                    builder.appendMissing()
                    continue
                }
                switch nodes[place] {
                case .integer: builder.append(Int64(bitPattern: word))
                case .real: builder.append(Double(bitPattern: word))
                case .code: builder.append(code: UInt32(truncatingIfNeeded: word))
                case .text: unsafe names[place].withName(Int(word) - 1) { unsafe builder.append(utf8: $0) }
                }
            }
            return try builder.finish()
        }
    }

    private func columnBuilder(_ key: Key, _ node: Node, _ type: ValueType, _ table: Table) -> ColumnBuilder {
        if case .code(let column) = node {
            return ColumnBuilder(name: key.name, dictionary: table.columns[column].dictionary)
        }
        return ColumnBuilder(name: key.name, valueType: type)
    }
}
