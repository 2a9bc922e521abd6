// Computing columns: into a new table of just the relation's rows, or beside the columns of its own table.

import Values

extension Execution {
    /// A new table of the relation's rows in order, one column per named expression.
    ///
    /// Categories keep their dictionary; whole columns of whole tables are shared, not copied.
    public func materialize(_ relation: Relation, _ columns: [(name: String, expression: Expression)]) throws -> Table {
        let table = relation.table
        let compiler = Compiler(table: table)
        let nodes = try columns.map { try compiler.node($0.expression) }
        var wanted = relation.rows
        if relation.condition != nil { wanted = .ordered(try rows(relation)) }
        let isWhole: Bool
        if case .all = wanted, table.deletedRows.isEmpty { isWhole = true } else { isWhole = false }
        if !isWhole { wanted = .ordered(try rows(Relation(table, rows: wanted))) }
        let scan = try Scan(Relation(table, rows: wanted))
        // Whole columns need no computing.
        let computed = nodes.indices.filter { !isWhole || Materialize.column(columns[$0].expression) == nil }
        let chunks = try each(scan) { item, evaluator in
            var assemblers = computed.map { _ in ChunkAssembler() }
            try scan.forEachBlock(item, evaluator, cancellation) { block, mask in
                for (place, index) in computed.enumerated() {
                    try assemblers[place].append(nodes[index], block, mask, evaluator)
                }
            }
            return try assemblers.map { try $0.finish() }
        }
        var result: [Column] = []
        for (index, column) in columns.enumerated() {
            if isWhole, let whole = Materialize.column(column.expression) {
                var copy = table.columns[whole]
                copy.name = column.name
                result.append(copy)
            } else if let place = computed.firstIndex(of: index) {
                result.append(
                    Column(
                        name: column.name, valueType: try Materialize.type(column.expression, nodes[index], table),
                        unchecked: chunks.map { $0[place] }, dictionary: Materialize.dictionary(nodes[index], table)))
            }
        }
        if columns.isEmpty { return Table(rowCount: try count(Relation(table, rows: wanted))) }
        return try Table(result)
    }

    /// The relation's table with further columns; rows that are not in the relation have no value there.
    public func extend(_ relation: Relation, _ columns: [(name: String, expression: Expression)]) throws -> Relation {
        let table = relation.table
        let compiler = Compiler(table: table)
        let nodes = try columns.map { try compiler.node($0.expression) }
        let narrowed = try select(relation)
        var source = narrowed
        if case .ordered(let rows) = narrowed.rows { source.rows = .selected(RowSet(rows.lazy.map { Int($0) })) }
        let scan = try Scan(source)
        let parts = try each(scan) { item, evaluator -> (chunk: Int, chunks: [Chunk]) in
            var assemblers = nodes.map { _ in ChunkAssembler() }
            var chunk = 0
            try scan.forEachBlock(item, evaluator, cancellation) { block, mask in
                chunk = Int(block.row(0)) >> 16
                for index in nodes.indices { try assemblers[index].place(nodes[index], block, mask, evaluator) }
            }
            let rowCount = min(Limits.chunkRowCount, table.rowCount - chunk << 16)
            return (chunk, try zip(assemblers, nodes).map { try $0.finish(rowCount: rowCount, $1) })
        }
        var result = table
        let chunkCount = (table.rowCount + Limits.chunkRowCount - 1) / Limits.chunkRowCount
        for (index, column) in columns.enumerated() {
            var chunks: [Chunk?] = Array(repeating: nil, count: chunkCount)
            for part in parts where part.chunks[index].rowCount > 0 { chunks[part.chunk] = part.chunks[index] }
            let filled = try chunks.enumerated().map { place, chunk in
                try chunk
                    ?? ChunkAssembler().finish(
                        rowCount: min(Limits.chunkRowCount, table.rowCount - place << 16), nodes[index])
            }
            try result.add(
                Column(
                    name: column.name, valueType: try Materialize.type(column.expression, nodes[index], table),
                    unchecked: filled, dictionary: Materialize.dictionary(nodes[index], table)))
        }
        return Relation(result, rows: narrowed.rows)
    }
}

enum Materialize {
    /// The column that the expression merely names.
    static func column(_ expression: Expression) -> Int? {
        if case .column(let index) = expression { index } else { nil }
    }

    /// The type of the column that the node's values make.
    static func type(_ expression: Expression, _ node: Node, _ table: Table) throws -> ValueType {
        switch node {
        case .text: .text
        case .code: .category
        case .integer, .real: try expression.valueType(in: table)
        }
    }

    static func dictionary(_ node: Node, _ table: Table) -> CategoryDictionary {
        if case .code(let column) = node { table.columns[column].dictionary } else { CategoryDictionary() }
    }
}

/// Collects the values of one chunk, block by block.
struct ChunkAssembler {
    private var integers: [Int64] = []
    private var reals: [Double] = []
    private var codes: [UInt32] = []
    private var offsets: [UInt32] = [0]
    private var bytes: [UInt8] = []
    private var present: Mask = []
    private var representation: Representation?

    /// Appends the values of the block's rows that count.
    mutating func append(_ node: Node, _ block: Block, _ mask: Mask?, _ evaluator: Evaluator) throws {
        switch node {
        case .integer(let node):
            let values = try evaluator.integers(node, block, mask)
            add(values.values, to: \.integers, values.present, mask, .integer)
        case .real(let node):
            let values = try evaluator.reals(node, block, mask)
            add(values.values, to: \.reals, values.present, mask, .real)
        case .code(let column):
            add(try evaluator.codes(column: column, block), to: \.codes, nil, mask, .code)
        case .text(let node):
            representation = .text
            let texts = try evaluator.texts(node, block, mask)
            try withExtendedLifetime(texts) {
                for index in texts.refs.indices where mask.map({ $0[index] != 0 }) ?? true {
                    try add(texts.refs[index])
                }
            }
        }
    }

    private mutating func add(_ text: TextRef) throws {
        guard bytes.count + text.count <= Int(UInt32.max) else {
            throw EngineError.tooLarge(what: "text of 65,536 rows", limit: Int(UInt32.max))
        }
        unsafe bytes.append(contentsOf: text.bytes)
        offsets.append(UInt32(bytes.count))
        present.append(text.isPresent ? 1 : 0)
    }

    private mutating func add<Value>(
        _ values: [Value], to target: WritableKeyPath<ChunkAssembler, [Value]>, _ valid: Mask?, _ mask: Mask?,
        _ representation: Representation
    ) {
        self.representation = representation
        let valid = valid ?? MaskKernel.all(values.count)
        guard let mask else {
            self[keyPath: target].append(contentsOf: values)
            present.append(contentsOf: valid)
            return
        }
        for index in values.indices where mask[index] != 0 {
            self[keyPath: target].append(values[index])
            present.append(valid[index])
        }
    }

    /// Puts the values of the rows that count at their places in the chunk; rows between have none.
    mutating func place(_ node: Node, _ block: Block, _ mask: Mask?, _ evaluator: Evaluator) throws {
        let first = Int(block.row(0)) & 0xFFFF
        if case .run = block.place {
            pad(to: first, node)
            switch node {
            case .integer(let node):
                let values = try evaluator.integers(node, block, mask)
                add(values.values, to: \.integers, MaskKernel.and(values.present, mask), nil, .integer)
            case .real(let node):
                let values = try evaluator.reals(node, block, mask)
                add(values.values, to: \.reals, MaskKernel.and(values.present, mask), nil, .real)
            case .code(let column):
                let codes = try evaluator.codes(column: column, block)
                add(mask.map { Kernel.map(codes, $0) { $1 == 0 ? 0 : $0 } } ?? codes, to: \.codes, nil, nil, .code)
            case .text(let node):
                representation = .text
                let texts = try evaluator.texts(node, block, mask)
                try withExtendedLifetime(texts) {
                    for index in texts.refs.indices {
                        try add(mask.map { $0[index] != 0 } ?? true ? texts.refs[index] : .missing)
                    }
                }
            }
            return
        }
        var scattered = ChunkAssembler()
        try scattered.append(node, block, nil, evaluator)
        for index in 0..<block.count where mask.map({ $0[index] != 0 }) ?? true {
            pad(to: Int(block.row(index)) & 0xFFFF, node)
            representation = scattered.representation
            present.append(scattered.present[index])
            switch node {
            case .integer: integers.append(scattered.integers[index])
            case .real: reals.append(scattered.reals[index])
            case .code: codes.append(scattered.codes[index])
            case .text:
                bytes.append(
                    contentsOf: scattered.bytes[Int(scattered.offsets[index])..<Int(scattered.offsets[index + 1])])
                offsets.append(UInt32(bytes.count))
            }
        }
    }

    private mutating func pad(to row: Int, _ node: Node) {
        let gap = row - present.count
        guard gap > 0 else { return }
        present.append(contentsOf: MaskKernel.none(gap))
        switch node {
        case .integer: integers.append(contentsOf: repeatElement(0, count: gap))
        case .real: reals.append(contentsOf: repeatElement(0, count: gap))
        case .code: codes.append(contentsOf: repeatElement(0, count: gap))
        case .text: offsets.append(contentsOf: repeatElement(UInt32(bytes.count), count: gap))
        }
    }

    /// The chunk filled up to that many rows.
    func finish(rowCount: Int, _ node: Node) throws -> Chunk {
        var copy = self
        copy.pad(to: rowCount, node)
        switch node {
        case .integer: copy.representation = .integer
        case .real: copy.representation = .real
        case .code: copy.representation = .code
        case .text: copy.representation = .text
        }
        return try copy.finish()
    }

    /// The chunk.
    func finish() throws -> Chunk {
        let missing = present.count - MaskKernel.count(present)
        let bits = missing > 0 ? MaskKernel.pack(present) : nil
        switch representation {
        case .integer: return Chunk(integers: integers, present: bits, missingCount: missing)
        case .real: return Chunk(reals: reals, present: bits, missingCount: missing)
        case .code: return Chunk(codes: codes)
        case .text: return Chunk(offsets: offsets, bytes: bytes, present: bits, missingCount: missing)
        case nil: return Chunk(empty: .integer)
        }
    }
}
