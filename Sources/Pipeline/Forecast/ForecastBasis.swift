// What a book teaches about its deals, as of its day: hazards by stage and by age, how many deals arrive and where they
// begin, what won deals were worth. Learned from the whole book, never from a selection; a past day's basis is learned
// from the book as of that day and so knows nothing later.
//
// A book has stage history when deals were seen to move between open stages at least once for every four that closed
// from one. Without it (an export of created and closed days) the state of a deal is its age since it was created: what
// such a book says of present stages is not known of past days.

import Engine
import Values

/// The learned side of forecasts.
struct ForecastBasis: Sendable {
    /// The day it was learned on; nothing later counts.
    let today: Day
    /// The least number of closed deals for `history` to be the default, and of won and of lost ones among them.
    static let closedCountMin = 100
    static let outcomeCountMin = 20
    /// Days that rates are learned from.
    static let windowDayCount = 3 * 365
    /// Days that arrivals and new deals' values are learned from: four quarters.
    static let arrivalDayCount = 365
    /// Leavings that a stage's rates rest on at least.
    static let leavingCountMin = 5

    let calendar: Values.Calendar
    /// Hazards by stage and age there; `nil` without stage history.
    let stages: HazardModel?
    /// Hazards by age since created.
    let lives: HazardModel
    let values: OpenValues
    private(set) var wonCount = 0
    private(set) var lostCount = 0
    /// Stages whose rates were learned.
    private let learnedPlaces: Set<Int>
    /// New deals per day.
    let arrivalsPerDay: Double
    let arrivalCount: Int
    /// The rows of the deals that arrived.
    let arrivalRows: Set<Int>
    /// By deal row, the amounts of the deals that arrived, as far as known, and their mean.
    let arrivalAmounts: [Int: Int64]
    let arrivalAmount: Double
    /// Won deals, for what new business is worth.
    let wonAmounts: WonAmounts
    /// Median days from created to won; `nil` when none is known.
    let medianWonAge: Double?
    /// What sharpens the rates, where held-out days say that something does.
    let segments: Segments
    /// Chances that follow, kept as they are asked for.
    let tables = ChanceTables()

    var closedCount: Int { wonCount + lostCount }

    /// Whether there is enough to learn from for `history` to be the default.
    var isEnough: Bool {
        closedCount >= ForecastBasis.closedCountMin && wonCount >= ForecastBasis.outcomeCountMin
            && lostCount >= ForecastBasis.outcomeCountMin
    }

    /// Pieces that learning is told in.
    static let pieceCount = 4

    /// Learns from a book, all of whose deals are given, as of the calendar's today; `told` hears of every piece.
    init(_ book: Book, _ deals: ForecastDeals, calendar: Values.Calendar, told: () -> Void = {}) throws {
        self.calendar = calendar
        today = calendar.today
        let versions = try VersionDays(book)
        for index in 0..<deals.count {
            if deals.isWon(index) { wonCount += 1 } else if deals.isLost(index) { lostCount += 1 }
        }
        told()
        let learned = try LearnedStays(deals, versions)
        told()
        let last = calendar.today
        let start = max(last.adding(days: 1 - ForecastBasis.windowDayCount), learned.firstDay ?? last)
        let window = Period(from: start, through: last)
        let hasStages = learned.moveCount > 0 && learned.moveCount * 4 >= learned.closingCount
        stages =
            hasStages
            ? try HazardModel(
                stays: learned.stays, stageCount: versions.stagePlaces.count, window: window, calendar: calendar) : nil
        lives = try HazardModel(stays: learned.lives, stageCount: 1, window: window, calendar: calendar)
        learnedPlaces =
            hasStages ? Set(learned.leavingCounts.filter { $0.value >= ForecastBasis.leavingCountMin }.keys) : []
        told()
        values = try ForecastBasis.learnedValues(book, deals, versions, calendar)
        segments = try Segments(
            hasStages ? learned.stays : learned.lives, of: hasStages ? learned.stayRows : learned.lifeRows, versions,
            window: window, whole: stages ?? lives)
        told()
        medianWonAge = Quantile.median(
            (0..<deals.count).compactMap { index in
                guard let won = deals.wonDay(index), deals.created[index] != .min else { return nil }
                let days = Int64(won.number) - deals.created[index]
                return days >= 0 ? Double(days) : nil
            })

        // Arrivals of the last four quarters, or since the first deal where the book is younger.
        let products = try deals.products()
        let days = min(
            ForecastBasis.arrivalDayCount, max(1, learned.firstDay.map { last.days(since: $0) + 1 } ?? 1))
        let since = last.adding(days: -days)
        var count = 0
        var rows: Set<Int> = []
        var amounts: [Int: Int64] = [:]
        var amountSum = 0.0
        for index in 0..<deals.count {
            guard ForecastBasis.hasArrived(deals, index, since: since) else { continue }
            count += 1
            let row = deals.selected.rows[index]
            rows.insert(row)
            if let amount = values.amount(deals, index, product: products[index]) {
                amounts[row] = amount.cents
                amountSum += Double(amount.cents)
            }
        }
        arrivalRows = rows
        arrivalCount = count
        arrivalsPerDay = Double(count) / Double(days)
        arrivalAmounts = amounts
        arrivalAmount = amounts.isEmpty ? 0 : amountSum / Double(amounts.count)
        wonAmounts = WonAmounts(deals, since: since)
    }

    private static func learnedValues(
        _ book: Book, _ deals: ForecastDeals, _ versions: VersionDays, _ calendar: Values.Calendar
    ) throws -> OpenValues {
        let past = try versions.rows.columns[HistoryColumn.value.index].integers()
        let isFiscal = calendar.fiscalYearStartMonth != 1
        return try OpenValues(deals) { index, day in
            let quarter = calendar.period(.quarter, containing: day, fiscal: isFiscal)
            guard let row = versions.lastRow(of: deals.selected.rows[index], through: quarter.start.number - 1),
                versions.place[row] >= 0, !versions.stagePlaces[Int(versions.place[row])].stage.kind.isClosed
            else { return .min }
            return past[row]
        }
    }

    /// Whether the deal was created after the day, up to today.
    static func hasArrived(_ deals: ForecastDeals, _ index: Int, since: Day) -> Bool {
        deals.created[index] > Int64(since.number) && deals.created[index] <= Int64(deals.today.number)
    }

    /// The day after which deals count as arrivals.
    var arrivalsSince: Day { today.adding(days: -ForecastBasis.arrivalDayCount) }

    /// The state that rates are known of: by stage where its leavings were learned, else by age.
    func state(_ deals: ForecastDeals, _ index: Int) -> DealState {
        let state = deals.state(index)
        if case .stage(let place, _) = state, learnedPlaces.contains(place) { return state }
        return deals.life(index)
    }
}

/// The stays that rates are learned from.
private struct LearnedStays {
    /// Stays in open stages by index of the stage place.
    var stays: [StageStay] = []
    /// Lives from creation on, as stays in one stage.
    var lives: [StageStay] = []
    /// The history row that each stay and each life began with; −1 for none.
    var stayRows: [Int] = []
    var lifeRows: [Int] = []
    /// Moves from one open stage to another, and closings from open stages.
    var moveCount = 0
    var closingCount = 0
    /// How many stays of each place were seen to end.
    var leavingCounts: [Int: Int] = [:]
    /// The first day that anything is known of.
    var firstDay: Day?

    init(_ deals: ForecastDeals, _ versions: VersionDays) throws {
        let today = deals.today
        for index in 0..<deals.count {
            if index & 0x3FFF == 0 { try Cancellation.checkAmbient() }
            let row = deals.selected.rows[index]
            let firstRow = versions.rows(of: row)
            addLife(deals, index, firstRow.isEmpty ? -1 : firstRow.lowerBound)
            for stay in versions.stays(of: row) {
                let kind = versions.stagePlaces[stay.place].stage.kind
                guard let entered = stay.entered, !kind.isClosed else { continue }
                let start = Day(clamping: Int(entered))
                var learned = StageStay(stage: stay.place, entered: start)
                if let exit = stay.exit {
                    guard exit.place >= 0 else { continue }
                    let to: StageStay.Exit
                    switch versions.stagePlaces[exit.place].stage.kind {
                    case .won: to = .won
                    case .lost: to = .lost
                    case .open, .hold: to = .stage(exit.place)
                    }
                    if case .stage = to { moveCount += 1 } else { closingCount += 1 }
                    learned.exit = (Day(clamping: Int(exit.day)), to)
                    leavingCounts[stay.place, default: 0] += 1
                }
                guard start <= today else { continue }
                stays.append(learned)
                stayRows.append(versions.lastRow(of: row, through: entered) ?? -1)
                firstDay = min(firstDay ?? start, start)
            }
        }
    }

    private mutating func addLife(_ deals: ForecastDeals, _ index: Int, _ row: Int) {
        guard deals.created[index] != .min else { return }
        let created = Day(clamping: Int(deals.created[index]))
        var life = StageStay(stage: 0, entered: created)
        if !deals.isOpen(index) {
            guard deals.closed[index] != .min, deals.closed[index] >= deals.created[index] else { return }
            life.exit = (Day(clamping: Int(deals.closed[index])), deals.isWon(index) ? .won : .lost)
        }
        guard created <= deals.today else { return }
        lives.append(life)
        lifeRows.append(row)
        firstDay = min(firstDay ?? created, created)
    }
}
