// The fields of a deal as a query sees them: what is stored, and what is computed from it on the way. A computed field
// is an engine expression over the stored columns, so that conditions, sorts and sums on it are as fast as on a column;
// `today` is an argument.
//
// Each word has one definition (see DerivedField); nothing else in the program computes a status or a weighted value.

public import Engine
public import Values

/// A field of the deals.
public struct Field: Sendable {
    /// Its name.
    public let name: String
    /// What its values mean and how they are held.
    public let valueType: ValueType
    /// How it is computed from a row of the deals table.
    public let definition: Expression
    /// Whether it is a column of the table; the others are derived.
    public let isStored: Bool
    /// Whether it is a custom field, which an import brought.
    public let isCustom: Bool
    /// One line on what it is.
    public let documentation: String

    /// Whether it is computed.
    public var isDerived: Bool { !isStored }
    /// The place of its column; `nil` when it is derived.
    public var column: Int? { if isStored, case .column(let index) = definition { index } else { nil } }
}

/// A field that is computed.
public enum DerivedField: String, CaseIterable, Sendable {
    case status, probability, weighted, category, closed, age, target, stalled, overdue, open, won, lost
    case inStage = "in_stage"

    /// What its values mean.
    public var valueType: ValueType {
        switch self {
        case .status, .category: .text
        case .probability: .percent
        case .weighted: .money
        case .closed: .date
        case .age, .inStage, .target: .duration
        case .stalled, .overdue, .open, .won, .lost: .boolean
        }
    }

    /// One line for the reference and for `help`.
    public var documentation: String {
        switch self {
        case .status: "the kind of the deal's stage: open, hold, won or lost"
        case .probability: "the deal's own chance to be won, else its stage's; won is 100%, lost 0%"
        case .weighted: "value × probability, to the cent"
        case .category:
            "the deal's own forecast category, else its stage's, else by probability: below 50% pipeline, below 75% best case, else commit"
        case .closed:
            "the day the deal was won or lost: as the CRM recorded it, else its close date, else the day it entered its stage; missing while open"
        case .age: "days from created to closed, or to today while open"
        case .target:
            "days a deal should stay in its stage at most: as set, else the 75th percentile of won deals' stays"
        case .stalled:
            "whether the deal is open and in its stage for longer than the stage's target; never in a hold stage"
        case .overdue: "whether the deal is open and its close date has passed"
        case .open: "whether the deal is neither won nor lost"
        case .won: "whether the deal is won"
        case .lost: "whether the deal is lost"
        case .inStage: "days since the deal entered its stage"
        }
    }
}

extension Book {
    /// The names of all fields, fixed ones first, then derived, then custom ones.
    public var fieldNames: [String] {
        let hidden: Set<String> = [DealColumn.ownCategory.rawValue, DealColumn.ownProbability.rawValue]
        return DealColumn.allCases.map(\.rawValue).filter { !hidden.contains($0) }
            + DerivedField.allCases.map(\.rawValue)
            + deals.columns.dropFirst(DealColumn.allCases.count).map(\.name)
    }

    /// The field with exactly this name, its days counted to `today`; `nil` when there is none.
    public func field(named name: String, today: Day) throws -> Field? {
        if let derived = DerivedField(rawValue: name) {
            return Field(
                name: name, valueType: derived.valueType, definition: try definition(of: derived, today: today),
                isStored: false, isCustom: false, documentation: derived.documentation)
        }
        guard let index = deals.columnIndex(name) else { return nil }
        let fixed = DealColumn(rawValue: name)
        if fixed == .entered {
            return Field(
                name: name, valueType: .date, definition: try enteredDefinition(), isStored: false, isCustom: false,
                documentation: "the day of the last stage change; of a closed deal without history, the day it closed")
        }
        return Field(
            name: name, valueType: deals.columns[index].valueType, definition: .column(index), isStored: true,
            isCustom: fixed == nil, documentation: fixed?.documentation ?? "a custom field")
    }

    /// All fields, in the order of `fieldNames`.
    public func fields(today: Day) throws -> [Field] {
        try fieldNames.compactMap { try field(named: $0, today: today) }
    }

    // MARK: Definitions

    private func column(_ column: DealColumn) -> Expression { .column(column.index) }

    /// The condition that a deal's stage is of one of the kinds.
    public func kindCondition(_ kinds: Set<StageKind>) throws -> Expression {
        try stageCondition(in: deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index) {
            kinds.contains($0.stage.kind)
        }
    }

    private func stageProperty(_ type: ValueType, _ property: (StagePlace) -> Cell) throws -> Expression {
        try stageProperty(
            in: deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index, type, property)
    }

    private func definition(of field: DerivedField, today: Day) throws -> Expression {
        let now = Expression.constant(.integer(Int64(today.number)), .date)
        switch field {
        case .status: return try stageProperty(.text) { .text($0.stage.kind.rawValue) }
        case .open: return try kindCondition([.open, .hold])
        case .won: return try kindCondition([.won])
        case .lost: return try kindCondition([.lost])
        case .probability: return try probabilityDefinition()
        case .weighted: return .arithmetic(.multiply, column(.value), try probabilityDefinition())
        case .category: return try categoryDefinition()
        case .closed: return try closedDefinition()
        case .age:
            let end = Expression.conditional(
                try kindCondition([.won, .lost]), then: closingDay, else: now)
            return .arithmetic(.subtract, end, column(.created))
        case .inStage: return .arithmetic(.subtract, now, try enteredDefinition())
        case .target: return try targetDefinition()
        case .stalled:
            return .and([
                try kindCondition([.open]),
                .compare(.greater, .arithmetic(.subtract, now, column(.entered)), try targetDefinition()),
            ])
        case .overdue:
            return .and([try kindCondition([.open, .hold]), .compare(.less, column(.close), now)])
        }
    }

    private func probabilityDefinition() throws -> Expression {
        let stages = try stageProperty(.percent) { place in
            place.stage.chance.map { .integer($0.millionths) } ?? .missing
        }
        return .fallback(column(.ownProbability), stages)
    }

    /// The closing day of a closed deal; means nothing for open ones.
    private var closingDay: Expression {
        .fallback(column(.closedOn), .fallback(column(.close), column(.entered)))
    }

    private func closedDefinition() throws -> Expression {
        .conditional(try kindCondition([.won, .lost]), then: closingDay, else: .constant(.missing, .date))
    }

    private func enteredDefinition() throws -> Expression {
        .fallback(column(.entered), try closedDefinition())
    }

    private func targetDefinition() throws -> Expression {
        let targets = try stageTargets()
        return try stageProperty(.duration) { place in
            targets[place.pipeline][place.position].map { .integer(Int64($0.days)) } ?? .missing
        }
    }

    private func categoryDefinition() throws -> Expression {
        let stages = try stageProperty(.text) { place in
            let category = place.stage.category ?? (place.stage.kind == .lost ? .omitted : nil)
            return category.map { .text($0.rawValue) } ?? .missing
        }
        let probability = try probabilityDefinition()
        func text(_ category: ForecastCategory) -> Expression { .constant(.text(category.rawValue), .text) }
        func below(_ limit: Percent) -> Expression {
            .compare(.less, probability, .constant(.integer(limit.millionths), .percent))
        }
        let byChance = Expression.conditional(
            .isMissing(probability), then: .constant(.missing, .text),
            else: .conditional(
                below(ForecastCategory.bestCaseFrom), then: text(.pipeline),
                else: .conditional(below(ForecastCategory.commitFrom), then: text(.bestCase), else: text(.commit))))
        return .fallback(.fallback(column(.ownCategory), stages), byChance)
    }
}

extension Book {
    /// The field behind a dot: `account.sector`, looked up in the table keyed by the field; `nil` when there is no such
    /// table or column.
    ///
    /// - Complexity: O(n log n) in the names of the field and the rows of the table.
    public func referenceField(_ field: String, _ name: String) throws -> Field? {
        guard let column = deals.columnIndex(field), deals.columns[column].representation == .code,
            let table = table(ofField: field), let values = table.rows.column(name)
        else { return nil }
        let definition = Expression.lookup(
            .column(column), try table.values(of: values, by: deals.columns[column].dictionary))
        return Field(
            name: field + "." + name, valueType: values.valueType == .category ? .text : values.valueType,
            definition: definition, isStored: false, isCustom: true,
            documentation: "\(name) of the deal's \(field), from \(table.name)")
    }

    /// How the values of a deals' field find their rows in its table; `nil` when there is no such table.
    public func referenceLookup(_ field: String) throws -> ReferenceLookup? {
        guard let column = deals.column(field), column.representation == .code, let table = table(ofField: field)
        else { return nil }
        let rows = try table.rowsByCode(of: column.dictionary)
        let used = try names(ofColumn: field)
        var misses: [(name: String, count: Int)] = []
        for (index, name) in used.names.enumerated() where rows[index + 1] < 0 && used.counts[index] > 0 {
            misses.append((name, used.counts[index]))
        }
        misses.sort { ($1.count, $0.name) < ($0.count, $1.name) }
        return ReferenceLookup(
            rowsByCode: rows, missCount: misses.reduce(0) { $0 + $1.count }, misses: Array(misses.prefix(10)))
    }
}
