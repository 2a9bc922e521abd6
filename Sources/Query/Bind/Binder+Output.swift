// What comes out: every column of the scope as a formula.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    /// Every column at this point, in the order for programs.
    mutating func output() throws(Diagnostic) -> [OutputColumn] {
        var columns: [OutputColumn] = []
        for index in scope.columns.indices {
            if let field = unaskedField(index) { columns.append(field) } else { columns.append(try output(index)) }
        }
        return columns
    }

    /// One column at this point.
    mutating func output(_ index: Int) throws(Diagnostic) -> OutputColumn {
        let column = scope.columns[index]
        let span = SourceSpan(0, 0)
        let bound = try columnQuietly(index, at: span)
        return OutputColumn(
            name: column.name, formula: bound.formula, meaning: bound.meaning, type: try type(of: bound),
            isKey: column.isKey)
    }

    /// A field of the deals that no part of the query has looked at, undefined as yet.
    private func unaskedField(_ index: Int) -> OutputColumn? {
        let column = scope.columns[index]
        guard case .field = column.definition, !column.isShown, shape != .card, fieldCache[column.name] == nil,
            let derived = DerivedField(rawValue: column.name)
        else { return nil }
        return OutputColumn(
            name: column.name, formula: nil, meaning: Meaning(derived.valueType, named: column.name),
            type: derived.valueType, isKey: false)
    }

    /// The columns that people are shown, as places among all.
    func shownColumns() -> [Int] {
        if shape == .card { return Array(scope.columns.indices) }
        let shown = scope.columns.indices.filter { scope.columns[$0].isShown }
        guard scope.isDeals, !scope.isChosen else { return shown }
        let usual = Binder.usualFields.compactMap { name in shown.first { scope.columns[$0].name == name } }
        return usual + shown.filter { !usual.contains($0) }
    }
}
