// What the rows of one thing have in common, where they stand beside each other: the versions of a deal in its history.
// One pass over a column, without a table of groups, because the groups are known by their first rows.
//
//   first   0        3     5            run 0 = rows 0, 1, 2    run 1 = rows 3, 4
//   codes   2  4  4  2  2
//   marks   1 | 4    |  1               with marks[2] = 1, marks[4] = 4: unions 5 and 1

import Values

/// Stretches of neighbouring rows that ascend: run r is the rows `first[r] ..< end(r)`, and may be empty.
public struct RowRuns: Sendable {
    /// Where each run begins, and a number more.
    public let first: [Int32]
    /// Where each run ends; empty where each ends with the next one's beginning.
    public let ends: [Int32]

    /// Runs that ascend and do not overlap; `ends` is empty or has a number for each run.
    public init(first: [Int32], ends: [Int32] = []) {
        self.first = first
        self.ends = ends
    }

    /// The number of runs.
    public var count: Int { max(0, first.count - 1) }

    /// The rows of a run.
    public func rows(_ run: Int) -> Range<Int> { Int(first[run])..<Int(end(run)) }

    /// Where a run ends.
    @inline(__always) func end(_ run: Int) -> Int32 { ends.isEmpty ? first[run + 1] : ends[run] }

    /// The last row of each run of a part, when they end at `ends`; −1 for those that are empty.
    public func lastRows(_ part: Range<Int>, ends: ArraySlice<Int32>) -> [Int32] {
        precondition(ends.count == part.count && part.upperBound < max(1, first.count))
        // SAFETY: both buffers and the array have a number for each run of the part.
        return unsafe first[part].withUnsafeBufferPointer { first in
            unsafe ends.withUnsafeBufferPointer { ends in
                unsafe [Int32](unsafeUninitializedCapacity: ends.count) { last, count in
                    for run in 0..<ends.count {
                        unsafe last.initializeElement(at: run, to: ends[run] > first[run] ? ends[run] - 1 : -1)
                    }
                    count = ends.count
                }
            }
        }
    }

    /// Throws unless the runs of a part ascend within that many rows.
    func check(_ part: Range<Int>, rowCount: Int) throws {
        guard part.lowerBound >= 0, part.upperBound <= count, ends.isEmpty || ends.count == count else {
            throw EngineError.typeMismatch("runs of rows outside of the column")
        }
        // A negative number anywhere shows in the sign; differences of numbers that are none cannot overflow.
        // SAFETY: the part lies within both arrays.
        let signs = unsafe first.withUnsafeBufferPointer { first in
            unsafe ends.withUnsafeBufferPointer { ends in
                var signs: Int32 = 0
                if ends.isEmpty {
                    for run in part { unsafe signs |= first[run] | (first[run + 1] &- first[run]) }
                } else {
                    for run in part {
                        unsafe signs |= first[run] | (ends[run] &- first[run]) | (first[run + 1] &- ends[run])
                    }
                }
                return signs
            }
        }
        guard signs >= 0, first[part.upperBound] <= rowCount else {
            throw EngineError.typeMismatch("runs of rows outside of the column")
        }
    }
}

extension Execution {
    /// How many runs a thread works on at a time.
    private static let runPieceSize = 1 << 14

    /// For each run of rows the union of the marks of its codes: bit by bit, `or` over its rows.
    ///
    /// `marks` has an entry for each code of the column's dictionary, that of missing first.
    /// - Complexity: O(rows), on all threads.
    public func unions(of column: Column, _ runs: RowRuns, marks: [UInt64]) throws -> [UInt64] {
        guard column.representation == .code, marks.count > column.dictionary.count else {
            throw EngineError.typeMismatch("marks for a column of \(column.type)")
        }
        return try unsafe overRuns(runs, of: column) { readers, part, unions in
            unsafe Runs.unions(readers, part, runs, marks, unions)
        }
    }

    /// Where the rows of each number begin in a column whose first `rowCount` rows hold ascending numbers from 0: those of
    /// number n are `first[n] ..< first[n + 1]`, up to the last number there is.
    ///
    /// - Complexity: O(rows), on all threads.
    public func firstRows(of column: Column, rowCount: Int) throws -> [Int32] {
        guard column.representation == .integer, rowCount <= column.rowCount else {
            throw EngineError.typeMismatch("runs of rows outside of the column")
        }
        let readers = try column.chunks.map { try $0.reader() }
        let parts = try withExtendedLifetime(column) {
            try pieces(count: (rowCount + 0xFFFF) >> 16) { chunk in
                let before = chunk == 0 ? -1 : readers[chunk - 1].integer(0xFFFF)
                let rows = min(Limits.chunkRowCount, rowCount - chunk << 16)
                return Runs.firstRows(readers[chunk], before, rowCount: rows, firstRow: chunk << 16)
            }
        }
        var first: [Int32] = []
        first.reserveCapacity(parts.reduce(1) { $0 + $1.count })
        for part in parts { first += part }
        first.append(Int32(rowCount))
        return first
    }

    private func overRuns<Value: BitwiseCopyable & Sendable>(
        _ runs: RowRuns, of column: Column,
        _ body: @escaping ([ChunkReader], Range<Int>, UnsafeMutablePointer<Value>) -> Void
    ) throws -> [Value] {
        let chunks = column.chunks
        let readers = try chunks.map { try $0.reader() }
        let rowCount = column.rowCount
        return try withExtendedLifetime(chunks) {
            try unsafe array(count: runs.count, pieceSize: Execution.runPieceSize) { part, values in
                try runs.check(part, rowCount: rowCount)
                unsafe body(readers, part, values)
            }
        }
    }
}

private enum Runs {
    static func unions(
        _ readers: [ChunkReader], _ part: Range<Int>, _ runs: RowRuns, _ marks: [UInt64],
        _ unions: UnsafeMutablePointer<UInt64>
    ) {
        var chunk = -1
        var reader = readers.first
        for run in part {
            var row = Int(runs.first[run])
            let end = Int(runs.end(run))
            var union: UInt64 = 0
            while row < end {
                if row >> 16 != chunk {
                    chunk = row >> 16
                    reader = readers[chunk]
                }
                guard let reader else { break }
                let stop = min(end, (chunk + 1) << 16)
                union |= self.union(reader, row & 0xFFFF, stop - chunk << 16, marks)
                row = stop
            }
            unsafe unions[run - part.lowerBound] = union
        }
    }

    /// For each number above `before`, up to the chunk's last, the first row at or behind which it stands.
    static func firstRows(_ reader: ChunkReader, _ before: Int64, rowCount: Int, firstRow: Int) -> [Int32] {
        let last = reader.integer(rowCount - 1)
        var next = before + 1
        guard last >= next else { return [] }
        var first: [Int32] = []
        first.reserveCapacity(Int(last - before))
        reader.forEachUnsigned(0..<rowCount) { row, unsigned in
            let number = reader.base &+ Int64(bitPattern: unsigned)
            while next <= number {
                first.append(Int32(truncatingIfNeeded: firstRow + row))
                next += 1
            }
        }
        return first
    }

    @inline(__always) private static func union(
        _ reader: ChunkReader, _ start: Int, _ end: Int, _ marks: [UInt64]
    ) -> UInt64 {
        switch reader.width {
        case 1: unsafe union(reader.values.assumingMemoryBound(to: UInt8.self), start, end, marks)
        case 2: unsafe union(reader.values.assumingMemoryBound(to: UInt16.self), start, end, marks)
        case 4: unsafe union(reader.values.assumingMemoryBound(to: UInt32.self), start, end, marks)
        default: unsafe union(reader.values.assumingMemoryBound(to: UInt64.self), start, end, marks)
        }
    }

    // SAFETY: the reader's chunk is held by the caller's column, and `end` is at most its row count.
    @inline(__always) private static func union<Code: FixedWidthInteger & UnsignedInteger>(
        _ codes: UnsafePointer<Code>, _ start: Int, _ end: Int, _ marks: [UInt64]
    ) -> UInt64 {
        var union: UInt64 = 0
        for row in start..<end {
            let code = unsafe Int(truncatingIfNeeded: codes[row])
            union |= code < marks.count ? marks[code] : 0
        }
        return union
    }
}
