// A report groups by what it is told to, and a key may be called like one of its own columns: `board by owner`. Every
// column of an answer needs a name of its own, and the report's own columns keep theirs, so that `where stage = Demo`
// behind a report means the same with any keys.

import Engine

extension ReportResult {
    /// The result with one column of each name. A column that says the same as the key is dropped; where it says something
    /// else the key is what it is of the deals: in `funnel by stage` the key is `deal_stage`.
    public func withDistinctColumns() -> ReportResult {
        var result = self
        var index = 1
        while index < result.columns.count {
            let name = result.columns[index].name
            guard let key = result.columns[..<index].firstIndex(where: { $0.name == name }) else {
                index += 1
                continue
            }
            if result.rows.allSatisfy({ $0[key] == $0[index] }) {
                result.columns.remove(at: index)
                for row in result.rows.indices { result.rows[row].remove(at: index) }
                for row in result.drillDowns.indices { result.drillDowns[row].remove(at: index) }
            } else {
                var other = "deal_" + name
                while result.columns.contains(where: { $0.name == other }) { other = "deal_" + other }
                result.columns[key].name = other
                result.columns[key].keyName = name
                index += 1
            }
        }
        return result
    }
}
