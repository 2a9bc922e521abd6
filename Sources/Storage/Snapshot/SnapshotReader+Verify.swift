// Everything that opening leaves for the first touch, at once: for `check`, and before what is left is salvaged.
internal import Engine
public import Values

extension SnapshotReader {
    /// Verifies every chunk, dictionary and section, and that dictionaries are sorted and without doubles.
    ///
    /// `progress` is called after each part with the bytes verified so far; when it says false, verifying stops.
    /// - Returns: one diagnostic for each damaged part; none when the file is whole.
    public func verify(progress: (_ byteCount: Int) -> Bool = { _ in true }) -> [Diagnostic] {
        var found: [Diagnostic] = []
        var byteCount = 0
        for part in parts {
            do {
                try part.region.verify()
            } catch {
                found.append(error as? Diagnostic ?? Diagnostic(.fileDamaged, "\(part.name): \(error)"))
            }
            byteCount += part.region.byteCount
            if !progress(byteCount) { return found }
        }
        guard found.isEmpty else { return found }
        for (name, table) in tables.sorted(by: { $0.key < $1.key }) {
            for column in table.columns where column.representation == .code {
                guard let fault = SnapshotReader.orderFault(column.dictionary) else { continue }
                found.append(
                    Diagnostic(.fileDamaged, "table \"\(name)\", column \"\(column.name)\": \(fault)"))
            }
        }
        return found
    }

    private static func orderFault(_ dictionary: CategoryDictionary) -> String? {
        do {
            let names = try dictionary.names()
            let order = try dictionary.order()
            for (left, right) in zip(order, order.dropFirst())
            where !TextOrder.precedes(names[Int(left) - 1], names[Int(right) - 1]) {
                return "names that are not sorted"
            }
            return nil
        } catch {
            return "names that cannot be read: \(error)"
        }
    }
}
