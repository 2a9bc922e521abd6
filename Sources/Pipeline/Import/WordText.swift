// Small words and measures as exports write them: yes and no, statuses, durations.

import Values

/// Yes or no.
enum YesNoText {
    /// `yes true y t` are true, `no false n f` false, in any case; with `digits` also `1` and `0`.
    static func read(_ text: Span<UInt8>, digits: Bool) -> Bool? {
        guard text.count <= 5, text.count > 0 else { return nil }
        var word: UInt64 = 0
        for place in 0..<text.count { word = word << 8 | UInt64(text[place] | 0x20) }
        switch word {
        case 0x796573, 0x74727565, 0x79, 0x74: return true
        case 0x6E6F, 0x66616C7365, 0x6E, 0x66: return false
        case 0x31 where digits: return true
        case 0x30 where digits: return false
        default: return nil
        }
    }
}

/// A deal's status where a CRM keeps it apart from the stage.
enum StatusText {
    /// The kind that a status names: `Open`, `In Progress`, `Won`, `Closed Won`, `Lost`, `Canceled` …; `nil` for others.
    static func read(_ text: Span<UInt8>) -> StageKind? {
        guard text.count <= 12 else { return nil }
        var letters: [UInt8] = []
        for place in 0..<text.count {
            let byte = text[place] | 0x20
            if byte >= 97, byte <= 122 { letters.append(byte) }
        }
        switch String(decoding: letters, as: UTF8.self) {
        case "open", "active", "inprogress": return .open
        case "onhold", "hold": return .hold
        case "won", "closedwon": return .won
        case "lost", "closedlost", "canceled", "cancelled": return .lost
        default: return nil
        }
    }

    /// Whether the text names a forecast category, or is "Closed", which a CRM writes for decided deals.
    static func isCategory(_ text: Span<UInt8>) -> Bool {
        guard text.count <= 20 else { return false }
        var bytes: [UInt8] = []
        for place in 0..<text.count { bytes.append(text[place]) }
        let word = String(decoding: bytes, as: UTF8.self)
        return ForecastCategory(named: word) != nil || word.lowercased() == "closed"
    }
}

/// A number of days.
enum DurationText {
    /// `14d`, `14 days`, `2w`, `1 week` in days; months have no fixed number of days and are none.
    static func read(_ text: Span<UInt8>) -> Int64? {
        var place = 0
        var value: Int64 = 0
        while place < text.count, text[place] &- 48 < 10, place < 7 {
            value = value * 10 + Int64(text[place] - 48)
            place += 1
        }
        guard place > 0 else { return nil }
        if place < text.count, text[place] == 32 { place += 1 }
        guard place < text.count, text.count - place <= 5 else { return nil }
        var word: UInt64 = 0
        while place < text.count {
            word = word << 8 | UInt64(text[place] | 0x20)
            place += 1
        }
        switch word {
        case 0x64, 0x646179, 0x64617973: return value
        case 0x77, 0x7765656B, 0x7765656B73: return value * 7
        default: return nil
        }
    }
}
