// A report groups by what it is told to, and a key may be called like one of its own columns: `board by owner`. Every
// column of an answer needs a name of its own.

import Engine

extension ReportResult {
    /// The result with one column of each name: a later one that says the same as the key is dropped, one that says
    /// something else (`velocity by won`) gets a number behind its name.
    public func withDistinctColumns() -> ReportResult {
        var result = self
        var index = 1
        while index < result.columns.count {
            let name = result.columns[index].name
            guard let first = result.columns[..<index].firstIndex(where: { $0.name == name }) else {
                index += 1
                continue
            }
            if result.rows.allSatisfy({ $0[first] == $0[index] }) {
                result.columns.remove(at: index)
                for row in result.rows.indices { result.rows[row].remove(at: index) }
                for row in result.drillDowns.indices { result.drillDowns[row].remove(at: index) }
            } else {
                let number = 2 + result.columns[..<index].count { $0.name.hasPrefix(name + "_") }
                result.columns[index].name = "\(name)_\(number)"
                index += 1
            }
        }
        return result
    }
}
