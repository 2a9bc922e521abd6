// What a lookup gives for each code of a category, in the form that evaluation reads it. Made once and shared by every
// query that looks up the same field: for 1.25 million accounts the cells alone would take longer than the query.

import Values

/// A value for each code of a category: a stage's probability, an account's sector.
public struct CodeTable: Sendable {
    /// The values as they are evaluated; index 0 is what a missing category gives.
    enum Values: Sendable {
        case integers([Int64], present: Mask)
        case reals([Double], present: Mask)
        /// Numbers of texts in the list, where 0 is missing; the texts are distinct.
        case texts([UInt32], TextList)
    }

    private final class Storage: Sendable {
        let values: Values
        let fits: Bool

        init(_ values: Values, fits: Bool = true) {
            self.values = values
            self.fits = fits
        }
    }

    /// The type of the values; category values are texts here.
    public let valueType: ValueType
    private let storage: Storage

    /// A table of cells that fit the type; `cells[0]` is what a missing category gives.
    public init(_ valueType: ValueType, cells: [Cell]) {
        self.valueType = valueType == .category ? .text : valueType
        let values: Values
        switch self.valueType.representation {
        case .integer:
            values = .integers(cells.map { $0.integer ?? 0 }, present: cells.map { $0.integer == nil ? 0 : 1 })
        case .real:
            let reals = cells.map { cell in
                (cell.real ?? cell.integer.map(Double.init)).flatMap { $0.isNaN ? nil : $0 }
            }
            values = .reals(reals.map { $0 ?? 0 }, present: reals.map { $0 == nil ? 0 : 1 })
        case .text, .code:
            var names = NameIndex()
            var numbers: [UInt32] = []
            for cell in cells {
                guard var text = cell.text else {
                    numbers.append(0)
                    continue
                }
                numbers.append(text.withUTF8 { unsafe names.number(of: $0) } ?? 0)
            }
            values = .texts(numbers, TextList(names))
        }
        let type = self.valueType
        storage = Storage(values, fits: cells.allSatisfy { Expression.fits($0, type) })
    }

    private init(_ valueType: ValueType, _ values: Values) {
        self.valueType = valueType
        storage = Storage(values)
    }

    /// For each code the value of a row of the column; −1 where there is none.
    public init(_ column: Column, rows: [Int32]) throws {
        guard column.representation == .code else {
            let cells = try column.cells()
            self.init(column.valueType, cells: rows.map { $0 < 0 ? .missing : cells[Int($0)] })
            return
        }
        let codes = try column.codes()
        let names = try column.dictionary.withNames { names in
            (0..<names.count).map { unsafe String(decoding: names.name($0), as: UTF8.self) }
        }
        self.init(.text, .texts(rows.map { $0 < 0 ? 0 : codes[Int($0)] }, TextList([nil] + names)))
    }

    /// Whether every cell it was made of fits the type.
    var fits: Bool { storage.fits }

    /// The values as they are evaluated.
    var values: Values { storage.values }

    /// The values by code; `cells[0]` is what a missing category gives.
    public var cells: [Cell] {
        switch values {
        case .integers(let values, let present):
            values.indices.map { present[$0] == 0 ? .missing : .integer(values[$0]) }
        case .reals(let values, let present): values.indices.map { present[$0] == 0 ? .missing : .real(values[$0]) }
        case .texts(let numbers, let list):
            numbers.map { number in
                let text = list.ref(Int(number))
                return withExtendedLifetime(list) { text.isPresent ? .text(text.string) : .missing }
            }
        }
    }
}

extension CodeTable: Hashable {
    /// Whether both give the same values; quick when one is a copy of the other.
    public static func == (left: CodeTable, right: CodeTable) -> Bool {
        left.valueType == right.valueType && (left.storage === right.storage || left.cells == right.cells)
    }

    /// Only the type and the number of codes: hashing a million values would cost more than it saves.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(valueType)
        switch values {
        case .integers(let values, _): hasher.combine(values.count)
        case .reals(let values, _): hasher.combine(values.count)
        case .texts(let numbers, _): hasher.combine(numbers.count)
        }
    }
}
