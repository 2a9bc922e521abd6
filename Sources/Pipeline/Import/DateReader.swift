// Reads the bytes of a date from left to right; what shapes there are stands in DateText.

import Values

/// Reads a date from left to right.
struct DateReader {
    private var place = 0
    private let end: Int
    private var date = DateText()

    init(_ count: Int) { end = count }

    mutating func read(_ text: Span<UInt8>, serials: Bool) -> DateText? {
        skipBlanks(text)
        guard place < end else { return nil }
        if isDigit(text[place]) {
            guard readNumericStart(text, serials) else { return nil }
        } else {
            guard readMonthStart(text) else { return nil }
        }
        if date.shape == .known || date.shape == .undecided {
            guard readTime(text) else { return nil }
        }
        skipBlanks(text)
        guard place == end else { return nil }
        return isPossible ? date : nil
    }

    private var isPossible: Bool {
        switch date.shape {
        case .known: Day(year: date.year, month: date.first, day: date.second) != nil
        case .undecided:
            Day(year: date.year, month: date.first, day: date.second) != nil
                || Day(year: date.year, month: date.second, day: date.first) != nil
        case .milliseconds, .serial: true
        }
    }

    private mutating func readNumericStart(_ text: Span<UInt8>, _ serials: Bool) -> Bool {
        guard let (first, width) = number(text) else { return false }
        let next: UInt8 = place < end ? text[place] : 32
        if width == 8, next == 32 || next | 0x20 == UInt8(ascii: "t") {
            (date.year, date.first, date.second) = (first / 10_000, first / 100 % 100, first % 100)
            return (1900...2199).contains(date.year)
        }
        if width == 12 || width == 13, next == 32 {
            date.shape = .milliseconds
            date.count = Int64(first)
            return true
        }
        if serials, width == 5, next == 32 || next == UInt8(ascii: ".") { return readSerial(text, first) }
        guard width == 4 || width <= 2, place < end else { return false }
        return width == 4 ? readYearFirst(text, first) : readSmallFirst(text, first)
    }

    private mutating func readSerial(_ text: Span<UInt8>, _ day: Int) -> Bool {
        date.shape = .serial
        date.count = Int64(day)
        guard (10_000...99_999).contains(day) else { return false }
        if place < end, text[place] == UInt8(ascii: ".") {
            place += 1
            var share = 0.0
            var weight = 0.1
            while place < end, isDigit(text[place]) {
                share += Double(text[place] - 48) * weight
                weight /= 10
                place += 1
            }
            date.secondOfDay = min(86_399, Int((share * 86_400).rounded()))
        }
        return true
    }

    /// year sign month sign day
    private mutating func readYearFirst(_ text: Span<UInt8>, _ year: Int) -> Bool {
        guard let sign = takeSign(text), let (month, monthWidth) = number(text), monthWidth <= 2,
            place < end, text[place] == sign
        else { return false }
        place += 1
        guard let (day, dayWidth) = number(text), dayWidth <= 2 else { return false }
        (date.year, date.first, date.second) = (year, month, day)
        return true
    }

    /// number sign number sign year  |  day [sign] month-name [sign] year
    private mutating func readSmallFirst(_ text: Span<UInt8>, _ first: Int) -> Bool {
        let separator = place < end ? text[place] : 0
        skipOrdinal(text)
        while place < end,
            text[place] == 32 || text[place] == UInt8(ascii: "-") || text[place] == UInt8(ascii: ".")
                || text[place] == UInt8(ascii: "/")
        {
            place += 1
        }
        guard place < end else { return false }
        if let month = monthName(text) {
            while place < end, !isDigit(text[place]) {
                guard isSign(text[place]) || text[place] == 32 || text[place] == UInt8(ascii: ",") else { return false }
                place += 1
            }
            guard let year = year(text) else { return false }
            (date.year, date.first, date.second) = (year, month, first)
            return true
        }
        guard isSign(separator), let (second, width) = number(text), width <= 2, place < end, text[place] == separator
        else { return false }
        place += 1
        guard let year = year(text) else { return false }
        if separator == UInt8(ascii: ".") {
            (date.year, date.first, date.second) = (year, second, first)
        } else {
            (date.year, date.first, date.second, date.shape) = (year, first, second, .undecided)
        }
        return true
    }

    /// [ weekday "," ] month-name day "," year
    private mutating func readMonthStart(_ text: Span<UInt8>) -> Bool {
        if let month = monthName(text) { return readAfterMonth(text, month) }
        guard weekdayName(text) else { return false }
        while place < end, text[place] == 32 || text[place] == UInt8(ascii: ",") { place += 1 }
        guard place < end else { return false }
        if let month = monthName(text) { return readAfterMonth(text, month) }
        guard let (day, width) = number(text), width <= 2 else { return false }
        return readSmallFirst(text, day)
    }

    private mutating func readAfterMonth(_ text: Span<UInt8>, _ month: Int) -> Bool {
        while place < end, text[place] == 32 || isSign(text[place]) { place += 1 }
        guard let (day, width) = number(text), width <= 2 else { return false }
        skipOrdinal(text)
        while place < end, text[place] == 32 || text[place] == UInt8(ascii: ",") || isSign(text[place]) { place += 1 }
        guard let year = year(text) else { return false }
        (date.year, date.first, date.second) = (year, month, day)
        return true
    }

    /// [ ( "T" | blanks | "," ) hour ":" minute [ ":" second [ "." fraction ] ] [ am | pm ] [ zone ] ]
    private mutating func readTime(_ text: Span<UInt8>) -> Bool {
        var probe = place
        if probe < end, text[probe] == UInt8(ascii: ",") { probe += 1 }
        if probe < end, text[probe] | 0x20 == UInt8(ascii: "t") { probe += 1 }
        while probe < end, text[probe] == 32 { probe += 1 }
        if probe == end { return true }
        place = probe
        guard let (hour, width) = number(text), width <= 2, hour < 24, place < end, text[place] == UInt8(ascii: ":")
        else { return false }
        place += 1
        guard let (minute, minuteWidth) = number(text), minuteWidth == 2, minute < 60 else { return false }
        var second = 0
        if place < end, text[place] == UInt8(ascii: ":") {
            place += 1
            guard let (value, secondWidth) = number(text), secondWidth == 2, value <= 60 else { return false }
            second = min(value, 59)
            if place < end, text[place] == UInt8(ascii: ".") || text[place] == UInt8(ascii: ",") {
                place += 1
                while place < end, isDigit(text[place]) { place += 1 }
            }
        }
        guard let clock = readHalf(text, hour) else { return false }
        date.secondOfDay = clock * 3600 + minute * 60 + second
        return readZone(text)
    }

    private mutating func readHalf(_ text: Span<UInt8>, _ hour: Int) -> Int? {
        var probe = place
        while probe < end, text[probe] == 32 { probe += 1 }
        guard probe + 1 < end, text[probe + 1] | 0x20 == UInt8(ascii: "m") else { return hour }
        let letter = text[probe] | 0x20
        guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return hour }
        guard (1...12).contains(hour) else { return nil }
        place = probe + 2
        return hour % 12 + (letter == UInt8(ascii: "p") ? 12 : 0)
    }

    private mutating func readZone(_ text: Span<UInt8>) -> Bool {
        skipBlanks(text)
        guard place < end else { return true }
        if text[place] | 0x20 == UInt8(ascii: "z") {
            place += 1
            date.offsetMinutes = 0
            return true
        }
        if end - place >= 3, matches(text, "utc") || matches(text, "gmt") {
            place += 3
            date.offsetMinutes = 0
            if place == end { return true }
        }
        guard text[place] == UInt8(ascii: "+") || text[place] == UInt8(ascii: "-") else { return false }
        let negative = text[place] == UInt8(ascii: "-")
        place += 1
        guard let (hours, width) = number(text) else { return false }
        var minutes = width == 4 ? hours / 100 * 60 + hours % 100 : hours * 60
        if width <= 2, place < end, text[place] == UInt8(ascii: ":") {
            place += 1
            guard let (rest, restWidth) = number(text), restWidth == 2 else { return false }
            minutes += rest
        }
        guard width <= 2 || width == 4, minutes <= 18 * 60 else { return false }
        date.offsetMinutes = negative ? -minutes : minutes
        return true
    }

    // MARK: Pieces

    private mutating func skipBlanks(_ text: Span<UInt8>) {
        while place < end, text[place] == 32 || text[place] == 9 { place += 1 }
    }

    private mutating func skipOrdinal(_ text: Span<UInt8>) {
        if matches(text, "st") || matches(text, "nd") || matches(text, "rd") || matches(text, "th") { place += 2 }
    }

    /// Up to 13 digits.
    private mutating func number(_ text: Span<UInt8>) -> (value: Int, width: Int)? {
        var value = 0
        let start = place
        while place < end, isDigit(text[place]) {
            if place - start == 13 { return nil }
            value = value * 10 + Int(text[place] - 48)
            place += 1
        }
        return place > start ? (value, place - start) : nil
    }

    /// Four digits, or two: 00…68 are 20xx, 69…99 are 19xx.
    private mutating func year(_ text: Span<UInt8>) -> Int? {
        if place < end, text[place] == UInt8(ascii: "'") { place += 1 }
        guard let (value, width) = number(text) else { return nil }
        if width == 4 { return value }
        return width == 2 ? value + (value < 69 ? 2000 : 1900) : nil
    }

    private mutating func takeSign(_ text: Span<UInt8>) -> UInt8? {
        guard place < end, isSign(text[place]) else { return nil }
        place += 1
        return text[place - 1]
    }

    private mutating func monthName(_ text: Span<UInt8>) -> Int? {
        for (index, name) in DateReader.months.enumerated() where matches(text, name.prefix(3)) {
            return takeWord(text, name) ? index + 1 : nil
        }
        return nil
    }

    private mutating func weekdayName(_ text: Span<UInt8>) -> Bool {
        for name in DateReader.weekdays where matches(text, name.prefix(3)) { return takeWord(text, name) }
        return false
    }

    /// Takes a name in full or cut to three or four letters, with a point if there is one.
    private mutating func takeWord(_ text: Span<UInt8>, _ name: StaticName) -> Bool {
        var length = 0
        while place + length < end, text[place + length] | 0x20 >= 97, text[place + length] | 0x20 <= 122 {
            length += 1
        }
        guard length == 3 || length == 4 || length == name.count, matches(text, name.prefix(length)) else {
            return false
        }
        place += length
        if place < end, text[place] == UInt8(ascii: ".") { place += 1 }
        return true
    }

    private func matches(_ text: Span<UInt8>, _ letters: ArraySlice<UInt8>) -> Bool {
        guard place + letters.count <= end else { return false }
        var index = place
        for letter in letters {
            if text[index] | 0x20 != letter { return false }
            index += 1
        }
        return true
    }

    private func matches(_ text: Span<UInt8>, _ letters: StaticString) -> Bool {
        guard place + letters.utf8CodeUnitCount <= end else { return false }
        var index = place
        for letter in String(describing: letters).utf8 {
            if text[index] | 0x20 != letter { return false }
            index += 1
        }
        return true
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    private func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
    }

    private typealias StaticName = [UInt8]
    private static let months: [StaticName] = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ].map { Array($0.utf8) }
    private static let weekdays: [StaticName] = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ].map { Array($0.utf8) }
}
