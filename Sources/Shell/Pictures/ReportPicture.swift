// Which picture a report gets. A report without one, or with columns that its picture does not know, is a table; the
// numbers of a picture are those of the rows, nothing is computed here but sums over them.

import Language
import Query

/// Draws the rows of reports.
enum ReportPicture {
    /// The lines of a report's picture; `nil` when a table shows it best.
    static func lines(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        guard rows.count > 0 else { return nil }
        switch rows.report.kind {
        case .board: return BoardPicture.lines(rows, on: canvas)
        case .funnel: return FunnelPicture.lines(rows, on: canvas)
        case .aging: return HeatPicture.aging(rows, on: canvas)
        case .cohorts: return HeatPicture.cohorts(rows, on: canvas)
        case .changes: return WaterfallPicture.lines(rows, on: canvas)
        case .velocity: return SparkPicture.velocity(rows, on: canvas)
        case .trend: return SparkPicture.trend(rows, on: canvas)
        case .focus: return FocusPicture.lines(rows, on: canvas)
        case .conversion: return ConversionPicture.lines(rows, on: canvas)
        case .bottlenecks: return BottlenecksPicture.lines(rows, on: canvas)
        default: return nil
        }
    }
}
