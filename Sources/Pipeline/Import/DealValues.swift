// The values of a file's deals as the book's columns hold them: stages and pipelines under the book's names, own
// probabilities and categories only where they differ from their stage's, a currency where it is not the book's.

import Engine
import Values

/// The columns of a file's deals under the book's names.
struct DealValues {
    /// The values by the name of the book's column; those that the file says nothing of are not there.
    private(set) var columns: [String: Column]
    /// The currency that the book should have: that of all the file's amounts; `nil` when they name none or several.
    private(set) var commonCurrency: Currency?
    private(set) var notes: [String] = []

    /// The values of a file whose stages are resolved. Rows with a probability outside 0…100% are bad.
    init(_ file: DealFile, _ stages: StageResolution, _ book: Book, _ execution: Execution) throws {
        columns = file.columns
        for field in DealField.allCases where field.isForImportOnly || [.stage, .pipeline].contains(field) {
            columns[field.rawValue] = nil
        }
        columns[DealField.probability.rawValue] = nil
        columns[DealField.category.rawValue] = nil
        let placed = [DealColumn.stage, .pipeline, .ownProbability]
        let made = try execution.pieces(count: placed.count) { [probability = file[.probability]] index in
            try DealValues.column(placed[index], stages, probability)
        }
        for (field, column) in zip(placed, made) { columns[field.rawValue] = column }
        try takeCategories(file, stages)
        try takeCurrency(file, book)
    }

    /// The bad cells of a file's probabilities: those of open deals outside 0…100%. A closed deal's is of no account.
    static func badProbabilities(
        _ file: DealFile, _ stages: StageResolution, _ execution: Execution
    ) throws -> [BadCell] {
        guard let values = file[.probability], let column = file.map.columns(.probability).first?.cells.column else {
            return []
        }
        let isClosed = stages.places.all.map { $0?.stage.kind.isClosed == true }
        let size = Limits.chunkRowCount
        let bad = try execution.pieces(count: (values.rowCount + size - 1) / size) { part in
            try values.integers(part * size..<(part + 1) * size).enumerated().compactMap { offset, value in
                let row = part * size + offset
                let isSound = (0...1_000_000).contains(value) || value == .min
                return isSound || isClosed[Int(stages.places.numbers[row])] ? nil : row
            }
        }
        return bad.joined().map {
            BadCell(row: file.rows[$0], column: column, expected: "not between 0% and 100%")
        }
    }

    // MARK: -

    /// The stage, pipeline or own probability of deals at these places; `nil` for a probability of which nothing is said.
    private static func column(
        _ field: DealColumn, _ stages: StageResolution, _ probability: Column?
    ) throws -> Column? {
        let places = stages.places
        switch field {
        case .stage:
            return try column(field) { builder in
                builder.append(places: places.numbers, of: places.all.map { $0?.stage.name })
            }
        case .pipeline:
            return try column(field) { builder in
                builder.append(
                    places: places.numbers, of: places.all.map { stages.pipelines[$0?.pipeline ?? 0].name })
            }
        default:
            guard let probability else { return nil }
            // What the stage says anyway: any probability for a closed one, none (which no value is) without a chance.
            let stated = places.all.map { place -> (isClosed: Bool, chance: Int64) in
                (place?.stage.kind.isClosed == true, place?.stage.chance?.millionths ?? .min)
            }
            return try column(field) { builder in
                for first in stride(from: 0, to: probability.rowCount, by: Limits.chunkRowCount) {
                    var own = try probability.integers(first..<first + Limits.chunkRowCount)
                    for offset in own.indices {
                        let said = stated[Int(places.numbers[first + offset])]
                        if said.isClosed || said.chance == own[offset] { own[offset] = .min }
                    }
                    builder.append(integers: own, missing: .min)
                }
            }
        }
    }

    private mutating func takeCategories(_ file: DealFile, _ stages: StageResolution) throws {
        guard let column = file[.category] else { return }
        let names = try column.dictionary.names()
        let categories = names.map { ForecastCategory(named: $0) }
        let unknown = names.indices.filter { categories[$0] == nil && names[$0].lowercased() != "closed" }
        if !unknown.isEmpty {
            let list = unknown.prefix(3).map { "\"\(names[$0])\"" }.joined(separator: ", ")
            notes.append("forecast categories that are none were left out: \(list)")
        }
        let codes = try column.codes()
        columns[DealColumn.ownCategory.rawValue] = try DealValues.column(.ownCategory) { builder in
            for (row, code) in codes.enumerated() {
                let stage = stages.places[row]?.stage
                guard code > 0, let category = categories[Int(code) - 1], stage?.kind.isClosed != true,
                    category != stage?.countedCategory
                else {
                    builder.appendMissing()
                    continue
                }
                builder.append(category.rawValue)
            }
        }
    }

    /// The currencies of the amounts: from their own column, else from the signs beside the amounts.
    private mutating func takeCurrency(_ file: DealFile, _ book: Book) throws {
        if let column = file[.currency] {
            let names = try column.dictionary.names()
            let currencies = names.map { Currency(sign: $0) ?? Currency(code: $0) }
            columns[DealColumn.currency.rawValue] = try DealValues.column(.currency) { builder in
                for code in try column.codes() {
                    if code > 0 {
                        builder.append(currencies[Int(code) - 1]?.code ?? names[Int(code) - 1])
                    } else {
                        builder.appendMissing()
                    }
                }
            }
            if Set(currencies).count == 1, column.missingCount == 0 { commonCurrency = currencies.first ?? nil }
            return
        }
        guard file.hasCurrencySigns, let mapped = file.map.columns(.value).first, case .money(let mark) = mapped.reader
        else { return }
        var packed: [UInt32] = []
        var seen: Set<UInt32> = []
        var row = 0
        mapped.cells.forEach(0..<file.table.rowCount) { fileRow, text in
            guard row < file.rows.count, file.rows[row] == fileRow else { return }
            row += 1
            let currency = text.isEmpty ? 0 : AmountText.read(text, mark)?.currency ?? 0
            packed.append(currency)
            if currency != 0 { seen.insert(currency) }
        }
        guard !seen.isEmpty else { return }
        if seen.count == 1, let only = seen.first { commonCurrency = CurrencyText.unpack(only) }
        let codes = Dictionary(uniqueKeysWithValues: seen.map { ($0, CurrencyText.unpack($0)?.code ?? "") })
        columns[DealColumn.currency.rawValue] = try DealValues.column(.currency) { builder in
            for currency in packed {
                if let code = codes[currency] { builder.append(code) } else { builder.appendMissing() }
            }
        }
    }

    private static func column(_ column: DealColumn, _ fill: (inout ColumnBuilder) throws -> Void) throws -> Column {
        var builder = ColumnBuilder(name: column.rawValue, valueType: column.valueType)
        try fill(&builder)
        return try builder.finish()
    }
}
