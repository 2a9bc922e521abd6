// The paths that skip work, against loops that do all of it, at sizes around the borders of blocks and chunks: texts
// found by the bounds of chunks, groups that are ordered later, first rows, lookups grouped by code, and the quick half
// of a chunk's verification. Failures print the seed.

import Engine
import Testing
import Values

@Suite struct FastPathTests {
    static let sizes = [0, 1, 63, 64, 65, 4_097, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 200_000]

    /// Ids that ascend, some in capitals, some missing, and texts whose folding is more than ASCII's.
    private static func texts(_ count: Int, _ random: inout SeededRandom) -> [String?] {
        let odd = ["K-1", "\u{212A}-1", "k-1", "İd", "i\u{307}d", "", "Straße", "STRASSE", "d-", "D-00000012"]
        return (0..<count).map { number in
            if random.chance(2) { return nil }
            if random.below(500) == 0 { return random.pick(odd) }
            let digits = String(number)
            return (random.chance(10) ? "d-" : "D-") + String(repeating: "0", count: 8 - digits.utf8.count) + digits
        }
    }

    @Test(arguments: sizes) func textsFoundByBounds(size: Int) throws {
        let seed = UInt64(size) &+ 7
        var random = SeededRandom(seed)
        let texts = Self.texts(size, &random)
        let folded = texts.map { $0?.lowercased() }
        var counts: [String: Int] = [:]
        for text in folded { if let text { counts[text, default: 0] += 1 } }
        let column = try Column(name: "id", valueType: .text, cells: texts.map { $0.map { .text($0) } ?? .missing })
        let table = try Table([column])
        var wanted = ["K-1", "\u{212A}-1", "İd", "", "straße", "d-00000012", "nowhere", "D-00065535", "D-00065536"]
        for _ in 0..<10 { wanted.append(texts.isEmpty ? "x" : texts[random.below(size)] ?? "y") }
        for text in wanted {
            let condition = Expression.compare(.equal, .column(0), .constant(.text(text), .text))
            let expected = counts[text.lowercased()] ?? 0
            for threads in [1, 2] {
                let execution = Execution(threadCount: threads)
                #expect(
                    try execution.count(Relation(table).filtered(by: condition)) == expected, "\(text), seed \(seed)")
            }
            // Any rows in any order, and the negation.
            let some = (0..<size).filter { _ in random.chance(3) }.shuffled(using: &random)
            let ordered = Relation(table, rows: .ordered(some.map { Int32($0) }))
            let among = some.filter { folded[$0] == text.lowercased() }.count
            #expect(try Execution().count(ordered.filtered(by: condition)) == among, "\(text), seed \(seed)")
            #expect(try Execution().count(Relation(table).filtered(by: .not(condition))) == size - expected)
        }
    }

    @Test func boundsFollowChanges() throws {
        var table = try Table([
            Column(name: "id", valueType: .text, cells: (0..<500).map { .text("m\($0 + 1_000)") })
        ])
        func count(_ text: String) throws -> Int {
            try Execution().count(
                Relation(table).filtered(by: .compare(.equal, .column(0), .constant(.text(text), .text))))
        }
        #expect(try count("M1499") == 1)
        try table.set(rows: [7], column: 0, to: [.text("zz")])
        try table.set(rows: [8], column: 0, to: [.text("Aa")])
        #expect(try [count("zz"), count("aa"), count("m1007"), count("m1008"), count("m1009")] == [1, 1, 0, 0, 1])
        try table.append(row: [.text("0")])
        try table.append(row: [.missing])
        #expect(try [count("0"), count("zz"), count("m1000")] == [1, 1, 1])
    }

    @Test(arguments: sizes) func groupsAndFirstRows(size: Int) throws {
        let seed = UInt64(size) &+ 11
        var random = SeededRandom(seed)
        let names = ["a", "b", "C", "d"]
        let categories = (0..<size).map { _ in random.chance(5) ? nil : random.pick(names) }
        let numbers = (0..<size).map { _ in Int64(random.below(1_000) * random.below(1_000) * 7_919) }
        let table = try Table([
            Column(name: "c", valueType: .category, cells: categories.map { $0.map { .text($0) } ?? .missing }),
            Column(name: "n", valueType: .money, cells: numbers.map { .integer($0) }),
        ])
        let cells: [Cell] = [.missing, .text("x"), .missing, .text("y"), .text("x")]
        let lookup = Expression.lookup(.column(0), CodeTable(.text, cells: cells))
        let dictionary = table.columns[0].dictionary
        for keys in [[Key("n", .column(1))], [Key("l", lookup)], [Key("l", lookup), Key("c", .column(0))]] {
            var sums: [[Cell]: Int64] = [:]
            var firsts: [[Cell]: Int] = [:]
            for row in 0..<size {
                let name = categories[row]
                let code = try name.flatMap { try dictionary.code(of: $0) }.map(Int.init) ?? 0
                let found = code < cells.count ? cells[code] : .missing
                let own: [Cell] = keys.map { key in
                    switch key.name {
                    case "n": .integer(numbers[row])
                    case "l": found
                    default: name.map { .text($0) } ?? .missing
                    }
                }
                sums[own, default: 0] += numbers[row]
                if firsts[own] == nil { firsts[own] = row }
            }
            for threads in [1, 2] {
                let execution = Execution(threadCount: threads)
                let measures = [Measure("s", .sum(.column(1)))]
                let ordered = try execution.aggregate(Relation(table), by: keys, measures)
                let loose = try execution.aggregate(Relation(table), by: keys, measures, ordered: false)
                for groups in [ordered, loose] {
                    var found: [[Cell]: Int64] = [:]
                    for row in 0..<groups.rowCount {
                        let cells = try groups.row(row)
                        found[Array(cells.dropLast())] = cells.last?.integer
                    }
                    #expect(found == sums && groups.rowCount == sums.count, "seed \(seed)")
                }
                let first = try execution.distinct(Relation(table), by: keys.map(\.expression))
                #expect(try execution.rows(first).map { Int($0) } == firsts.values.sorted(), "seed \(seed)")
            }
        }
    }

    /// Values of which some are missing, all of them above 0: sums and counts made together, and ranges about the base.
    @Test(arguments: sizes) func sumsAndRangesWithMissingValues(size: Int) throws {
        let seed = UInt64(size) &+ 13
        var random = SeededRandom(seed)
        let names = ["a", "b", "c"]
        for missingPercent in [0, 3, 60] {
            let keys = (0..<size).map { _ in random.pick(names) }
            let values = (0..<size).map { _ in
                random.chance(missingPercent) ? nil : Int64(500 + random.below(random.pick([100, 40_000, 3_000_000])))
            }
            let table = try Table([
                Column(name: "k", valueType: .category, cells: keys.map { .text($0) }),
                Column(name: "v", valueType: .money, cells: values.map { $0.map { .integer($0) } ?? .missing }),
            ])
            let measures = [
                Measure("n", .count), Measure("s", .sum(.column(1))), Measure("m", .average(.column(1))),
                Measure("p", .countPresent(.column(1))),
            ]
            let groups = try Execution(threadCount: 2).aggregate(
                Relation(table), by: [Key("k", .column(0))], measures)
            #expect(groups.rowCount == Set(keys).count)
            for row in 0..<groups.rowCount {
                let cells = try groups.row(row)
                let own = keys.indices.filter { .text(keys[$0]) == cells[0] }
                let present = own.compactMap { values[$0] }
                let sum = present.reduce(0, +)
                #expect(cells[1] == .integer(Int64(own.count)), "seed \(seed)")
                #expect(cells[2] == .integer(sum), "seed \(seed)")
                let mean = (2 * sum + Int64(present.count)) / Int64(max(1, 2 * present.count))
                #expect(cells[3] == (present.isEmpty ? .missing : .integer(mean)), "seed \(seed)")
                #expect(cells[4] == .integer(Int64(present.count)), "seed \(seed)")
            }
            for lower in [0, 499, 500, 501, 20_000] as [Int64] {
                let condition = Expression.compare(
                    .greaterOrEqual, .column(1), .constant(.integer(lower), .money))
                let expected = values.compactMap { $0 }.filter { $0 >= lower }.count
                #expect(try Execution().count(Relation(table).filtered(by: condition)) == expected, "seed \(seed)")
            }
        }
    }

    /// Parts of days, where chunks hold a few days, some months or many years, and days that are missing.
    @Test(arguments: sizes) func daysGroupedByParts(size: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("days by parts seed", seed)
        var random = SeededRandom(seed)
        for perDay in [1, 40, 700, 20_000] {
            let spread = random.pick([1, 10, 400])
            let days = (0..<size).map { row -> Int64? in
                random.chance(3) ? nil : Int64(20_000 + row / perDay + random.below(spread))
            }
            let table = try Table([
                try Column(name: "d", valueType: .date, cells: days.map { $0.map { .integer($0) } ?? .missing })
            ])
            for part in [DatePart.quarter, .month, .weekday, .year] {
                let expected = days.reduce(into: [Cell: Int64]()) { counts, day in
                    let own = day.map { number -> Cell in
                        let day = Day(clamping: Int(number))
                        return switch part {
                        case .quarter: .integer(Int64((day.month + 2) / 3))
                        case .month: .integer(Int64(day.month))
                        case .weekday: .integer(Int64(day.weekday.rawValue))
                        default: .integer(Int64(day.year))
                        }
                    }
                    counts[own ?? .missing, default: 0] += 1
                }
                let groups = try Execution().aggregate(
                    Relation(table), by: [Key("p", .datePart(part, .column(0)))], [Measure("n", .count)])
                var found: [Cell: Int64] = [:]
                for row in 0..<groups.rowCount {
                    found[try groups.cell(row, 0)] = try groups.cell(row, 1).integer
                }
                #expect(found == expected, "seed \(seed), \(perDay) a day, spread \(spread), \(part)")
            }
        }
    }

    /// Bytes and descriptions that were changed at random: found unsound exactly where a look at each row says so.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func verification(seed: UInt64) throws {
        var random = SeededRandom(seed)
        var soundCount = 0
        for round in 0..<400 {
            let size = random.pick([1, 63, 64, 65, 254, 255, 256, 511, 1_000])
            let type = random.pick([ValueType.money, .real, .category, .text])
            let cells: [Cell] = (0..<size).map { _ in
                if random.chance(round % 3 == 0 ? 0 : 20) { return .missing }
                switch type {
                case .money: return .integer(Int64(random.below(1 << random.below(40))) - 50)
                case .real: return .real(Double(random.below(1_000)) - 3.5)
                default: return .text(random.pick(["a", "Bb", "ccc", "Ünal", "", "k\(random.below(400))"]))
                }
            }
            let column = try Column(name: "x", valueType: type, cells: cells)
            let chunk = column.chunks[0]
            var layout = chunk.layout
            var values = try chunk.withValues { Array($0) }
            var validity = try chunk.withValidity { Array($0) }
            let text = try chunk.withText { Array($0) }
            switch random.below(6) {
            case 0: values[random.below(values.count)] ^= 1 << UInt8(random.below(8))
            case 1: if validity != nil { validity?[random.below((size + 7) / 8)] ^= 1 << UInt8(random.below(8)) }
            case 2: layout.missingCount = max(0, min(size, layout.missingCount + random.below(3) - 1))
            case 3: layout.minimum &+= Int64(random.below(5)) - 2
            case 4: layout.maximum &+= Int64(random.below(5)) - 2
            default: break
            }
            guard layout.fault == nil, validity == nil || layout.hasValidity,
                validity?.count ?? 0 == layout.validityByteCount
            else { continue }
            let codeMax = UInt32(max(0, column.dictionary.count - random.below(2)))
            let fault = values.withUnsafeBytes { values in
                (validity ?? []).withUnsafeBytes { bits in
                    (text ?? []).withUnsafeBytes { bytes in
                        layout.contentFault(
                            values: values, validity: validity == nil ? nil : bits, text: text == nil ? nil : bytes,
                            codeMax: codeMax)
                    }
                }
            }
            let expected = Self.isSound(layout, values, validity, text, codeMax)
            #expect((fault == nil) == expected, "seed \(seed), round \(round): \(fault ?? "sound"), \(layout)")
            if expected { soundCount += 1 }
        }
        #expect(soundCount > 40)
    }

    private static func isSound(
        _ layout: ChunkLayout, _ values: [UInt8], _ validity: [UInt8]?, _ text: [UInt8]?, _ codeMax: UInt32
    ) -> Bool {
        func stored(_ row: Int) -> UInt64 {
            (0..<layout.width).reduce(0) { $0 | UInt64(values[row * layout.width + $1]) << UInt64(8 * $1) }
        }
        var missing = 0
        if layout.representation == .text {
            let offsets = (0...layout.rowCount).map { Int(stored($0)) }
            guard offsets[0] == 0, offsets == offsets.sorted(), offsets[layout.rowCount] == layout.textByteCount else {
                return false
            }
        }
        for row in 0..<layout.rowCount {
            if let validity, validity[row / 8] >> UInt8(row % 8) & 1 == 0 {
                missing += 1
                if layout.representation == .integer, stored(row) != 0 { return false }
                continue
            }
            switch layout.representation {
            case .integer:
                let value = layout.base &+ Int64(bitPattern: stored(row))
                if value < layout.minimum || value > layout.maximum { return false }
            case .real:
                let value = Double(bitPattern: stored(row))
                let low = Double(bitPattern: UInt64(bitPattern: layout.minimum))
                let high = Double(bitPattern: UInt64(bitPattern: layout.maximum))
                if !(value >= low && value <= high) { return false }
            case .code:
                let code = Int64(stored(row))
                if code == 0 {
                    missing += 1
                } else if code > Int64(codeMax) || code < layout.minimum || code > layout.maximum {
                    return false
                }
            case .text:
                guard let text else { return false }
                let own = Array(
                    String(decoding: text[Int(stored(row))..<Int(stored(row + 1))], as: UTF8.self).lowercased().utf8)
                var key: UInt64 = 0
                for place in 0..<8 { key = key << 8 | (place < own.count ? UInt64(own[place]) : 0) }
                let bound = Int64(bitPattern: key ^ 1 << 63)
                if layout.minimum != 0 || layout.maximum != 0, bound < layout.minimum || bound > layout.maximum {
                    return false
                }
            }
        }
        return missing == layout.missingCount
    }
}
