// Evaluates compiled expressions over blocks of rows. One evaluator per thread: it remembers where the
// bytes of each chunk are, and holds the table so that they stay there.
//
// Rows that are not `active` are computed like the others, but cannot raise an overflow; their results are
// meaningless. `active` nil means every row.

import Values

/// Rows that are evaluated together.
struct Block {
    enum Place {
        /// Neighbours: rows of one chunk from `start`, a multiple of 64.
        case run(chunk: Int, start: Int)
        /// Any rows of the table.
        case rows([Int32])
    }
    let place: Place
    let count: Int
    /// Where the first row stands in a relation that is ordered otherwise than its table; nil in table order.
    var firstPosition: Int?

    static func rows(_ rows: [Int32]) -> Block { Block(place: .rows(rows), count: rows.count) }
    static func run(chunk: Int, start: Int, count: Int) -> Block {
        Block(place: .run(chunk: chunk, start: start), count: count)
    }

    /// The number in the table of the row at an index.
    @inline(__always) func row(_ index: Int) -> Int32 {
        switch place {
        case .run(let chunk, let start): Int32(truncatingIfNeeded: chunk << 16 + start + index)
        case .rows(let rows): rows[index]
        }
    }

    /// A number that ascends in the relation's order.
    @inline(__always) func position(_ index: Int) -> Int64 {
        if let firstPosition { return Int64(firstPosition + index) }
        return Int64(row(index))
    }

    /// The numbers of all rows.
    var numbers: [Int32] {
        switch place {
        case .run(let chunk, let start):
            let first = Int32(truncatingIfNeeded: chunk << 16 + start)
            return Kernel.generate(count) { first &+ Int32(truncatingIfNeeded: $0) }
        case .rows(let rows): return rows
        }
    }
}

/// Whole numbers of a block; `present` nil means that every row has one.
struct Integers {
    var values: [Int64]
    var present: Mask?
}

/// Real numbers of a block, likewise.
struct Reals {
    var values: [Double]
    var present: Mask?
}

final class Evaluator {
    let table: Table
    private var readers: [[ChunkReader?]]
    private var dictionaries: [Int: (CategoryDictionary, DictionaryNames)] = [:]

    private var matchers: [Pattern: PatternMatcher] = [:]

    init(_ table: Table) {
        self.table = table
        readers = Array(repeating: [], count: table.columns.count)
    }

    // MARK: Chunks

    /// Where the bytes of a chunk are; verifies them at the first call.
    @inline(__always) func reader(_ column: Int, _ chunk: Int) throws -> ChunkReader {
        if readers[column].isEmpty {
            try table.columns[column].prepare()
            readers[column] = Array(repeating: nil, count: table.columns[column].chunks.count)
        }
        if let known = readers[column][chunk] { return known }
        let reader = try table.columns[column].chunks[chunk].reader()
        readers[column][chunk] = reader
        return reader
    }

    /// Calls `body(index, reader, row within the chunk)` for the rows of a gathered block.
    @inline(__always) func gather(_ column: Int, _ rows: [Int32], _ body: (Int, ChunkReader, Int) -> Void) throws {
        var chunk = -1
        var current: ChunkReader?
        for index in rows.indices {
            let row = Int(rows[index])
            if row >> 16 != chunk {
                chunk = row >> 16
                current = try reader(column, chunk)
            }
            if let current { body(index, current, row & 0xFFFF) }
        }
    }

    /// Which rows of a block have a value in the column; nil for all. Not for codes.
    func present(_ column: Int, _ block: Block) throws -> Mask? {
        switch block.place {
        case .run(let chunk, let start):
            guard let validity = unsafe try reader(column, chunk).validity else { return nil }
            return unsafe MaskKernel.expand(validity, start: start, count: block.count)
        case .rows(let rows):
            if table.columns[column].chunks.allSatisfy({ !$0.layout.hasValidity }) { return nil }
            var mask = MaskKernel.none(block.count)
            try gather(column, rows) { index, reader, row in mask[index] = reader.isPresent(row) ? 1 : 0 }
            return mask
        }
    }

    func integers(column: Int, _ block: Block) throws -> Integers {
        let present = try present(column, block)
        switch block.place {
        case .run(let chunk, let start):
            let reader = try reader(column, chunk)
            let base = reader.base
            let address = unsafe reader.values + start * reader.width
            let values: [Int64]
            switch reader.width {
            case 1: values = unsafe Kernel.load(address, UInt8.self, block.count) { base &+ Int64($0) }
            case 2: values = unsafe Kernel.load(address, UInt16.self, block.count) { base &+ Int64($0) }
            case 4: values = unsafe Kernel.load(address, UInt32.self, block.count) { base &+ Int64($0) }
            default:
                values = unsafe Kernel.load(address, UInt64.self, block.count) { base &+ Int64(bitPattern: $0) }
            }
            return Integers(values: values, present: present)
        case .rows(let rows):
            var values = [Int64](repeating: 0, count: block.count)
            try gather(column, rows) { index, reader, row in values[index] = reader.integer(row) }
            return Integers(values: values, present: present)
        }
    }

    /// The values of neighbouring rows that lie in up to 4 bytes, and fit 4 with their sign as the caller knows; nil for
    /// others. Rows without a value have any.
    func smallIntegers(column: Int, _ block: Block) throws -> [Int32]? {
        guard case .run(let chunk, let start) = block.place else { return nil }
        let reader = try reader(column, chunk)
        let base = UInt32(truncatingIfNeeded: reader.base)
        let address = unsafe reader.values + start * reader.width
        func small(_ stored: UInt32) -> Int32 { Int32(bitPattern: stored &+ base) }
        return switch reader.width {
        case 1: unsafe Kernel.load(address, UInt8.self, block.count) { small(UInt32($0)) }
        case 2: unsafe Kernel.load(address, UInt16.self, block.count) { small(UInt32($0)) }
        case 4: unsafe Kernel.load(address, UInt32.self, block.count) { small($0) }
        default: nil
        }
    }

    func reals(column: Int, _ block: Block) throws -> Reals {
        let present = try present(column, block)
        switch block.place {
        case .run(let chunk, let start):
            let reader = try reader(column, chunk)
            let values = unsafe Kernel.load(reader.values + start * 8, Double.self, block.count) { $0 }
            return Reals(values: values, present: present)
        case .rows(let rows):
            var values = [Double](repeating: 0, count: block.count)
            try gather(column, rows) { index, reader, row in values[index] = reader.real(row) }
            return Reals(values: values, present: present)
        }
    }

    /// Codes, 0 for missing.
    func codes(column: Int, _ block: Block) throws -> [UInt32] {
        switch block.place {
        case .run(let chunk, let start):
            let reader = try reader(column, chunk)
            let address = unsafe reader.values + start * reader.width
            switch reader.width {
            case 1: return unsafe Kernel.load(address, UInt8.self, block.count) { UInt32($0) }
            case 2: return unsafe Kernel.load(address, UInt16.self, block.count) { UInt32($0) }
            default: return unsafe Kernel.load(address, UInt32.self, block.count) { $0 }
            }
        case .rows(let rows):
            var codes = [UInt32](repeating: 0, count: block.count)
            try gather(column, rows) { index, reader, row in codes[index] = reader.code(row) }
            return codes
        }
    }

    /// The bytes of a category column's names, by code − 1.
    func names(_ column: Int) throws -> DictionaryNames {
        if let known = dictionaries[column] { return known.1 }
        var dictionary = table.columns[column].dictionary
        let names = try dictionary.accessFolded()
        dictionaries[column] = (dictionary, names)
        return names
    }

    /// The matcher of a pattern; one for all blocks, because it remembers what it has seen.
    func matcher(_ pattern: Pattern) -> PatternMatcher {
        if let known = matchers[pattern] { return known }
        let matcher = pattern.matcher()
        matchers[pattern] = matcher
        return matcher
    }

    // MARK: Any representation

    /// Which rows have a value; nil for all.
    func present(_ node: Node, _ block: Block, _ active: Mask?) throws -> Mask? {
        switch node {
        case .integer(let node): return try integers(node, block, active).present
        case .real(let node): return try reals(node, block, active).present
        case .text(let node): return Kernel.map(try texts(node, block, active).refs) { $0.isPresent ? 1 : 0 }
        case .code(let column): return Kernel.map(try codes(column: column, block)) { $0 == 0 ? 0 : 1 }
        }
    }
}
