// The stays of deals in stages, cut out of the history: what bottlenecks, velocity of stages and the forecast's rates are
// learned from.
//
//   versions   Qualification ─ Qualification ─ Demo ────── Qualification ─ Demo …(today)
//   stays      [Qualification         3 Mar → ][Demo 9 Mar →][Qualif. →    ][Demo, running
//
// A version that repeats the stage starts no stay. A stay that leaves and enters on one day has length 0.

import Values

/// A stretch of time that a deal spent in one stage.
struct Stay: Hashable {
    /// The deal's row.
    var deal: Int
    /// The stage, as an index into `stagePlaces`.
    var place: Int
    /// The day it was entered (`Day.number`); `nil` when the stage was first seen on a day after it was entered.
    var entered: Int32?
    /// The day it was left and the stage it was left for (−1: unknown); `nil` while it lasts.
    var exit: Exit?

    /// The end of a stay.
    struct Exit: Hashable {
        var day: Int32
        var place: Int
    }

    /// The observation of this stay's days within a window that starts on `from` and ends with `through`, with cause 0 for
    /// leaving in any direction; `nil` where none of its days is in the window or its entry is unknown.
    func observation(from: Int32, through last: Int32) -> Observation? {
        guard let entered, entered <= last else { return nil }
        let end = exit.map { min($0.day, last) } ?? last
        guard end >= from, end >= entered else { return nil }
        let isEvent = exit.map { $0.day <= last } ?? false
        return Observation(
            firstAge: Int(max(0, from - entered)), lastAge: Int(end - entered), cause: isEvent ? 0 : nil)
    }
}

extension VersionDays {
    /// The stays of a deal, first to last; versions without a known stage end a stay and begin none.
    func stays(of deal: Int) -> [Stay] {
        var stays: [Stay] = []
        let range = rows(of: deal)
        var present: Int16 = -1
        for row in range where place[row] != present {
            present = place[row]
            if let last = stays.indices.last, stays[last].exit == nil {
                stays[last].exit = Stay.Exit(day: day[row], place: Int(place[row]))
            }
            guard present >= 0 else { continue }
            let isKnown = row > range.lowerBound || !wasSeen(row)
            stays.append(Stay(deal: deal, place: Int(present), entered: isKnown ? day[row] : nil))
        }
        return stays
    }
}
