// What follows from every edit alike (see DealChanger): days, pushes, own chances, the fields of closed deals. What the
// edit itself sets is left alone.

import Engine
import Values

extension DealChanger {
    mutating func follow() throws {
        let now = Cell.integer(Int64(day.number))
        var cleared = 0
        for index in rows.indices {
            let isMoved = new(.stage, index) != old(.stage, index) || new(.pipeline, index) != old(.pipeline, index)
            let place = newPlace(index)
            if isMoved {
                put(.entered, index, now)
                if !stated.contains(DealColumn.ownProbability.rawValue), !new(.ownProbability, index).isMissing {
                    put(.ownProbability, index, .missing)
                    cleared += 1
                }
                closing(index, from: oldPlace(index)?.stage.kind, to: place?.stage.kind, now)
            }
            if let stage = place?.stage {
                if new(.ownProbability, index).integer == stage.chance?.millionths {
                    put(.ownProbability, index, .missing)
                }
                if let category = stage.category, new(.ownCategory, index).text == category.rawValue {
                    put(.ownCategory, index, .missing)
                }
            }
            let isOpen = oldPlace(index)?.stage.kind.isClosed != true && place?.stage.kind.isClosed != true
            if isOpen, DealMerge.isPush(from: old(.close, index), to: new(.close, index)),
                !stated.contains(DealColumn.pushes.rawValue)
            {
                put(.pushes, index, .integer((old(.pushes, index).integer ?? 0) + 1))
            }
            if !stated.contains(DealColumn.touched.rawValue), isChanged(index),
                (old(.touched, index).integer ?? .min) < Int64(day.number)
            {
                put(.touched, index, now)
            }
        }
        if cleared > 0 {
            notes.append(
                "\(cleared) own \(cleared == 1 ? "probability was" : "probabilities were") cleared by the change of stage"
            )
        }
    }

    private mutating func closing(_ index: Int, from old: StageKind?, to new: StageKind?, _ now: Cell) {
        func isFree(_ column: DealColumn) -> Bool { !stated.contains(column.rawValue) }
        guard let new, old != new else { return }
        if new.isClosed {
            if isFree(.closedOn) { put(.closedOn, index, now) }
            if isFree(.close) { put(.close, index, now) }
            put(.ownProbability, index, .missing)
            put(.ownCategory, index, .missing)
            if new == .won, isFree(.reason) { put(.reason, index, .missing) }
        } else if old?.isClosed == true {
            if isFree(.closedOn) { put(.closedOn, index, .missing) }
            if isFree(.reason) { put(.reason, index, .missing) }
        }
    }

    func isChanged(_ index: Int) -> Bool { after.contains { before[$0.key]?[index] != $0.value[index] } }
}
