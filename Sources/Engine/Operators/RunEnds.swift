// Where runs of ascending integers pass a limit: which versions of each deal stood by the end of a day. Beside the other
// passes over runs because chunks that lie below or above the limit as a whole are not read.

import Values

extension Column {
    /// For each run of a part the end of those of its rows whose integer is below `limit`; the integers ascend within each run.
    ///
    /// - Complexity: O(runs + rows at or above the limit in chunks that hold both kinds).
    public func ends(of runs: RowRuns, _ part: Range<Int>, below limit: Int64) throws -> [Int32] {
        guard representation == .integer else { throw EngineError.typeMismatch("a limit for a column of \(type)") }
        try runs.check(part, rowCount: rowCount)
        guard !part.isEmpty else { return [] }
        let chunks = chunks
        var walk = RunEnds(chunks: chunks, runs: runs, limit: limit)
        return try withExtendedLifetime(chunks) {
            // SAFETY: the walk writes one number for each run of the part.
            try unsafe [Int32](unsafeUninitializedCapacity: part.count) { ends, count in
                if let start = ends.baseAddress { try unsafe walk.fill(start, part) }
                count = part.count
            }
        }
    }
}

/// A walk back from the end of each run: what is asked of the past is mostly asked of a day not long ago.
private struct RunEnds {
    let chunks: [Chunk]
    let runs: RowRuns
    let limit: Int64

    /// Runs that end in one chunk are walked together, with nothing but numbers at hand (copies of its reader took ten
    /// times as long).
    mutating func fill(_ ends: UnsafeMutablePointer<Int32>, _ part: Range<Int>) throws {
        var run = part.lowerBound
        while run < part.upperBound {
            let end = Int(runs.end(run))
            let output = unsafe ends + (run - part.lowerBound)
            guard end > Int(runs.first[run]) else {
                unsafe output.pointee = runs.first[run]
                run += 1
                continue
            }
            let chunk = (end - 1) >> 16
            let rest = run..<part.upperBound
            let layout = chunks[chunk].layout
            if layout.missingCount == 0, layout.maximum < limit {
                run = unsafe passed(rest, chunk, output)
            } else if layout.missingCount == 0, layout.minimum >= limit {
                run = unsafe try ahead(rest, chunk, output)
            } else if layout.hasValidity {
                unsafe output.pointee = Int32(truncatingIfNeeded: try self.end(Int(runs.first[run]), end))
                run += 1
            } else {
                let reader = try chunks[chunk].reader()
                switch reader.width {
                case 1: run = unsafe try walked(rest, chunk, reader, output, UInt8.self)
                case 2: run = unsafe try walked(rest, chunk, reader, output, UInt16.self)
                case 4: run = unsafe try walked(rest, chunk, reader, output, UInt32.self)
                default: run = unsafe try walked(rest, chunk, reader, output, UInt64.self)
                }
            }
        }
    }

    /// Keeps the ends of the runs that end in a chunk or before; gives the first that does not.
    private func passed(_ part: Range<Int>, _ chunk: Int, _ ends: UnsafeMutablePointer<Int32>) -> Int {
        let chunkEnd = Int32(truncatingIfNeeded: min(Int(Int32.max), (chunk + 1) << 16))
        for run in part {
            let end = runs.end(run)
            if end > chunkEnd { return run }
            unsafe ends[run - part.lowerBound] = end
        }
        return part.upperBound
    }

    /// Leaves nothing of the runs that end in a chunk but what lies before it; gives the first that ends in another.
    private func ahead(_ part: Range<Int>, _ chunk: Int, _ ends: UnsafeMutablePointer<Int32>) throws -> Int {
        let chunkStart = chunk << 16
        for run in part {
            let start = Int(runs.first[run])
            let end = Int(runs.end(run))
            if end > start, (end - 1) >> 16 != chunk { return run }
            let isHere = start >= chunkStart || end <= start
            unsafe ends[run - part.lowerBound] = Int32(
                truncatingIfNeeded: isHere ? start : try self.end(start, chunkStart))
        }
        return part.upperBound
    }

    /// Walks back in the runs that end in a chunk; gives the first that ends in another.
    // SAFETY: rows of the chunk are below its row count, which the runs were checked against; the caller holds it.
    private func walked<Stored: FixedWidthInteger & UnsignedInteger>(
        _ part: Range<Int>, _ chunk: Int, _ reader: ChunkReader, _ ends: UnsafeMutablePointer<Int32>,
        _ stored: Stored.Type
    ) throws -> Int {
        let threshold = limit <= reader.base ? 0 : UInt64(bitPattern: limit &- reader.base)
        let values = unsafe reader.values.assumingMemoryBound(to: Stored.self)
        let chunkStart = chunk << 16
        let chunkEnd = Int32(truncatingIfNeeded: min(Int(Int32.max), chunkStart + 0x10000))
        // Most runs end below the limit: which do not is found without a branch, and only they are walked.
        return try unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: part.count) { later in
            var run = part.lowerBound
            var count = 0
            while run < part.upperBound {
                let start = runs.first[run]
                let end = runs.end(run)
                if end > chunkEnd { break }
                let place = run - part.lowerBound
                unsafe ends[place] = end
                let row = max(Int(end) - 1 - chunkStart, 0)
                let isLater = unsafe end > start && UInt64(truncatingIfNeeded: values[row]) >= threshold
                unsafe later[count] = Int32(truncatingIfNeeded: place)
                count += isLater ? 1 : 0
                run += 1
            }
            for index in 0..<count {
                let place = unsafe Int(later[index])
                let start = Int(runs.first[part.lowerBound + place])
                let floor = max(start, chunkStart)
                var end = unsafe Int(ends[place]) - 1
                while end > floor, unsafe UInt64(truncatingIfNeeded: values[end - 1 - chunkStart]) >= threshold {
                    end -= 1
                }
                if end == chunkStart { end = try self.end(start, end) }
                unsafe ends[place] = Int32(truncatingIfNeeded: end)
            }
            return run
        }
    }

    /// The end of the rows below the limit of one run, wherever it lies.
    private func end(_ start: Int, _ end: Int) throws -> Int {
        var end = end
        while end > start {
            let reader = try chunks[(end - 1) >> 16].reader()
            let row = (end - 1) & 0xFFFF
            guard reader.isPresent(row), reader.integer(row) >= limit else { break }
            end -= 1
        }
        return end
    }
}
