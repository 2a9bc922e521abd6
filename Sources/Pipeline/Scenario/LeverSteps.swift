// The values that a sweep gives to a lever: from the first to the last in even steps, both ends included. Whole units, so
// that 10% is 10% and not a hair less.

/// Evenly spaced values.
public enum LeverSteps {
    /// Why there are no values.
    public enum Fault: Error, Hashable, Sendable {
        /// The step is nothing, or leads away from the last value.
        case leadsNowhere
        /// There would be so many values.
        case tooMany(Int)
    }

    /// The values from `first` to `last`; the last is there even where the step would pass it.
    ///
    /// Without a step, a tenth of the way (at least one unit). A step leads the way that the ends tell, whatever its sign.
    public static func values(from first: Int64, to last: Int64, by step: Int64?, countMax: Int) throws(Fault)
        -> [Int64]
    {
        if first == last { return [first] }
        let (difference, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow else { throw .tooMany(.max) }
        let distance = difference.magnitude
        let size = step.map(\.magnitude) ?? max(1, distance / 10)
        guard size > 0 else { throw .leadsNowhere }
        let whole = distance / size + (distance % size == 0 ? 0 : 1)
        guard whole < UInt64(max(1, countMax)) else { throw .tooMany(Int(clamping: whole) &+ 1) }
        let count = Int(whole) + 1
        let signed = Int64(clamping: size) * (last > first ? 1 : -1)
        return (0..<count).map { $0 == count - 1 ? last : first + signed * Int64($0) }
    }
}
