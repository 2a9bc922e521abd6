// Columns that say when a deal entered a stage (HubSpot's `Date entered "Closed Won (Sales Pipeline)"`). They stay custom
// fields of the deal, and their days become versions in its history.

import Engine
import Values

/// The stage entries that a file's columns tell.
struct StageEntries {
    /// A stage and the day it was entered.
    struct Entry: Hashable {
        /// The stage's name.
        var stage: String
        /// The day's number.
        var day: Int64
    }

    /// For each column the places that it may mean, and its days.
    private var columns: [(places: [(pipeline: Int, position: Int, stage: String)], days: Column)] = []

    /// Finds the columns among a file's values: dates under `date_entered_` and a stage's name, with or without its
    /// pipeline's.
    init(_ values: DealValues, _ pipelines: [SalesPipeline]) {
        for (name, column) in values.columns.sorted(by: { $0.key < $1.key }) where column.type == .date {
            guard let prefix = StageEntries.prefixes.first(where: { name.hasPrefix($0) }) else { continue }
            let key = HeaderName.normalised(String(name.dropFirst(prefix.count)))
            var places: [(pipeline: Int, position: Int, stage: String)] = []
            for (index, pipeline) in pipelines.enumerated() {
                let suffix = HeaderName.normalised(pipeline.name)
                for (position, stage) in pipeline.stages.enumerated() {
                    let stageKey = HeaderName.normalised(stage.name)
                    if key == stageKey || key == stageKey + suffix { places.append((index, position, stage.name)) }
                }
            }
            if !places.isEmpty { columns.append((places, column)) }
        }
    }

    /// Whether no column tells any.
    var isEmpty: Bool { columns.isEmpty }

    /// The entries of a row of the file into stages of its pipeline up to a day, in order of time; of one day, in order
    /// of the pipeline.
    func of(_ row: Int, _ place: StagePlace?, through day: Day) throws -> [Entry] {
        guard !columns.isEmpty else { return [] }
        let pipeline = place?.pipeline ?? 0
        var found: [(day: Int64, position: Int, stage: String)] = []
        for (places, days) in columns {
            guard let home = places.first(where: { $0.pipeline == pipeline }),
                let entered = try days.cell(row).integer, entered <= Int64(day.number)
            else { continue }
            found.append((entered, home.position, home.stage))
        }
        return found.sorted { ($0.day, $0.position) < ($1.day, $1.position) }.map {
            Entry(stage: $0.stage, day: $0.day)
        }
    }

    private static let prefixes = ["hs_v2_date_entered_", "hs_date_entered_", "date_entered_"]
}
