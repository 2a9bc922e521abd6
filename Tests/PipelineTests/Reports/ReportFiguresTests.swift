// Every figure of the reports that count deals, against the slow evaluator over plain values, on generated books.

import Engine
import Pipeline
import Testing
import Values

@Suite struct ReportFiguresTests {
    private static func input(_ seed: UInt64, deals: Int = 300) throws -> (ReportInput, PlainDeals) {
        let today = try #require(Day(iso: "2026-11-23"))
        let book = try Book.generated(GenerationPlan(dealCount: deals, seed: seed, today: today))
        return (ReportInput(book: book, calendar: Calendar(today: today)), try PlainDeals(book, today: today))
    }

    private func sum(_ deals: [PlainDeal], _ amount: (PlainDeal) -> Int64?) -> Int64 {
        deals.reduce(0) { $0 + (amount($1) ?? 0) }
    }

    @Test(arguments: [3 as UInt64, 14]) func boardHoldsEveryOpenDeal(seed: UInt64) throws {
        let (input, plain) = try Self.input(seed)
        let rows = ReportRows(try BoardReport.run(input)).rows
        let stages = input.book.pipelines[0].stages.map(\.name)
        let expected = plain.open.sorted { one, other in
            let places = [one, other].map { deal in stages.firstIndex(of: deal.stage) ?? 0 }
            if places[0] != places[1] { return places[0] < places[1] }
            if one.value != other.value { return (one.value ?? -1) > (other.value ?? -1) }
            return one.row < other.row
        }
        #expect(rows.map { $0["id"] } == expected.map { .text($0.id) })
        for (row, deal) in zip(rows, expected) {
            #expect(row["value"] == deal.value.map(Cell.integer) ?? .missing)
            #expect(row["weighted"] == deal.weighted.map(Cell.integer) ?? .missing)
            let marks = [plain.isStalled(deal) ? "stalled" : nil, plain.isOverdue(deal) ? "overdue" : nil]
            #expect(row["mark"] == .text(marks.compactMap { $0 }.joined(separator: ", ")))
        }
    }

    @Test(arguments: [3 as UInt64, 14]) func agingCountsDaysInStage(seed: UInt64) throws {
        let (input, plain) = try Self.input(seed)
        let rows = ReportRows(try AgingReport.run(input)).rows
        let bands: [(String, ClosedRange<Int>)] = [
            ("0–7", 0...7), ("8–14", 8...14), ("15–30", 15...30), ("31–60", 31...60), ("61–90", 61...90),
            ("90+", 91...100_000),
        ]
        var count = 0
        for row in rows {
            let here = plain.open.filter { .text($0.stage) == row["stage"] && plain.inStage($0) != nil }
            #expect(row["deals"] == .integer(Int64(here.count)))
            #expect(row["value"] == .integer(sum(here) { $0.value }))
            for (name, days) in bands {
                let those = here.filter { days.contains(plain.inStage($0) ?? -1) }
                #expect(row[name] == .integer(Int64(those.count)), "\(name)")
            }
            count += here.count
        }
        #expect(count == plain.open.filter { plain.inStage($0) != nil }.count)
        #expect(rows.count == Set(plain.open.map(\.stage)).count)
    }

    @Test(arguments: [3 as UInt64, 14]) func hygieneCountsFaults(seed: UInt64) throws {
        let (input, plain) = try Self.input(seed)
        let rows = ReportRows(try HygieneReport.run(input)).rows
        let faults: [(String, (PlainDeal) -> Bool)] = [
            ("no value", { ($0.value ?? 0) == 0 }), ("no close date", { $0.close == nil }),
            ("close date past", { plain.isOverdue($0) }), ("no owner", { $0.owner == nil }),
            ("no next step", { $0.nextStep == nil }), ("stalled", { plain.isStalled($0) }),
            ("pushed 3 times or more", { $0.pushes >= 3 }), ("zero probability", { $0.chance == 0 }),
        ]
        let whole = sum(plain.open) { $0.weighted }
        for (name, has) in faults {
            let those = plain.open.filter(has)
            let row = rows.first { $0["fault"] == .text(name) }
            #expect((row == nil) == those.isEmpty, "\(name)")
            guard let row else { continue }
            #expect(row["deals"] == .integer(Int64(those.count)), "\(name)")
            // Of deals that have none it is missing, and no $0.
            let isKnown = those.contains { $0.weighted != nil }
            #expect(row["weighted"] == (isKnown ? .integer(sum(those) { $0.weighted }) : .missing), "\(name)")
            #expect(row["of_forecast"] == .real(Double(sum(those) { $0.weighted }) / Double(whole)), "\(name)")
        }
        let any = plain.open.filter { deal in faults.contains { $0.1(deal) } }
        #expect(rows.last?["deals"] == .integer(Int64(any.count)))
    }

    @Test(arguments: [3 as UInt64, 14]) func conversionAndItsMaturedRate(seed: UInt64) throws {
        let (input, plain) = try Self.input(seed)
        let row = try #require(ReportRows(try ConversionReport.run(input)).rows.first)
        let won = plain.deals.filter { $0.kind == .won }
        let lost = plain.deals.filter { $0.kind == .lost }
        #expect(row["created"] == .integer(Int64(plain.deals.count)))
        #expect(row["won"] == .integer(Int64(won.count)))
        #expect(row["lost"] == .integer(Int64(lost.count)))
        #expect(row["win_rate"] == .real(Double(won.count) / Double(won.count + lost.count)))
        let values = (Double(sum(won) { $0.value }), Double(sum(lost) { $0.value }))
        #expect(row["win_rate_value"] == .real(values.0 / (values.0 + values.1)))
        // Aalen-Johansen, a day at a time over all deals.
        let lives = plain.deals.compactMap { deal -> (age: Int, kind: StageKind)? in
            guard let created = deal.created, let end = deal.isOpen ? plain.today : deal.closed, end >= created else {
                return nil
            }
            return (end - created, deal.isOpen ? .open : deal.kind)
        }
        var still = 1.0
        var winning = 0.0
        var kaplanMeier: Int?
        var matured: (age: Int, share: Double, undecided: Double)?
        for age in 0...(lives.map(\.age).max() ?? 0) {
            let atRisk = lives.filter { $0.age >= age }.count
            let wonNow = lives.filter { $0.age == age && $0.kind == .won }.count
            let lostNow = lives.filter { $0.age == age && $0.kind == .lost }.count
            winning += still * Double(wonNow) / Double(atRisk)
            still *= 1 - Double(wonNow + lostNow) / Double(atRisk)
            if kaplanMeier == nil, still <= 0.5 + 1e-12 { kaplanMeier = age }
            if atRisk >= 10, lives.contains(where: { $0.age == age }) { matured = (age, winning, still) }
        }
        #expect(row["matured_at"] == matured.map { .integer(Int64($0.age)) } ?? .missing)
        let (share, undecided) = (row["matured"]?.real ?? -1, row["undecided"]?.real ?? -1)
        #expect(abs(share - (matured?.share ?? -1)) < 1e-9)
        #expect(abs(undecided - (matured?.undecided ?? -1)) < 1e-9)
        #expect(row["to_close"] == kaplanMeier.map { .integer(Int64($0)) } ?? .missing)
    }

    @Test(arguments: [3 as UInt64, 14]) func velocityIsItsFourFactors(seed: UInt64) throws {
        let (input, plain) = try Self.input(seed)
        let row = try #require(ReportRows(try VelocityReport.run(input)).rows.first)
        let recent = plain.deals.filter { deal in
            deal.closed.map { $0 > plain.today - 365 && $0 <= plain.today } ?? false
        }
        let won = recent.filter { $0.kind == .won }
        let lost = recent.filter { $0.kind == .lost }
        let valued = won.filter { $0.value != nil }
        let ages = won.compactMap { deal in deal.created.flatMap { made in deal.closed.map { $0 - made } } }.filter {
            $0 >= 0
        }
        let average = Double(sum(won) { $0.value }) / Double(valued.count)
        let rate = Double(won.count) / Double(won.count + lost.count)
        let age = Double(ages.reduce(0, +)) / Double(ages.count)
        #expect(row["opportunities"] == .integer(Int64(plain.open.count)))
        #expect(row["won"] == .integer(Int64(won.count)))
        #expect(row["win_rate"] == .real(rate))
        #expect(row["avg_won_age"] == .real(age))
        #expect(row["per_day"] == .integer(Int64((Double(plain.open.count) * average * rate / age).rounded())))
    }

    @Test(arguments: [3 as UInt64, 14]) func cohortsWaitForTheirYoungest(seed: UInt64) throws {
        let (input, plain) = try Self.input(seed)
        let rows = ReportRows(try CohortsReport.run(input)).rows
        let months = Dictionary(grouping: plain.deals.filter { $0.created != nil }) { deal in
            Int(Day(clamping: deal.created ?? 0).startOfMonth.number)
        }
        #expect(rows.count == months.count)
        for row in rows {
            let members = months[Int(row["month_created"]?.integer ?? 0)] ?? []
            let youngest = members.compactMap(\.created).max() ?? 0
            #expect(row["deals"] == .integer(Int64(members.count)))
            #expect(row["won"] == .integer(Int64(members.filter { $0.kind == .won }.count)))
            #expect(row["open"] == .integer(Int64(members.filter(\.isOpen).count)))
            for weeks in [4, 8, 13, 26, 39, 52] {
                let won = members.filter { deal in
                    guard deal.kind == .won, let made = deal.created, let end = deal.closed else { return false }
                    return end >= made && end - made <= weeks * 7
                }
                let share = Double(won.count) / Double(members.count)
                #expect(row["won_\(weeks)w"] == (plain.today - youngest >= weeks * 7 ? .real(share) : .missing))
            }
        }
    }

    @Test(arguments: [3 as UInt64, 14]) func focusScores(seed: UInt64) throws {
        let (input, plain) = try Self.input(seed)
        let rows = ReportRows(try FocusReport.run(input)).rows
        #expect(rows.count == plain.open.filter { $0.value != nil }.count)
        var last = Int64.max
        for row in rows {
            let deal = try #require(plain.open.first { .text($0.id) == row["id"] })
            var urgency = 1.0
            if let close = deal.close { urgency += min(1, max(0, Double(60 - (close - plain.today)) / 53)) }
            if deal.kind == .open, let days = plain.inStage(deal), let target = deal.target, target > 0, days > target {
                urgency += min(1, Double(days - target) / Double(target))
            }
            if let touched = deal.touched, plain.today - touched > 7 {
                urgency += min(1, Double(plain.today - touched - 7) / 21)
            }
            let chance = Double(deal.chance) / 1_000_000
            let score = (Double(deal.value ?? 0) * chance * (1 - chance) * urgency).rounded()
            #expect(row["score"] == .integer(Int64(score)))
            #expect(Int64(score) <= last)
            last = Int64(score)
        }
    }

    /// Each row against the book as of that day: what the history's rows say, found by scanning them.
    @Test(arguments: [3 as UInt64, 14]) func trendIsWhatTheHistorySaysOfEachDay(seed: UInt64) throws {
        let (input, _) = try Self.input(seed, deals: 120)
        let spans = TrendReport.days(.month, period: nil, calendar: input.calendar)
        let result = try TrendReport.run(
            [.openCount, .openValue], spans: spans, today: input.today, dealCount: 120
        ) { day in
            var calendar = input.calendar
            calendar.today = day
            return ReportInput(book: try input.book.asOf(day).book, calendar: calendar)
        }
        let rows = ReportRows(result).rows
        #expect(rows.count == 13)
        let closedStages = Set(input.book.pipelines[0].stages.filter { $0.kind.isClosed }.map(\.name))
        for (row, span) in zip(rows, spans) {
            let last = try #require(span.last)
            var (count, value) = (0, Int64(0))
            for deal in 0..<input.book.deals.rowCount {
                guard let created = try input.book.deal(deal, .created).integer, created <= Int64(last.number) else {
                    continue
                }
                let versions = try input.book.history.rows(ofDeal: deal).filter { row in
                    let at = try input.book.history.rows.cell(row, HistoryColumn.at.index).integer ?? 0
                    return at < (Int64(last.number) + 1) * 86_400
                }
                guard let version = versions.last,
                    let stage = try input.book.history.rows.cell(version, HistoryColumn.stage.index).text,
                    !closedStages.contains(stage)
                else { continue }
                count += 1
                value += try input.book.history.rows.cell(version, HistoryColumn.value.index).integer ?? 0
            }
            #expect(row["open_count"] == .integer(Int64(count)), "\(last)")
            #expect(row["open_value"] == .integer(value), "\(last)")
        }
    }
}
