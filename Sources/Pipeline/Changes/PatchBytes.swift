// The alphabet of a patch's bytes: numbers of variable length, texts, lists of rows, values. Small numbers take one byte,
// neighbouring rows and days one or two, a name that repeats one: a change of a single deal is a few dozen bytes, one of
// 300,000 deals a few megabytes.
//
//   number   7 bits a byte, the lowest first, the top bit says that more follow
//   signed   zigzag: 0 −1 1 −2 … as number
//   text     byte count, UTF-8
//   rows     count, then each row's distance from the one before, signed
//   values   0 the same for all: cell
//            1 integers │ 2 reals │ 3 texts: a byte whether any is missing, if so a bit each (1 = there is a value), then
//              integers as signed distances, reals as 8 bytes, texts as numbers: 0 a new one (text), k the k-th seen
//            4 anything: cell by cell
//   cell     0 missing │ 1 signed │ 2 eight bytes │ 3 text
//
// Reading believes nothing: every length is compared with the bytes that are left before anything is made.

import Engine
import Values

/// Writes the bytes of patches.
struct PatchWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func count(_ value: Int) { number(UInt64(max(0, value))) }

    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

    mutating func text(_ value: String) {
        count(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func optionalText(_ value: String?) {
        byte(value == nil ? 0 : 1)
        if let value { text(value) }
    }

    mutating func raw(_ value: [UInt8]) {
        count(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func rows(_ rows: [Int]) {
        count(rows.count)
        var last: Int64 = 0
        for row in rows {
            signed(Int64(row) &- last)
            last = Int64(row)
        }
    }

    mutating func eight(_ value: Double) {
        var rest = value.bitPattern
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func cell(_ cell: Cell) {
        switch cell {
        case .missing: byte(0)
        case .integer(let value):
            byte(1)
            signed(value)
        case .real(let value):
            byte(2)
            eight(value)
        case .text(let value):
            byte(3)
            text(value)
        }
    }

    mutating func values(_ values: Patch.Values) throws {
        switch values {
        case .same(let cell):
            byte(0)
            self.cell(cell)
        case .each(let cells): self.cells(cells)
        case .column(let column): try self.column(column)
        }
    }

    private mutating func cells(_ cells: [Cell]) {
        var kinds: Set<UInt8> = []
        var isAnyMissing = false
        for cell in cells {
            switch cell {
            case .missing: isAnyMissing = true
            case .integer: kinds.insert(1)
            case .real: kinds.insert(2)
            case .text: kinds.insert(3)
            }
        }
        guard kinds.count == 1, let kind = kinds.first else {
            byte(4)
            for cell in cells { self.cell(cell) }
            return
        }
        byte(kind)
        byte(isAnyMissing ? 1 : 0)
        if isAnyMissing { presence(cells) }
        var last: Int64 = 0
        var seen: [String: UInt64] = [:]
        for cell in cells { known(cell, &last, &seen) }
    }

    private mutating func known(_ cell: Cell, _ last: inout Int64, _ seen: inout [String: UInt64]) {
        switch cell {
        case .missing: return
        case .integer(let value):
            signed(value &- last)
            last = value
        case .real(let value): eight(value)
        case .text(let value):
            if let place = seen[value] {
                number(place)
            } else {
                seen[value] = UInt64(seen.count + 1)
                number(0)
                text(value)
            }
        }
    }

    /// The bytes of the column's cells, chunk by chunk.
    private mutating func column(_ column: Column) throws {
        switch column.representation {
        case .integer: byte(1)
        case .real: byte(2)
        case .code, .text: byte(3)
        }
        let isAnyMissing = column.missingCount > 0
        byte(isAnyMissing ? 1 : 0)
        // A chunk has a multiple of 8 rows, the last one excepted: the bits of chunks follow each other without gaps.
        let ranges = stride(from: 0, to: column.rowCount, by: Limits.chunkRowCount).map {
            $0..<min(column.rowCount, $0 + Limits.chunkRowCount)
        }
        if isAnyMissing { for range in ranges { presence(try column.cells(range)) } }
        var last: Int64 = 0
        var seen: [String: UInt64] = [:]
        for range in ranges { for cell in try column.cells(range) { known(cell, &last, &seen) } }
    }

    private mutating func presence(_ cells: [Cell]) {
        var bits: UInt8 = 0
        for (index, cell) in cells.enumerated() {
            if !cell.isMissing { bits |= 1 << UInt8(index & 7) }
            if index & 7 == 7 || index == cells.count - 1 {
                byte(bits)
                bits = 0
            }
        }
    }
}

/// Reads the bytes of patches, which come from files.
struct PatchReader {
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// The bytes that were not read yet.
    var leftCount: Int { bytes.endIndex - place }

    func damaged() -> Diagnostic { PipelineDiagnostics.damaged("a change that cannot be read") }

    mutating func byte() throws -> UInt8 {
        guard place < bytes.endIndex else { throw damaged() }
        place += 1
        return bytes[place - 1]
    }

    mutating func number() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let byte = try self.byte()
            if shift == 63, byte > 1 { throw damaged() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw damaged()
    }

    /// A count of things of which each takes at least a byte of what is left, times `per`.
    mutating func count(per: Int = 1) throws -> Int {
        let value = try number()
        guard value <= UInt64(leftCount) * UInt64(per) else { throw damaged() }
        return Int(value)
    }

    /// A number that is no count of bytes.
    mutating func index(below limit: Int = Limits.tableRowCountMax) throws -> Int {
        let value = try number()
        guard value < UInt64(limit) else { throw damaged() }
        return Int(value)
    }

    mutating func signed() throws -> Int64 {
        let value = try number()
        return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
    }

    mutating func text() throws -> String {
        let count = try self.count()
        defer { place += count }
        guard let text = String(validating: bytes[place..<place + count], as: UTF8.self) else { throw damaged() }
        return text
    }

    mutating func optionalText() throws -> String? {
        switch try byte() {
        case 0: return nil
        case 1: return try text()
        default: throw damaged()
        }
    }

    mutating func raw() throws -> ArraySlice<UInt8> {
        let count = try self.count()
        defer { place += count }
        return bytes[place..<place + count]
    }

    mutating func rows() throws -> [Int] {
        let count = try self.count()
        var rows: [Int] = []
        rows.reserveCapacity(count)
        var last: Int64 = 0
        for _ in 0..<count {
            last = last &+ (try signed())
            guard last >= 0, last < Int64(Limits.tableRowCountMax) else { throw damaged() }
            rows.append(Int(last))
        }
        return rows
    }

    mutating func eight() throws -> Double {
        var bits: UInt64 = 0
        for shift in 0..<8 { bits |= UInt64(try byte()) << UInt64(8 * shift) }
        return Double(bitPattern: bits)
    }

    mutating func cell() throws -> Cell {
        switch try byte() {
        case 0: return .missing
        case 1: return .integer(try signed())
        case 2: return try real()
        case 3: return .text(try text())
        default: throw damaged()
        }
    }

    private mutating func real() throws -> Cell {
        let cell = Cell(try eight())
        guard !cell.isMissing else { throw damaged() }
        return cell
    }

    /// Values of rows; many of a known type become a column.
    mutating func values(_ count: Int, _ type: ValueType? = nil) throws -> Patch.Values {
        let kind = try byte()
        if kind == 0 { return .same(try cell()) }
        guard kind <= 4, count <= leftCount * 8 else { throw damaged() }
        if let type, kind < 4, count > Patch.manyRowCount { return .column(try column(count, kind, type)) }
        var cells: [Cell] = []
        cells.reserveCapacity(count)
        if kind == 4 {
            for _ in 0..<count { cells.append(try cell()) }
            return .each(cells)
        }
        let isPresent = try self.presence(count)
        var last: Int64 = 0
        var seen: [String] = []
        for index in 0..<count {
            if let isPresent, !isPresent[index] {
                cells.append(.missing)
                continue
            }
            switch kind {
            case 1:
                last = last &+ (try signed())
                cells.append(.integer(last))
            case 2: cells.append(try real())
            default:
                let number = try self.index(below: seen.count + 1)
                if number == 0 { seen.append(try text()) }
                cells.append(.text(seen[number == 0 ? seen.count - 1 : number - 1]))
            }
        }
        return .each(cells)
    }

    private mutating func column(_ count: Int, _ kind: UInt8, _ type: ValueType) throws -> Column {
        let kinds: [Representation: UInt8] = [.integer: 1, .real: 2, .code: 3, .text: 3]
        guard kinds[type.representation] == kind else { throw damaged() }
        var builder = ColumnBuilder(name: "", valueType: type)
        let isPresent = try presence(count)
        var last: Int64 = 0
        var seen: [String] = []
        for index in 0..<count {
            if let isPresent, !isPresent[index] {
                builder.appendMissing()
                continue
            }
            switch kind {
            case 1:
                last = last &+ (try signed())
                builder.append(last)
            case 2: try builder.append(try real())
            default:
                let number = try self.index(below: seen.count + 1)
                if number == 0 { seen.append(try text()) }
                builder.append(seen[number == 0 ? seen.count - 1 : number - 1])
            }
        }
        return try builder.finish()
    }

    private mutating func presence(_ count: Int) throws -> [Bool]? {
        switch try byte() {
        case 0: return nil
        case 1: break
        default: throw damaged()
        }
        var present: [Bool] = []
        present.reserveCapacity(count)
        while present.count < count {
            let bits = try byte()
            for bit in 0..<min(8, count - present.count) { present.append(bits >> UInt8(bit) & 1 != 0) }
        }
        return present
    }
}
