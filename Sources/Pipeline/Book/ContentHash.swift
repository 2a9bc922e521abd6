// One number for everything that a book says: equal books have equal ones, however their bytes lie. Deleted rows, codes
// of dictionaries, the order in which a history was written, and how the book came to be are not part of what it says.

import Engine
import Values

extension Book {
    /// A 64-bit hash of deals, history, tables, pipelines, settings and definitions.
    ///
    /// - Complexity: every value of the book once.
    public func contentHash() throws -> UInt64 {
        var hash = ContentHash()
        try hash.add(deals)
        try hash.add(try history.folded().rows)
        for table in tables.sorted(by: { $0.name < $1.name }) {
            for text in [table.name, table.singular, table.field ?? "", table.keyColumn] { hash.add(text) }
            try hash.add(table.rows)
        }
        for place in stagePlaces {
            hash.add(pipelines[place.pipeline].name)
            hash.add(place.stage.name)
            hash.add(place.stage.kind.rawValue)
            hash.add(place.stage.category?.rawValue ?? "")
            hash.add(UInt64(bitPattern: place.stage.probability?.millionths ?? -1))
            hash.add(UInt64(bitPattern: Int64(place.stage.targetDays ?? -1)))
        }
        for setting in settings.encoded {
            hash.add(setting.name)
            hash.add(setting.value)
        }
        for scenario in scenarios {
            hash.add(scenario.name)
            for assumption in scenario.assumptions { hash.add(assumption) }
        }
        for definition in lets {
            hash.add(definition.name)
            for parameter in definition.parameters { hash.add(parameter) }
            hash.add(definition.text)
        }
        return hash.value
    }

    /// The content hash as 16 hexadecimal digits.
    public func contentHashText() throws -> String {
        let digits = String(try contentHash(), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

/// A hash that is the same on every machine and in every run.
private struct ContentHash {
    private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The two halves of a product of 128 bits, folded: every bit of the input reaches every bit of the value.
    mutating func add(_ word: UInt64) {
        let product = (value ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        value = (product.high ^ product.low) &+ 0xE703_7ED1_A0B4_28DB
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { unsafe add($0) }
    }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        add(UInt64(bytes.count))
        var word: UInt64 = 0
        for index in bytes.indices {
            unsafe word |= UInt64(bytes[index]) << UInt64(8 * (index & 7))
            if index & 7 == 7 {
                add(word)
                word = 0
            }
        }
        if bytes.count & 7 != 0 { add(word) }
    }

    /// The columns by name, each with the values of its rows that are not deleted.
    mutating func add(_ table: Table) throws {
        add(UInt64(table.liveRowCount))
        let deleted = table.deletedRows
        for column in table.columns.sorted(by: { $0.name < $1.name }) {
            add(column.name)
            add(UInt64(column.type.rawValue) << 8 | UInt64(column.representation.rawValue))
            switch column.representation {
            case .integer:
                for (row, value) in try column.integers().enumerated() where deleted.isEmpty || !deleted.contains(row) {
                    add(UInt64(bitPattern: value))
                }
            case .code:
                let names = try column.dictionary.names().map { name in
                    var hash = ContentHash()
                    hash.add(name)
                    return hash.value
                }
                try column.forEachCode { row, code in
                    guard deleted.isEmpty || !deleted.contains(row) else { return }
                    add(code > 0 && Int(code) <= names.count ? names[Int(code) - 1] : 0)
                }
            case .text:
                try unsafe column.forEachText { row, text in
                    guard deleted.isEmpty || !deleted.contains(row) else { return }
                    if let text = unsafe text { unsafe add(text) } else { add(UInt64.max) }
                }
            case .real:
                for (row, cell) in try column.cells().enumerated() where deleted.isEmpty || !deleted.contains(row) {
                    add(cell.real?.bitPattern ?? UInt64.max)
                }
            }
        }
    }
}
