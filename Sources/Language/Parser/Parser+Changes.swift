// Changes: the last step of a query that alters deals.

import Values

extension Parser {
    // change = ( set | move | "advance" | "win" | lose | "reopen" | slip | "delete" ) [ on_day ] ;
    mutating func parseChange() throws(ParseFailure) -> ChangeStep {
        let start = index
        let word = token.span
        let kind: ChangeKind
        switch token.keyword {
        case .set: kind = try parseSet()
        case .move: kind = try parseMove()
        case .lose: kind = try parseLose()
        case .slip: kind = try parseSlip()
        default:
            switch try expect(anyOf: [.advance, .win, .reopen, .delete], .change) {
            case .advance: kind = .advance
            case .win: kind = .win
            case .reopen: kind = .reopen
            default: kind = .delete
            }
        }
        let day = try parseOnDay()
        return ChangeStep(kind: kind, on: day, kindSpan: word, span: span(from: start))
    }

    // set = "set" new_value { "," new_value } ;
    mutating func parseSet() throws(ParseFailure) -> ChangeKind {
        try expect(.set, .change)
        return .set(try commaSeparated { parser throws(ParseFailure) in try parser.parseNewValue() })
    }

    // new_value = field "=" value ;
    mutating func parseNewValue() throws(ParseFailure) -> Assignment {
        let start = index
        let field = try parseField()
        try expect(.equal, "=")
        return Assignment(name: field, value: try parseValue(of: field), span: span(from: start))
    }

    // move = "move" "to" change_name ;
    mutating func parseMove() throws(ParseFailure) -> ChangeKind {
        try expect(.move, .change)
        try expect(.to, .filler)
        return .move(try parseChangeName(.stage))
    }

    // lose = "lose" [ "because" STRING ] ;
    mutating func parseLose() throws(ParseFailure) -> ChangeKind {
        try expect(.lose, .change)
        return .lose(reason: accept(.because, .filler) ? try parseText() : nil)
    }

    // slip = "slip" [ "-" ] duration ;
    mutating func parseSlip() throws(ParseFailure) -> ChangeKind {
        try expect(.slip, .change)
        let isNegative = accept(.minus, "-")
        return .slip(try parseDuration(), isNegative: isNegative)
    }

    // on_day = "on" day ;
    /// Gives `nil` when there is none.
    mutating func parseOnDay() throws(ParseFailure) -> DatePoint? {
        guard accept(.on, .filler) else { return nil }
        return try parseDay()
    }
}
