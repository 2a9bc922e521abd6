// How long each deal has lived, and how it ended: the observations of conversion and velocity. A life runs from the day
// the deal was created to the day it was won or lost, or to today while it is open (censored).

import Engine
import Values

/// The lives of selected deals, in their order.
struct DealLives {
    /// The kind of each deal's stage; `nil` without a known stage.
    let kind: [StageKind?]
    /// Each deal's life with cause 0 won, 1 lost; `nil` where a day is missing or the end is before the beginning.
    private(set) var life: [Observation?]
    private var undated: Set<Int> = []
    private var backward: Set<Int> = []

    /// The lives as of the input's today; the deals must have been read with the field `closed`.
    init(_ input: ReportInput, _ deals: SelectedDeals, created: [Int64]) throws {
        let kinds = deals.kinds
        kind = kinds
        life = []
        let closed = try deals.integers("closed")
        life.reserveCapacity(deals.count)
        try (0..<deals.count).forEachUnlessStopped { index in
            let isClosed = kinds[index]?.isClosed == true
            let end = isClosed ? closed[index] : Int64(input.today.number)
            if created[index] == .min || end == .min {
                undated.insert(index)
                life.append(nil)
            } else if end < created[index] {
                backward.insert(index)
                life.append(nil)
            } else {
                life.append(
                    Observation(
                        lastAge: Int(end - created[index]), cause: isClosed ? (kinds[index] == .won ? 0 : 1) : nil))
            }
        }
    }

    /// Says which of the deals taken (by their index) have no life, and which no known stage; `within` is the condition by
    /// which they were taken, empty for all of them.
    func leaveOut(from result: inout ReportResult, _ taken: [Int], within: String = "") {
        let also = within.isEmpty ? "" : " and " + within
        result.leaveOut(
            taken.filter { kind[$0] == nil }.count, "deals are in no known stage", condition: "stage is missing" + also)
        result.leaveOut(
            taken.filter { undated.contains($0) }.count,
            "deals lack the day they were created or closed: counted, but no part of ages",
            condition: "(created is missing or closed is missing and not open)" + also)
        result.leaveOut(
            taken.filter { backward.contains($0) }.count,
            "deals were closed before they were created: counted, but no part of ages", condition: "age < 0d" + also)
    }
}
