// A terminal's screen as a person sees it: enough of a VT100 to follow what dealsh writes. Sequences that it does not
// know are collected, so that a test can fail on them.

import Shell

/// Cells, a cursor, and what scrolled off the top.
struct VirtualScreen {
    /// One place on the screen; the right half of a wide character is an empty text.
    struct Cell: Equatable {
        var text = " "
        /// The parameters of the last colour sequence, such as `90`.
        var style = ""
    }

    private(set) var rowCount: Int
    private(set) var columnCount: Int
    private(set) var cells: [[Cell]]
    private(set) var row = 0
    private(set) var column = 0
    /// Rows that left at the top, oldest first.
    private(set) var scrolledOff: [String] = []
    /// Sequences that were not understood.
    private(set) var unknown: [String] = []
    /// Whether the program asked for bracketed pastes.
    private(set) var isBracketing = false
    private var style = ""
    private var isWrapPending = false
    private var bytes: [UInt8] = []
    private var saved = (row: 0, column: 0)

    init(rowCount: Int, columnCount: Int) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        cells = Array(repeating: Array(repeating: Cell(), count: columnCount), count: rowCount)
    }

    /// A row without the blanks at its end.
    func line(_ row: Int) -> String {
        var text = cells[row].map(\.text).joined()
        while text.last == " " { text.removeLast() }
        return text
    }
    /// All rows, without the blank ones at the end.
    var lines: [String] {
        var all = (0..<rowCount).map(line)
        while all.last == "" { all.removeLast() }
        return all
    }
    /// Everything on the screen as one text.
    var text: String { lines.joined(separator: "\n") }

    /// Cuts or widens the rows, as xterm does: nothing is broken anew.
    mutating func resize(rowCount: Int, columnCount: Int) {
        cells = cells.map { line in
            Array(line.prefix(columnCount)) + Array(repeating: Cell(), count: max(0, columnCount - line.count))
        }
        while cells.count > rowCount {
            if line(cells.count - 1).isEmpty, row < cells.count - 1 {
                cells.removeLast()
            } else {
                scrolledOff.append(line(0))
                cells.removeFirst()
                row -= 1
            }
        }
        while cells.count < rowCount { cells.append(Array(repeating: Cell(), count: columnCount)) }
        self.rowCount = rowCount
        self.columnCount = columnCount
        row = min(max(0, row), rowCount - 1)
        column = min(column, columnCount - 1)
        isWrapPending = false
    }

    /// Takes what the program wrote.
    mutating func receive(_ more: [UInt8]) {
        bytes += more
        while let count = step() { bytes.removeFirst(count) }
    }

    /// Handles the first item of `bytes`; `nil` while it is not complete.
    private mutating func step() -> Int? {
        guard let first = bytes.first else { return nil }
        switch first {
        case 0x1b: return sequence()
        case 0x0d: (column, isWrapPending) = (0, false)
        case 0x0a: lineFeed()
        case 0x08: (column, isWrapPending) = (max(0, column - 1), false)
        case 0x09: column = min(columnCount - 1, (column / 8 + 1) * 8)
        case 0x07: break
        case 0..<0x20: unknown.append("control \(first)")
        default:
            let count = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
            guard bytes.count >= count else { return nil }
            for scalar in String(decoding: bytes[..<count], as: UTF8.self).unicodeScalars { put(scalar) }
            return count
        }
        return 1
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = TextWidth.of(scalar)
        let before = isWrapPending ? column : column - 1
        if before >= 0, width == 0 || joins(before) {
            let target = cells[row][before].text.isEmpty && before > 0 ? before - 1 : before
            cells[row][target].text.unicodeScalars.append(scalar)
            return
        }
        if isWrapPending || column + width > columnCount {
            column = 0
            lineFeed()
        }
        isWrapPending = false
        cells[row][column] = Cell(text: String(scalar), style: style)
        if width == 2, column + 1 < columnCount { cells[row][column + 1] = Cell(text: "", style: style) }
        column += width
        if column >= columnCount {
            column = columnCount - 1
            isWrapPending = true
        }
    }

    /// Whether the cell ends with a joiner, so that the next emoji belongs to it.
    private func joins(_ column: Int) -> Bool {
        let target = cells[row][column].text.isEmpty && column > 0 ? column - 1 : column
        return cells[row][target].text.unicodeScalars.last == "\u{200d}"
    }

    private mutating func lineFeed() {
        isWrapPending = false
        if row + 1 < rowCount {
            row += 1
        } else {
            scrolledOff.append(line(0))
            cells.removeFirst()
            cells.append(Array(repeating: Cell(), count: columnCount))
        }
    }

    private mutating func sequence() -> Int? {
        guard bytes.count > 1 else { return nil }
        switch bytes[1] {
        case UInt8(ascii: "["):
            guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else { return nil }
            control(String(decoding: bytes[2..<end], as: UTF8.self), Character(Unicode.Scalar(bytes[end])))
            return end + 1
        case UInt8(ascii: "7"): saved = (row, column)
        case UInt8(ascii: "8"): (row, column) = saved
        case UInt8(ascii: "="), UInt8(ascii: ">"): break
        default: unknown.append("ESC \(Character(Unicode.Scalar(bytes[1])))")
        }
        return 2
    }

    private mutating func control(_ parameters: String, _ final: Character) {
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let count = max(1, numbers.first ?? 1)
        if final != "m", final != "h", final != "l" { isWrapPending = false }
        switch final {
        case "A": row = max(0, row - count)
        case "B": row = min(rowCount - 1, row + count)
        case "C": column = min(columnCount - 1, column + count)
        case "D": column = max(0, column - count)
        case "G": column = min(columnCount - 1, count - 1)
        case "H":
            row = min(rowCount - 1, count - 1)
            column = min(columnCount - 1, max(1, numbers.count > 1 ? numbers[1] : 1) - 1)
        case "J" where numbers.first == 2:
            for index in cells.indices { erase(index, 0..<columnCount) }
        case "J":
            erase(row, column..<columnCount)
            for index in (row + 1)..<max(row + 1, rowCount) { erase(index, 0..<columnCount) }
        case "K" where numbers.first == 2: erase(row, 0..<columnCount)
        case "K": erase(row, column..<columnCount)
        case "m": style = parameters == "0" ? "" : parameters
        case "h", "l":
            if parameters == "?2004" {
                isBracketing = final == "h"
            } else if parameters != "?25" {
                unknown.append("CSI " + parameters + String(final))
            }
        default: unknown.append("CSI " + parameters + String(final))
        }
    }

    private mutating func erase(_ row: Int, _ columns: Range<Int>) {
        for column in columns { cells[row][column] = Cell() }
    }
}
