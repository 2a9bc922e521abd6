// Objects become rows. The names seen form a tree; each node that ever holds a value is a column, in the order of
// first appearance:
//
//   {"Id":1,"Account":{"Name":"Acme","City":null}}      root ─ Id
//                                                          └─ Account ─ Name, City       columns Id, Account.Name, Account.City
//
// Rows of one file mostly have the same names in the same order, so a name is first compared with the one that
// followed last time and looked up only if it differs.
internal import Values

/// Collects rows from objects.
struct JSONRows {
    private struct Node {
        var key: [UInt8]
        var path: String
        var place: Range<Int>
        /// Its index among its parent's children.
        var position: Int
        var children: [Int] = []
        var childByName: [String: Int] = [:]
        /// Index into `children` of the name expected next.
        var cursor = 0
        /// The last row that named it, to find names given twice.
        var lastRow = -1
        var hasValue = false
        var hasNull = false
    }

    private var nodes = [Node(key: [], path: "", place: 0..<0, position: 0)]
    private var entryNode: [Int32] = []
    private var entryCell: [UInt64] = []
    private var rowFirstEntry = [0]
    private var rowRange: [UInt64] = []

    /// The objects of the array at the cursor.
    mutating func addArray(_ scanner: inout JSONScanner) throws(Diagnostic) {
        try scanner.skipMembers(UInt8(ascii: "]"), depth: 0) { scanner throws(Diagnostic) in
            try addRow(&scanner)
        }
    }

    /// The object at the cursor and the space behind it, in which the line must end.
    mutating func addLine(_ scanner: inout JSONScanner) throws(Diagnostic) {
        try addRow(&scanner)
        let end = scanner.index
        scanner.skipSpace()
        if scanner.next != nil, !scanner.bytes[end..<scanner.index].contains(10) {
            throw scanner.unexpected("the end of the line")
        }
    }

    private mutating func addRow(_ scanner: inout JSONScanner) throws(Diagnostic) {
        let start = scanner.index
        guard scanner.next == UInt8(ascii: "{") else {
            throw scanner.fault(start, "a row that is no object", "rows are objects: {\"name\": value, …}")
        }
        try addObject(&scanner, node: 0, depth: 1)
        rowFirstEntry.append(entryNode.count)
        rowRange.append(TextTable.pack(start, scanner.index))
    }

    private mutating func addObject(_ scanner: inout JSONScanner, node: Int, depth: Int) throws(Diagnostic) {
        nodes[node].cursor = 0
        try scanner.skipMembers(UInt8(ascii: "}"), depth: depth) { scanner throws(Diagnostic) in
            try addMember(&scanner, of: node, depth: depth)
        }
    }

    private mutating func addMember(_ scanner: inout JSONScanner, of node: Int, depth: Int) throws(Diagnostic) {
        let key = try scanner.key()
        let child = try child(of: node, key.range, key.hasEscape, scanner)
        let row = rowRange.count
        if nodes[child].lastRow == row {
            throw scanner.fault(
                key.range.lowerBound - 1, "the name \"\(nodes[child].path)\" stands twice in one object", nil)
        }
        nodes[child].lastRow = row
        let start = scanner.index
        switch scanner.next {
        case UInt8(ascii: "\""): add(child, try scanner.string().range)
        case UInt8(ascii: "{"):
            let count = entryNode.count
            try addObject(&scanner, node: child, depth: depth + 1)
            if entryNode.count == count, nodes[child].children.isEmpty { nodes[child].hasNull = true }
        case UInt8(ascii: "n"):
            _ = try scanner.word()
            nodes[child].hasNull = true
        default:
            try scanner.skipValue(depth: depth + 1)
            add(child, start..<scanner.index)
        }
    }

    private mutating func add(_ node: Int, _ range: Range<Int>) {
        nodes[node].hasValue = true
        entryNode.append(Int32(node))
        entryCell.append(TextTable.pack(range.lowerBound, range.upperBound))
    }

    private mutating func child(
        of node: Int, _ range: Range<Int>, _ hasEscape: Bool, _ scanner: JSONScanner
    ) throws(Diagnostic) -> Int {
        let cursor = nodes[node].cursor
        if cursor < nodes[node].children.count, !hasEscape {
            let expected = nodes[node].children[cursor]
            if scanner.bytes[range].elementsEqual(nodes[expected].key) {
                nodes[node].cursor = cursor + 1
                return expected
            }
        }
        let key =
            hasEscape ? TextEscapes.undoingBackslashes(scanner.bytes[range]) : Array(scanner.bytes[range])
        let name = String(decoding: key, as: UTF8.self)
        if let known = nodes[node].childByName[name] {
            nodes[node].cursor = nodes[known].position + 1
            return known
        }
        guard nodes.count <= Limits.columnCountMax else {
            throw Diagnostic(
                .tooManyColumns,
                "\"\(scanner.name)\", \(TextTable.place(at: range.lowerBound, in: scanner.bytes)): more than \(Limits.columnCountMax) different names",
                hint: "are names used as values here?")
        }
        let path = node == 0 ? name : nodes[node].path + "." + name
        nodes.append(Node(key: key, path: path, place: range, position: nodes[node].children.count))
        nodes[node].children.append(nodes.count - 1)
        nodes[node].childByName[name] = nodes.count - 1
        nodes[node].cursor = nodes[node].children.count
        return nodes.count - 1
    }

    /// The table of all rows.
    func table(_ text: DecodedText, format: TextTable.Format, name: String) throws(Diagnostic) -> TextTable {
        var columnOfNode = [Int](repeating: -1, count: nodes.count)
        var header = HeaderNames(name: name)
        var places: [Range<Int>] = []
        for (index, node) in nodes.enumerated().dropFirst()
        where node.hasValue || (node.hasNull && node.children.isEmpty) {
            columnOfNode[index] = places.count
            places.append(node.place)
            header.add(node.path) { TextTable.place(at: node.place.lowerBound, in: text.bytes) }
        }
        guard !rowRange.isEmpty, !places.isEmpty else {
            throw Diagnostic(.fileEmpty, "\"\(name)\" holds no rows", hint: "expected an array of objects with names")
        }
        // Objects may leave names out, so cells can outnumber bytes; a file made to exploit that is refused.
        let cellCount = rowRange.count * (places.count + 1)
        guard cellCount <= 16 * text.bytes.count + 1 << 20, 2 * cellCount < Int(UInt32.max) else {
            throw Diagnostic(
                .fileTooLarge, "\"\(name)\" would be a table of \(rowRange.count) rows and \(places.count) columns",
                hint: "are names used as values here?")
        }
        var cells: [UInt32] = []
        cells.reserveCapacity(2 * cellCount)
        var rowFirstPlace: [UInt32] = [0]
        rowFirstPlace.reserveCapacity(rowRange.count + 1)
        for row in rowRange.indices {
            let first = cells.count
            let start = UInt32(rowRange[row] >> 32)
            cells.append(contentsOf: repeatElement(start, count: 2 * places.count))
            for entry in rowFirstEntry[row]..<rowFirstEntry[row + 1] {
                let place = first + 2 * columnOfNode[Int(entryNode[entry])]
                cells[place] = UInt32(entryCell[entry] >> 32)
                cells[place + 1] = UInt32(truncatingIfNeeded: entryCell[entry])
            }
            cells.append(start)
            cells.append(UInt32(truncatingIfNeeded: rowRange[row]))
            rowFirstPlace.append(UInt32(cells.count))
        }
        return TextTable(
            name: name, format: format, bytes: text.bytes, header: header.names, headerPlaces: places,
            blocks: [TextTable.Block(places: cells, rowFirstPlace: rowFirstPlace, isShort: false)], notes: text.notes,
            warnings: header.warnings)
    }
}
