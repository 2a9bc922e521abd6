// A named list of chunks of 65,536 rows each (the last one may be shorter), with a dictionary for categories.

import Values

/// One column of a table. Copying it shares the chunks.
public struct Column: Sendable {
    /// Its name, unique within a table.
    public var name: String
    /// What the values mean and how they are held.
    public let valueType: ValueType
    /// Chunks of exactly `Limits.chunkRowCount` rows, the last one of at least 1.
    public internal(set) var chunks: [Chunk] {
        _read {
            if let deferred { yield deferred.chunks } else { yield present }
        }
        _modify {
            if let deferred {
                present = deferred.chunks
                self.deferred = nil
            }
            yield &present
        }
    }
    /// The chunks, unless they are made when first read.
    private var present: [Chunk]
    private(set) var deferred: DeferredChunks?
    /// The names behind the codes; empty unless the column is a category.
    public internal(set) var dictionary: CategoryDictionary

    /// A column of existing chunks, checked against each other.
    public init(
        name: String, valueType: ValueType, chunks: [Chunk], dictionary: CategoryDictionary = CategoryDictionary()
    ) throws(EngineError) {
        for (index, chunk) in chunks.enumerated() {
            guard chunk.layout.representation == valueType.representation else {
                throw .damaged("a chunk of another representation than its column's")
            }
            guard chunk.rowCount > 0, chunk.rowCount == Limits.chunkRowCount || index == chunks.count - 1 else {
                throw .damaged("a chunk of \(chunk.rowCount) rows that is not the last")
            }
        }
        self.init(name: name, valueType: valueType, unchecked: chunks, dictionary: dictionary)
    }

    init(name: String, valueType: ValueType, unchecked chunks: [Chunk], dictionary: CategoryDictionary) {
        self.name = name
        self.valueType = valueType
        present = chunks
        self.dictionary = dictionary
    }

    init(name: String, valueType: ValueType, deferred: DeferredChunks, dictionary: CategoryDictionary) {
        self.init(name: name, valueType: valueType, unchecked: [], dictionary: dictionary)
        self.deferred = deferred
    }

    /// Makes the chunks now if they are made when first read, on all threads; throws what keeps it from that.
    func prepare() throws { _ = try deferred?.made() }

    /// A column of the cells; texts of a category get codes in order of appearance.
    public init(name: String, valueType: ValueType, cells: [Cell]) throws {
        var builder = ColumnBuilder(name: name, valueType: valueType)
        for (row, cell) in cells.enumerated() {
            if row & 0xFFFF == 0 { try Cancellation.checkAmbient() }
            try builder.append(cell)
        }
        self = try builder.finish()
    }

    /// A column in which every row has the same value. Its full chunks are one, held in common.
    public init(name: String, valueType: ValueType, repeating cell: Cell, count: Int) throws {
        func column(_ rowCount: Int) throws -> Column {
            var builder = ColumnBuilder(name: name, valueType: valueType)
            switch (cell, valueType.representation) {
            case (.missing, .integer): builder.append(integers: Array(repeating: 0, count: rowCount), missing: 0)
            case (.missing, .code): builder.append(codes: Array(repeating: 0, count: rowCount), dictionaryCount: 0)
            default: for _ in 0..<rowCount { try builder.append(cell) }
            }
            return try builder.finish()
        }
        let fullCount = max(0, count) / Limits.chunkRowCount
        let rest = try column(max(0, count) % Limits.chunkRowCount)
        guard fullCount > 0 else {
            self = rest
            return
        }
        let full = try column(Limits.chunkRowCount)
        let chunks = full.chunks.flatMap { Array(repeating: $0, count: fullCount) }
        self.init(name: name, valueType: valueType, unchecked: chunks + rest.chunks, dictionary: full.dictionary)
    }

    /// The rows of columns of one type one after the other, under the name of the first. Chunks are shared as long as each
    /// column but the last has full ones only and, of categories, all have one dictionary.
    public init(joining columns: [Column]) throws {
        guard let first = columns.first else { throw EngineError.typeMismatch("no columns to join") }
        let areFull = columns.dropLast().allSatisfy { $0.rowCount % Limits.chunkRowCount == 0 }
        let haveSameNames =
            first.representation != .code || columns.allSatisfy { $0.dictionary.isSame(as: first.dictionary) }
        guard areFull, haveSameNames, columns.allSatisfy({ $0.valueType == first.valueType }) else {
            var builder = ColumnBuilder(name: first.name, valueType: first.valueType)
            for column in columns { try builder.append(column) }
            self = try builder.finish()
            return
        }
        self.init(
            name: first.name, valueType: first.valueType, unchecked: columns.flatMap(\.chunks),
            dictionary: first.dictionary)
    }

    /// What the values mean.
    public var type: ColumnType { valueType.type }
    /// How they are held.
    public var representation: Representation { valueType.representation }

    /// The number of rows.
    public var rowCount: Int {
        if let deferred { return deferred.rowCount }
        guard let last = chunks.last else { return 0 }
        return (chunks.count - 1) * Limits.chunkRowCount + last.rowCount
    }

    /// How many rows have no value.
    public var missingCount: Int { chunks.reduce(0) { $0 + $1.layout.missingCount } }

    /// The value of a row (0 … rowCount − 1; missing outside). For shown results and single rows, not for loops over
    /// many: see `cells`.
    public func cell(_ row: Int) throws -> Cell {
        guard row >= 0, row < rowCount else { return .missing }
        let reader = try chunks[row >> 16].reader()
        return try withExtendedLifetime(self) { try Column.cell(reader, row & 0xFFFF, dictionary) }
    }

    /// The values of rows `range`, clamped to the rows there are.
    public func cells(_ range: Range<Int>) throws -> [Cell] {
        let range = range.clamped(to: 0..<rowCount)
        var result: [Cell] = []
        result.reserveCapacity(range.count)
        var row = range.lowerBound
        try withExtendedLifetime(self) {
            while row < range.upperBound {
                try Cancellation.checkAmbient()
                let reader = try chunks[row >> 16].reader()
                let end = min(range.upperBound, (row >> 16 + 1) << 16)
                while row < end {
                    result.append(try Column.cell(reader, row & 0xFFFF, dictionary))
                    row += 1
                }
            }
        }
        return result
    }

    /// All values.
    public func cells() throws -> [Cell] { try cells(0..<rowCount) }

    static func cell(_ reader: ChunkReader, _ place: Int, _ dictionary: CategoryDictionary) throws -> Cell {
        guard reader.isPresent(place) else { return .missing }
        switch reader.representation {
        case .integer: return .integer(reader.integer(place))
        case .real: return .real(reader.real(place))
        case .code: return try dictionary.name(reader.code(place)).map(Cell.text) ?? .missing
        case .text: return unsafe .text(String(decoding: reader.textBytes(place), as: UTF8.self))
        }
    }
}
