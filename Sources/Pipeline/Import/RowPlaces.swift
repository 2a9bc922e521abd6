// For each row of a file the place that its deal has in the pipelines: a number per row into the list of all places, because
// a place holds texts, and a million copies of them cost more than reading the file.

/// The places of a file's rows.
struct RowPlaces {
    /// Every place of every pipeline, in order, after `nil` for rows without a stage.
    let all: [StagePlace?]
    /// For each row which of `all` its place is.
    private(set) var numbers: [UInt32] = []
    /// For each pipeline the number of its first place.
    private let firstNumbers: [Int]

    /// No rows yet.
    init(_ pipelines: [SalesPipeline]) {
        var all: [StagePlace?] = [nil]
        var firstNumbers: [Int] = []
        for (index, pipeline) in pipelines.enumerated() {
            firstNumbers.append(all.count)
            for (position, stage) in pipeline.stages.enumerated() {
                all.append(StagePlace(pipeline: index, position: position, stage: stage))
            }
        }
        self.all = all
        self.firstNumbers = firstNumbers
    }

    /// The place of a row; `nil` without a stage.
    subscript(row: Int) -> StagePlace? { all[Int(numbers[row])] }

    /// The number of a stage of a pipeline.
    func number(pipeline: Int, position: Int) -> UInt32 { UInt32(firstNumbers[pipeline] + position) }

    /// Adds rows.
    mutating func append(contentsOf added: [UInt32]) { numbers.append(contentsOf: added) }

    /// Makes room.
    mutating func reserve(_ count: Int) { numbers.reserveCapacity(count) }

    /// How many rows have no stage.
    var missingCount: Int { numbers.reduce(0) { $0 + ($1 == 0 ? 1 : 0) } }
}
