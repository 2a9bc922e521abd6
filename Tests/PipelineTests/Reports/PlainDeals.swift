// Deals as plain values, read cell by cell and derived by the written definitions: the slow evaluator that reports are
// compared with. It shares nothing with them but the stored cells.

import Engine
import Pipeline
import Values

struct PlainDeal {
    var row: Int
    var id: String
    var owner: String?
    var stage: String
    var kind: StageKind
    var value: Int64?
    var created: Int?
    var closed: Int?
    var close: Int?
    var entered: Int?
    var touched: Int?
    var pushes: Int
    var nextStep: String?
    var chance: Int64
    var target: Int?

    var isOpen: Bool { kind == .open || kind == .hold }
    /// value × probability, halves away from zero.
    var weighted: Int64? { value.map { ($0 * chance + 500_000) / 1_000_000 } }
}

struct PlainDeals {
    var deals: [PlainDeal] = []
    let today: Int

    /// The deals of a book of one pipeline, without deleted ones.
    init(_ book: Book, today: Day) throws {
        self.today = Int(today.number)
        let targets = try book.stageTargets()[0]
        for row in 0..<book.deals.rowCount where !book.deals.deletedRows.contains(row) {
            func number(_ column: DealColumn) throws -> Int? { try book.deal(row, column).integer.map { Int($0) } }
            guard let stage = try book.deal(row, .stage).text,
                let position = book.pipelines[0].stages.firstIndex(where: { $0.name == stage })
            else { continue }
            let kind = book.pipelines[0].stages[position].kind
            let isClosed = kind == .won || kind == .lost
            let close = try number(.close)
            let own = try book.deal(row, .ownProbability).integer
            let chance =
                kind == .won
                ? 1_000_000
                : kind == .lost ? 0 : own ?? book.pipelines[0].stages[position].probability?.millionths ?? 0
            let entered = try number(.entered)
            deals.append(
                PlainDeal(
                    row: row, id: try book.deal(row, .id).text ?? "", owner: try book.deal(row, .owner).text,
                    stage: stage,
                    kind: kind, value: try book.deal(row, .value).integer, created: try number(.created),
                    closed: isClosed ? try number(.closedOn) ?? close ?? entered : nil, close: close, entered: entered,
                    touched: try number(.touched), pushes: try number(.pushes) ?? 0,
                    nextStep: try book.deal(row, .nextStep).text, chance: chance, target: targets[position]?.days))
        }
    }

    var open: [PlainDeal] { deals.filter(\.isOpen) }

    func inStage(_ deal: PlainDeal) -> Int? { deal.entered.map { today - $0 } }

    func isStalled(_ deal: PlainDeal) -> Bool {
        guard deal.kind == .open, let days = inStage(deal), let target = deal.target else { return false }
        return days > target
    }

    func isOverdue(_ deal: PlainDeal) -> Bool { deal.isOpen && deal.close.map { $0 < today } ?? false }
}

/// A report's rows under the names of its columns.
struct ReportRows {
    var rows: [[String: Cell]]

    init(_ result: ReportResult) {
        rows = result.rows.map { row in
            Dictionary(zip(result.columns.map(\.name), row), uniquingKeysWith: { first, _ in first })
        }
    }
}
