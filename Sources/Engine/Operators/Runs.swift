// What the rows of one thing have in common, where they stand beside each other: the versions of a deal in its history.
// One pass over the codes of a column, without a table of groups, because the groups are known by their first rows.
//
//   first   0        3     5            run 0 = rows 0, 1, 2    run 1 = rows 3, 4
//   codes   2  4  4  2  2
//   marks   1 | 4    |  1               with marks[2] = 1, marks[4] = 4: unions 5 and 1

import Synchronization
import Values

extension Execution {
    /// For each run of rows the union of the marks of its codes: bit by bit, `or` over its rows.
    ///
    /// Run r is the rows `first[r] ..< first[r + 1]`, ascending and within the column; there is one run fewer than numbers.
    /// `marks` has an entry for each code of the column's dictionary, that of missing first.
    /// - Complexity: O(rows), on all threads.
    public func unions(of column: Column, runs first: [Int32], marks: [UInt64]) throws -> [UInt64] {
        let runCount = max(0, first.count - 1)
        guard column.representation == .code, marks.count > column.dictionary.count,
            first.allSatisfy({ $0 >= 0 && $0 <= column.rowCount })
        else { throw EngineError.typeMismatch("runs of rows outside of the column") }
        let readers = try column.chunks.map { try $0.reader() }
        let pieceSize = 1 << 14
        let pieceCount = (runCount + pieceSize - 1) / pieceSize
        let pieces = Mutex<[[UInt64]]>(Array(repeating: [], count: pieceCount))
        try withExtendedLifetime(column) {
            try Workers.run(count: pieceCount, threadCount: threadCount, cancellation: cancellation) { _, piece in
                let runs = piece * pieceSize..<min(runCount, (piece + 1) * pieceSize)
                let unions = Runs.unions(readers, runs, first, marks)
                pieces.withLock { $0[piece] = unions }
            }
        }
        return pieces.withLock { Array($0.joined()) }
    }
}

private enum Runs {
    static func unions(_ readers: [ChunkReader], _ runs: Range<Int>, _ first: [Int32], _ marks: [UInt64]) -> [UInt64] {
        var unions: [UInt64] = []
        unions.reserveCapacity(runs.count)
        guard var row = first[runs].first.map(Int.init) else { return unions }
        var chunk = -1
        var reader = readers.first
        for run in runs {
            let end = Int(first[run + 1])
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
            unions.append(union)
        }
        return unions
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
