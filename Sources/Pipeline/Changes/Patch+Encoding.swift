// A patch as bytes, the form in which it is kept: the journal's records and the snapshot's log hold nothing else. Which
// byte stands for what is never changed; a later version adds kinds, and a reader that meets one it does not know says
// so instead of guessing.
//
//   patch    version 1, count of effects, effects: kind, then what the kind holds in the order of its declaration
//   target   0 deals │ 1 reference table, text
//   type     ColumnType, Representation: a byte each

import Engine
import Values

extension Patch {
    private static let version: UInt8 = 1

    /// The patch as bytes.
    public func encoded() throws -> [UInt8] {
        var writer = PatchWriter()
        writer.byte(Patch.version)
        writer.count(effects.count)
        for effect in effects { try writer.effect(effect) }
        return writer.bytes
    }

    /// The patch of these bytes; throws a `file-damaged` diagnostic when they are no patch.
    public init(decoding bytes: some Sequence<UInt8>) throws {
        var reader = PatchReader(Array(bytes)[...])
        guard try reader.byte() == Patch.version else {
            throw PipelineDiagnostics.damaged("a change written by another version of this program")
        }
        let count = try reader.count()
        effects = []
        for _ in 0..<count { effects.append(try reader.effect()) }
        guard reader.leftCount == 0 else { throw reader.damaged() }
    }
}

/// The bytes that stand for kinds of effects.
private enum EffectKind: UInt8 {
    case set = 1, append, removeLast, delete, restore, addColumn, removeColumn, addTable, removeTable, versions
    case pipelines, settings, lets, scenarios
}

extension PatchWriter {
    fileprivate mutating func effect(_ effect: Patch.Effect) throws {
        switch effect {
        case .set(let target, let column, let rows, let values):
            begin(.set, target)
            text(column)
            self.rows(rows)
            try self.values(values)
        case .append(let target, let count, let columns):
            begin(.append, target)
            self.count(count)
            try self.columns(columns)
        case .removeLast(let target, let count):
            begin(.removeLast, target)
            self.count(count)
        case .delete(let target, let rows):
            begin(.delete, target)
            self.rows(rows)
        case .restore(let target, let rows):
            begin(.restore, target)
            self.rows(rows)
        case .addColumn(let target, let place, let column):
            begin(.addColumn, target)
            count(place)
            // The number of values is the table's; written so that the values can be read without it.
            count(column.values.eachCount)
            try self.column(column)
        case .removeColumn(let target, let column):
            begin(.removeColumn, target)
            text(column)
        case .addTable(let place, let table):
            byte(EffectKind.addTable.rawValue)
            count(place)
            text(table.name)
            text(table.singular)
            optionalText(table.field)
            text(table.keyColumn)
            count(table.rowCount)
            rows(table.deletedRows)
            try columns(table.columns)
        case .removeTable(let name):
            byte(EffectKind.removeTable.rawValue)
            text(name)
        case .versions(let splice):
            byte(EffectKind.versions.rawValue)
            rows(splice.deals)
            for list in [splice.kept, splice.counts] {
                try values(Patch.Values(list.map { .integer(Int64($0)) }))
            }
            for values in splice.columns { try self.values(values) }
        case .pipelines(let pipelines):
            byte(EffectKind.pipelines.rawValue)
            count(pipelines.count)
            for pipeline in pipelines {
                text(pipeline.name)
                count(pipeline.stages.count)
                for stage in pipeline.stages { self.stage(stage) }
            }
        case .settings(let settings):
            byte(EffectKind.settings.rawValue)
            let all = settings.encoded
            count(all.count)
            for setting in all {
                text(setting.name)
                text(setting.value)
            }
        case .lets(let lets):
            byte(EffectKind.lets.rawValue)
            count(lets.count)
            for definition in lets {
                text(definition.name)
                count(definition.parameters.count)
                for parameter in definition.parameters { text(parameter) }
                text(definition.text)
            }
        case .scenarios(let scenarios):
            byte(EffectKind.scenarios.rawValue)
            count(scenarios.count)
            for scenario in scenarios {
                text(scenario.name)
                count(scenario.assumptions.count)
                for assumption in scenario.assumptions { text(assumption) }
            }
        }
    }

    private mutating func begin(_ kind: EffectKind, _ target: Patch.Target) {
        byte(kind.rawValue)
        switch target {
        case .deals: byte(0)
        case .reference(let name):
            byte(1)
            text(name)
        }
    }

    private mutating func columns(_ columns: [Patch.Column]) throws {
        count(columns.count)
        for column in columns { try self.column(column) }
    }

    private mutating func column(_ column: Patch.Column) throws {
        text(column.name)
        byte(column.valueType.type.rawValue)
        byte(column.valueType.representation.rawValue)
        try values(column.values)
    }

    private mutating func stage(_ stage: Stage) {
        text(stage.name)
        optionalText(stage.kind.rawValue)
        cell(stage.probability.map { .integer($0.millionths) } ?? .missing)
        cell(stage.targetDays.map { .integer(Int64($0)) } ?? .missing)
        optionalText(stage.category?.rawValue)
    }
}

extension PatchReader {
    fileprivate mutating func effect() throws -> Patch.Effect {
        guard let kind = EffectKind(rawValue: try byte()) else { throw damaged() }
        switch kind {
        case .set:
            let target = try self.target()
            let column = try text()
            let rows = try self.rows()
            return .set(target, column: column, rows: rows, try values(rows.count))
        case .append:
            let target = try self.target()
            let count = try rowCount()
            return .append(target, count: count, try columns(count))
        case .removeLast: return .removeLast(try target(), count: try index())
        case .delete: return .delete(try target(), rows: try rows())
        case .restore: return .restore(try target(), rows: try rows())
        case .addColumn:
            let target = try self.target()
            let place = try index()
            return .addColumn(target, at: place, try column(try rowCount(perByte: 8)))
        case .removeColumn: return .removeColumn(try target(), column: try text())
        case .addTable:
            let place = try index()
            let name = try text()
            let singular = try text()
            let field = try optionalText()
            let key = try text()
            let count = try rowCount()
            let deleted = try rows()
            return .addTable(
                at: place,
                Patch.ReferenceRows(
                    name: name, singular: singular, field: field, keyColumn: key, rowCount: count,
                    deletedRows: deleted, columns: try columns(count)))
        case .removeTable: return .removeTable(try text())
        case .versions: return .versions(try splice())
        case .pipelines: return .pipelines(try pipelines())
        case .settings:
            let all = try (0..<(try count())).map { _ in [try text(), try text()] as [String?] }
            return .settings(try BookSettings(decoding: all))
        case .lets:
            return .lets(
                try (0..<(try count())).map { _ in
                    let name = try text()
                    let parameters = try (0..<(try count())).map { _ in try text() }
                    return LetDefinition(name: name, parameters: parameters, text: try text())
                })
        case .scenarios:
            return .scenarios(
                try (0..<(try count())).map { _ in
                    let name = try text()
                    return Scenario(name: name, assumptions: try (0..<(try count())).map { _ in try text() })
                })
        }
    }

    private mutating func target() throws -> Patch.Target {
        switch try byte() {
        case 0: return .deals
        case 1: return .reference(try text())
        default: throw damaged()
        }
    }

    /// A number of rows to be made: no more than bytes that follow can fill, or a few. A new row has a key that takes a
    /// byte at least; in a column of rows that are there, a missing value takes a bit.
    private mutating func rowCount(perByte: Int = 1) throws -> Int {
        let count = try index()
        guard count <= perByte * leftCount + Patch.manyRowCount else { throw damaged() }
        return count
    }

    private mutating func columns(_ rowCount: Int) throws -> [Patch.Column] {
        try (0..<(try count())).map { _ in try column(rowCount) }
    }

    private mutating func column(_ rowCount: Int) throws -> Patch.Column {
        let name = try text()
        guard let type = ColumnType(rawValue: try byte()), let representation = Representation(rawValue: try byte()),
            let valueType = ValueType(type, representation)
        else { throw damaged() }
        return Patch.Column(name: name, valueType: valueType, values: try values(rowCount, valueType))
    }

    private mutating func splice() throws -> VersionSplice {
        let deals = try rows()
        func numbers(_ values: Patch.Values) throws -> [Int] {
            try (try values.cells(deals.count) ?? []).map { cell in
                guard let number = cell.integer, number >= 0, number < Int64(Limits.tableRowCountMax) else {
                    throw damaged()
                }
                return Int(number)
            }
        }
        let kept = try numbers(try values(deals.count))
        let counts = try numbers(try values(deals.count))
        var versionCount = 0
        for count in counts { versionCount += count }
        guard versionCount <= leftCount + Patch.manyRowCount + deals.count else { throw damaged() }
        let columns = try VersionSplice.columns.map { try values(versionCount, $0.valueType) }
        return VersionSplice(deals: deals, kept: kept, counts: counts, columns: columns)
    }

    private mutating func pipelines() throws -> [SalesPipeline] {
        try (0..<(try count())).map { _ in
            let name = try text()
            return SalesPipeline(name: name, stages: try (0..<(try count())).map { _ in try stage() })
        }
    }

    private mutating func stage() throws -> Stage {
        let name = try text()
        guard let kind = (try optionalText()).flatMap(StageKind.init(rawValue:)) else { throw damaged() }
        var stage = Stage(name, kind)
        if let value = try cell().integer {
            guard (0...1_000_000).contains(value) else { throw damaged() }
            stage.probability = Percent(millionths: value)
        }
        if let days = try cell().integer {
            guard (1...36_500).contains(days) else { throw damaged() }
            stage.targetDays = Int(days)
        }
        if let text = try optionalText() {
            guard let category = ForecastCategory(rawValue: text) else { throw damaged() }
            stage.category = category
        }
        return stage
    }
}

extension Patch.Values {
    /// How many values are held one by one.
    fileprivate var eachCount: Int {
        switch self {
        case .same: 0
        case .each(let cells): cells.count
        case .column(let column): column.rowCount
        }
    }
}
