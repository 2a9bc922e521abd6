// A key with few possible values, each of which has a place: groups are numbered by it without hashing, and distinct
// values counted with a flag for each.
//
// Parts are 0 for a missing value and 1 + its place for any other.

import Values

/// The values that a key can have, in places from 0.
struct KeyDomain: Sendable {
    private enum Places: Sendable {
        /// Every whole number from the lowest on, or every code.
        case all
        /// Every so many whole numbers.
        case steps(ValueSteps, column: Int)
        /// A function of one column that is held as a table: the column, its lowest value, and the key's part for each
        /// value from there.
        case table(column: Int, low: Int64, parts: [UInt32])
        /// Texts that are looked up by code: the key's part for each code, and the texts by part.
        case texts(column: Int, parts: [UInt32], TextList)
    }

    /// Ranges up to this are taken as they are: it is too little to look for steps in.
    private static let plainSizeMax = 4_096

    let node: Node
    /// Parts are below this.
    let size: Int
    private let low: Int64
    private let places: Places

    /// The values of a node, when its parts are fewer than `sizeMax`; `isStepped` allows places for every so many
    /// numbers only, as `ValueSteps` guesses them.
    init?(_ node: Node, _ table: Table, sizeMax: Int, isStepped: Bool) throws {
        guard let bounds = Bounds.of(node, table) else { return nil }
        let range = bounds.upper.subtractingReportingOverflow(bounds.lower)
        guard !range.overflow else { return nil }
        self.node = node
        if isStepped, range.partialValue >= KeyDomain.plainSizeMax, case .integer(.column(let column)) = node,
            let steps = try ValueSteps(column, bounds, table), steps.count < sizeMax - 1
        {
            low = steps.low
            size = steps.count + 1
            places = .steps(steps, column: column)
            return
        }
        guard range.partialValue < sizeMax - 2 else { return nil }
        low = bounds.lower
        size = Int(range.partialValue) + 2
        switch node {
        case .text(.lookup(let column, let numbers, let list)):
            places = .texts(column: column, parts: numbers, list)
        case .integer(.tabulated(let column, let start, let values, let present)):
            let parts = Kernel.map(values, present) {
                $1 == 0 ? 0 : UInt32(truncatingIfNeeded: $0 &- bounds.lower &+ 1)
            }
            places = .table(column: column, low: start, parts: parts)
        default: places = .all
        }
    }

    /// The parts of a block's rows. Throws `ValueSteps.Missed` when a value turns out to lie between the places.
    func parts(_ block: Block, _ mask: Mask?, _ evaluator: Evaluator) throws -> [UInt32] {
        switch (places, node) {
        case (.steps(let steps, let column), _): return try steps.parts(column, block, evaluator)
        case (.table(let column, let low, let parts), _):
            if let found = try storedParts(column, low, parts, block, evaluator) { return found }
            let values = try evaluator.integers(column: column, block)
            let last = UInt64(parts.count - 1)
            let found = Kernel.map(values.values) { parts[Int(min(UInt64(bitPattern: $0 &- low), last))] }
            return KeyDomain.present(found, values.present)
        case (.texts(let column, let parts, _), _):
            let codes = try evaluator.codes(column: column, block)
            return Kernel.map(codes) { Int($0) < parts.count ? parts[Int($0)] : 0 }
        case (.all, .code(let column)): return try evaluator.codes(column: column, block)
        case (.all, .integer(let node)):
            let values = try evaluator.integers(node, block, node.canFail ? mask : nil)
            let shift = 1 &- low
            return KeyDomain.present(
                Kernel.map(values.values) { UInt32(truncatingIfNeeded: $0 &+ shift) }, values.present)
        case (.all, .real), (.all, .text): throw EngineError.typeMismatch("places of reals or texts")
        }
    }

    /// The parts of neighbouring rows straight from the stored values, without 8-byte numbers between them; nil where
    /// they do not lie so.
    private func storedParts(
        _ column: Int, _ low: Int64, _ parts: [UInt32], _ block: Block, _ evaluator: Evaluator
    ) throws -> [UInt32]? {
        guard case .run(let chunk, let start) = block.place else { return nil }
        let reader = try evaluator.reader(column, chunk)
        guard let found = StoredParts(low: low, parts: parts).found(reader, start: start, count: block.count) else {
            return nil
        }
        return KeyDomain.present(found, try evaluator.present(column, block))
    }

    /// The parts, 0 where there is no value.
    static func present(_ parts: [UInt32], _ present: Mask?) -> [UInt32] {
        guard let present else { return parts }
        return Kernel.map(parts, present) { $0 & (0 &- UInt32($1)) }
    }

    /// Appends the value that a part stands for.
    func append(_ part: Int, to builder: inout ColumnBuilder) {
        if part == 0 { return builder.appendMissing() }
        switch (places, node) {
        case (.steps(let steps, _), _): builder.append(steps.value(part - 1))
        case (.texts(_, _, let list), _):
            withExtendedLifetime(list) { unsafe builder.append(utf8: list.ref(part).bytes) }
        case (_, .code): builder.append(code: UInt32(part))
        default: builder.append(Int64(part - 1) + low)
        }
    }
}
