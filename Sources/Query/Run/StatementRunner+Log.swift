// `log`: what was done to the book, the latest first, and what was taken back.

import Engine
import Pipeline
import Values

extension StatementRunner {
    /// The changes as rows: number, time, what it did, the statement, and whether it counts.
    func logAnswer(_ book: Book) throws -> Answer {
        let entries =
            book.log.undone.map { ($0, "undone") } + book.log.done.reversed().map { ($0, "") }
        func column(_ name: String, _ type: ValueType, _ cell: (LoggedChange) -> Cell) throws -> Engine.Column {
            try Engine.Column(name: name, valueType: type, cells: entries.map { cell($0.0) })
        }
        let columns = [
            try column("change", .integer) { .integer(Int64(clamping: $0.sequence)) },
            try column("at", .instant) { .integer($0.time) }, try column("effect", .text) { .text($0.effect) },
            try column("statement", .text) { .text($0.statement) },
            try Engine.Column(
                name: "state", valueType: .text, cells: entries.map { $0.1.isEmpty ? .missing : .text($0.1) }),
        ]
        return Answer(
            shape: .rows, columns: columns.map { Answer.Column($0.name, $0.valueType) },
            rows: AnswerRows(try Table(columns)), rowNoun: "change")
    }
}
