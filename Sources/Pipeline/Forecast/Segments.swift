// What sharpens the rates of a deal: its size (large deals are slower and rarer to win), then its owner given the size, each
// only where held-out days say so (SegmentRates). A deal's segment is a number that stands for both.
//
//   segment = (size place + 1) + (owner place + 1) × (sizes + 1)          place −1: not told apart

internal import Glibc

import Engine
import Values

/// Factors on the rates by size and owner.
struct Segments: Sendable {
    /// So many values tell sizes apart at least.
    static let countMin = 8

    /// By size; `nil` where size makes no difference that holds.
    let bySize: SegmentRates?
    /// By owner; `nil` likewise.
    let byOwner: SegmentRates?
    /// Values in cents at which a larger size begins, ascending: each twice the one before.
    private let sizeLimits: [Int64]

    /// Learns from stays that began with these history rows (−1: none), and that taught the whole model over the window.
    init(_ stays: [StageStay], of rows: [Int], _ versions: VersionDays, window: Period, whole: HazardModel) throws {
        let owners = try CategoryCells(versions.rows.columns[HistoryColumn.owner.index])
        let valueOfRow = try versions.rows.columns[HistoryColumn.value.index].integers()
        let values = rows.map { $0 < 0 ? Int64.min : valueOfRow[$0] }
        let limits = Segments.limits(values)
        sizeLimits = limits
        let known = try SegmentRates.Known(stays, window: window, whole: whole)
        let bySizes = StayGroups(
            names: (0...limits.count).map { .integer(Int64($0)) },
            places: values.map { Int32(Segments.size($0, limits)) })
        let size = try SegmentRates(stays, by: bySizes, scores: Segments.scores(values, bySizes), known)
        bySize = size
        let byOwners = StayGroups(
            names: Array(owners.names.dropFirst()), places: rows.map { $0 < 0 ? -1 : Int32(owners.codes[$0]) - 1 })
        byOwner = try SegmentRates(
            stays, by: byOwners,
            factors: size.map { size in
                let ofSize = bySizes.names.map { size.factors(of: size.place(of: $0)) }
                return bySizes.places.map { $0 < 0 ? KindFactors() : ofSize[Int($0)] }
            }, known)
    }

    /// Where octaves of value begin, but for the outermost hundredths of the deals, which go with their neighbours.
    private static func limits(_ values: [Int64]) -> [Int64] {
        var counts = [Int](repeating: 0, count: 64)
        for value in values where value > 0 { counts[value.leadingZeroBitCount] += 1 }
        let count = counts.reduce(0, +)
        guard count >= countMin else { return [] }
        /// The octave of the value that so many are smaller than; smaller values have more leading zeros.
        func octave(_ place: Int) -> Int {
            var left = place
            for octave in counts.indices.reversed() {
                left -= counts[octave]
                if left < 0 { return octave }
            }
            return 0
        }
        let (first, last) = (octave(count / 100), octave(count - 1 - count / 100))
        return stride(from: first - 1, through: last, by: -1).map { Int64(1) << (63 - $0) }
    }

    /// The mean logarithm of the values of each size, less that of all.
    private static func scores(_ values: [Int64], _ sizes: StayGroups) -> [Double] {
        var sums = [(sum: Double, count: Int)](repeating: (0, 0), count: sizes.names.count)
        var all = (sum: 0.0, count: 0)
        for (value, size) in zip(values, sizes.places) where value != .min {
            let logarithm = log(Double(max(100, value)))
            if size >= 0 { sums[Int(size)] = (sums[Int(size)].sum + logarithm, sums[Int(size)].count + 1) }
            all = (all.sum + logarithm, all.count + 1)
        }
        return sums.map { $0.count > 0 ? $0.sum / Double($0.count) - all.sum / Double(max(1, all.count)) : 0 }
    }

    /// The number of the size; −1 without one.
    private static func size(_ value: Int64, _ limits: [Int64]) -> Int {
        value == .min || limits.isEmpty ? -1 : limits.count { $0 <= value }
    }

    /// The segment of a deal.
    func segment(_ deals: ForecastDeals, _ index: Int) -> Int {
        let size = bySize?.place(of: .integer(Int64(Segments.size(deals.values[index], sizeLimits)))) ?? -1
        let owner = byOwner?.place(of: deals.owners[index]) ?? -1
        return size + 1 + (owner + 1) * sizeCount
    }

    /// The factors of a segment.
    func factors(of segment: Int) -> KindFactors {
        let size = bySize?.factors(of: segment % sizeCount - 1) ?? KindFactors()
        let owner = byOwner?.factors(of: segment / sizeCount - 1) ?? KindFactors()
        return KindFactors(win: size.win * owner.win, lose: size.lose * owner.lose, move: size.move * owner.move)
    }

    /// Sizes and one for those not told apart.
    private var sizeCount: Int { (bySize?.names.count ?? 0) + 1 }
}
