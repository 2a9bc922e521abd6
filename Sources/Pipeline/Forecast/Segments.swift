// What sharpens the rates of a deal: its size (large deals are slower and rarer to win), then its owner given the size, each
// only where held-out days say so (SegmentRates). A deal's segment is a number that stands for both.
//
//   segment = (size place + 1) + (owner place + 1) × (sizes + 1)          place −1: not told apart

internal import Glibc

import Engine
import Values

/// Factors on the rates by size and owner.
struct Segments {
    /// So many values tell sizes apart at least.
    static let countMin = 8

    /// By size; `nil` where size makes no difference that holds.
    let bySize: SegmentRates?
    /// By owner; `nil` likewise.
    let byOwner: SegmentRates?
    /// Values in cents at which a larger size begins, ascending: each twice the one before.
    private let sizeLimits: [Int64]

    /// Learns from stays that began with these history rows (−1: none).
    init(
        _ stays: [StageStay], of rows: [Int], stageCount: Int, _ versions: VersionDays, window: Period,
        calendar: Values.Calendar
    ) throws {
        let ownerOfRow = try versions.rows.columns[HistoryColumn.owner.index].cells()
        let valueOfRow = try versions.rows.columns[HistoryColumn.value.index].integers()
        let values = rows.map { $0 < 0 ? Int64.min : valueOfRow[$0] }
        let limits = Segments.limits(values.filter { $0 != .min })
        sizeLimits = limits
        let size = try SegmentRates(
            stays, by: values.map { Segments.size($0, limits) }, scores: Segments.scores(values, limits),
            stageCount: stageCount, window: window, calendar: calendar)
        bySize = size
        byOwner = try SegmentRates(
            stays, by: rows.map { $0 < 0 ? .missing : ownerOfRow[$0] },
            known: size.map { size in values.map { size.factors(of: size.place(of: Segments.size($0, limits))) } },
            stageCount: stageCount, window: window, calendar: calendar)
    }

    /// Where octaves of value begin, but for the outermost hundredths of the deals, which go with their neighbours.
    private static func limits(_ values: [Int64]) -> [Int64] {
        let sorted = values.filter { $0 > 0 }.sorted()
        guard sorted.count >= countMin else { return [] }
        func octave(_ place: Int) -> Int { sorted[place].leadingZeroBitCount }
        let (first, last) = (octave(sorted.count / 100), octave(sorted.count - 1 - sorted.count / 100))
        return stride(from: first - 1, through: last, by: -1).map { Int64(1) << (63 - $0) }
    }

    /// The mean logarithm of the values of each size, less that of all.
    private static func scores(_ values: [Int64], _ limits: [Int64]) -> [Cell: Double] {
        var sums: [Cell: (sum: Double, count: Int)] = [:]
        var all = (sum: 0.0, count: 0)
        for value in values where value != .min {
            let logarithm = log(Double(max(100, value)))
            let size = size(value, limits)
            let known = sums[size] ?? (0, 0)
            sums[size] = (known.sum + logarithm, known.count + 1)
            all = (all.sum + logarithm, all.count + 1)
        }
        return sums.mapValues { $0.sum / Double($0.count) - all.sum / Double(max(1, all.count)) }
    }

    private static func size(_ value: Int64, _ limits: [Int64]) -> Cell {
        value == .min || limits.isEmpty ? .missing : .integer(Int64(limits.count { $0 <= value }))
    }

    /// The segment of a deal.
    func segment(_ deals: ForecastDeals, _ index: Int) -> Int {
        let size = bySize?.place(of: Segments.size(deals.values[index], sizeLimits)) ?? -1
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
