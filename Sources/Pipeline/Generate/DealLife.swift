// The life of one deal, drawn from the model: from the day it was created to the day it was closed, or to today. The
// result is a row of the deals and its versions in the history, one a day at most, the last of which is the present.

/// A version of a deal: what stood after a change. Days count from 1970-01-01.
struct DealVersion: Equatable {
    /// Stands for a missing day.
    static let noDay = Int32.min
    /// The day of the change.
    var at: Int32
    /// When it is expected to close, or was closed; `noDay` when missing.
    var close: Int32
    /// Cents; below 0 when missing.
    var value: Int64
    /// The deal's own probability in percent; below 0 when it has its stage's.
    var probability: Int8
    /// Index of the stage.
    var stage: UInt8
    /// Number of the owner, from 1; 0 when missing.
    var owner: UInt16

    /// Stands for a missing value of any column.
    static let missing: Int64 = -1
    /// `close`, or `missing`; generated days are all after 1970.
    var closeDay: Int64 { close == DealVersion.noDay ? DealVersion.missing : Int64(close) }
    /// `probability` in millionths, or `missing`.
    var millionths: Int64 { probability < 0 ? DealVersion.missing : Int64(probability) * 10_000 }
}

/// What a deal has beside its versions.
struct DealTraits: Equatable {
    /// The day it was created, as in versions.
    var created: Int32
    /// The day it was won or lost; `noDay` while open.
    var closed: Int32
    /// The day it entered its present stage.
    var entered: Int32
    /// The day of the last activity, at or after the last version.
    var touched: Int32
    /// Number of the account, from 0.
    var account: Int32
    /// Number of the contact's name, from 0.
    var contact: Int32
    /// Index of the source; below 0 when missing.
    var source: Int8
    /// Index of the type.
    var type: Int8
    /// Index of the product.
    var product: Int8
    /// Why it was lost; below 0 when missing.
    var reason: Int8
    /// What is to be done next, among those of its stage; below 0 when missing.
    var nextStep: Int8
    /// How often its close date moved into a later month.
    var pushes: UInt8

    /// `closed`, or `DealVersion.missing`.
    var closedDay: Int64 { closed == DealVersion.noDay ? DealVersion.missing : Int64(closed) }
}

/// Draws lives; one per worker, since it keeps the arrays it fills.
struct DealLife {
    private let plan: GenerationPlan
    private let model: SellingModel
    private let team: SalesTeam
    private let accountCount: Int
    private let sourceSums = SellingModel.sources.map(\.weight).cumulative
    private let typeSums = SellingModel.types.map(\.weight).cumulative
    private let productSums = SellingModel.products.map(\.weight).cumulative
    private let reasonSums = SellingModel.reasons.map(\.weight).cumulative
    /// The logarithm of a value of 18,000 dollars, the middle of all.
    private let middleLogValue = ExactMath.log(18_000)

    private var stream: RandomStream
    private var day = 0
    private var stage = 0
    private var close = -1
    private var value = 0.0
    private var owner = 0
    private var ownProbability = -1
    private var hasValue = true
    private var pushes = 0
    private var entered = 0
    private var recordedStage = -1
    private var recordedClose = -1
    /// What the latest deal's forward hazards are multiplied by.
    private(set) var forwardFactor = 1.0
    /// What its other hazards are multiplied by.
    private(set) var otherFactor = 1.0

    /// The versions drawn so far, deal after deal.
    private(set) var versions: [DealVersion] = []
    /// The traits of the deals drawn so far.
    private(set) var traits: [DealTraits] = []
    /// Per deal drawn, the number of versions up to and with its last.
    private(set) var versionEnds: [Int] = []

    /// A source of lives in a model.
    init(plan: GenerationPlan, model: SellingModel, team: SalesTeam) {
        self.plan = plan
        self.model = model
        self.team = team
        accountCount = AccountTraits.count(dealCount: plan.dealCount)
        stream = RandomStream(seed: plan.seed, .deal, 0)
    }

    /// Forgets what was drawn, keeping the memory.
    mutating func clear() {
        versions.removeAll(keepingCapacity: true)
        traits.removeAll(keepingCapacity: true)
        versionEnds.removeAll(keepingCapacity: true)
    }

    /// Draws the deal with this number, created on this day of the model.
    mutating func draw(_ number: Int, created: Int) {
        stream = RandomStream(seed: plan.seed, .deal, number)
        var deal = begin(created: created)
        var lostReason = -1
        record()
        while stage < SellingModel.won {
            guard let next = wait() else { break }
            enter(next)
            if stage == SellingModel.lost { lostReason = stream.chance(920) ? stream.pick(reasonSums) : -1 }
            if stage >= SellingModel.won, let undone = undo() {
                stage = undone
                if stage < SellingModel.won {
                    expectClose()
                    lostReason = -1
                } else {
                    close = day
                    lostReason = stream.pick(reasonSums)
                }
                record()
            }
        }
        finish(&deal, lostReason: lostReason)
        traits.append(deal)
        versionEnds.append(versions.count)
    }

    // MARK: The beginning and the end

    private mutating func begin(created: Int) -> DealTraits {
        let account = AccountTraits.draw(&stream, of: accountCount)
        let about = AccountTraits(number: account, seed: plan.seed)
        let people = team.byRegion[AccountTraits.countries[about.country].region]
        owner = people.owners[stream.pick(people.loads)] + 1
        let type = stream.pick(typeSums)
        let isCustomer = type > 0 && stream.chance(750)
        let source = isCustomer ? SellingModel.sources.count - 1 : stream.pick(sourceSums)
        let product = stream.pick(productSums)
        let (types, sources, products) = (SellingModel.types, SellingModel.sources, SellingModel.products)
        value = about.valueFactor * ExactMath.exp(0.5 * stream.normal())
        value *= types[type].value * sources[source].value * products[product].value
        let strength = team.owners[owner - 1].strength
        let size = min(1.2, max(0.75, 1 - 0.1 * (ExactMath.log(value) - middleLogValue)))
        forwardFactor = strength * size * types[type].forward * sources[source].forward * products[product].forward
        otherFactor = types[type].other * sources[source].other * products[product].other / strength

        day = created
        stage = type == 2 ? 1 : 0
        ownProbability = -1
        pushes = 0
        recordedStage = -1
        recordedClose = -1
        hasValue = !stream.chance(60)
        if stream.chance(6) { value = 0 }
        if stream.chance(8) { owner = 0 }
        close = -1
        if !stream.chance(40) { expectClose() }
        // Accounts have a few contacts each; their names follow from the account.
        let contact = RandomStream.mix(UInt64(account) &* 7 &+ UInt64(stream.below(3)))
        return DealTraits(
            created: Int32(model.start + created), closed: DealVersion.noDay, entered: 0, touched: 0,
            account: Int32(account),
            contact: Int32(truncatingIfNeeded: contact % UInt64(PeopleNames.count)),
            source: stream.chance(15) ? -1 : Int8(source), type: Int8(type), product: Int8(product), reason: -1,
            nextStep: -1, pushes: 0)
    }

    private mutating func finish(_ deal: inout DealTraits, lostReason: Int) {
        let today = model.dayCount - 1
        var touched = day
        if stage < SellingModel.won {
            // Activity thins out: the last one lies some days back, but not before the last change.
            touched = max(day, today - Int(9 * stream.exponential()))
            if stream.chance(820) { deal.nextStep = Int8(stream.below(SellingModel.nextSteps[stage].count)) }
        } else {
            deal.closed = Int32(model.start + day)
        }
        deal.entered = Int32(model.start + entered)
        deal.touched = Int32(model.start + touched)
        deal.pushes = UInt8(clamping: pushes)
        deal.reason = Int8(lostReason)
    }

    // MARK: Events

    /// Lets the days pass in the present stage, pushing the close date when it comes near; the stage that follows,
    /// with `day` at the day it was entered, or `nil` when today comes first.
    private mutating func wait() -> Int? {
        let forwardSums = model.forwardSums[stage]
        let forwardBase = SellingModel.forwardBase[stage]
        let otherBase = SellingModel.otherBase[stage]
        var threshold = stream.exponential()
        let entered = day
        var from = day + 1
        var review = reviewDay(from: from)
        var band = 0
        while from < model.dayCount {
            while SellingModel.ageLimits[band] <= from - entered - 1 { band += 1 }
            let limit = min(entered + 1 + SellingModel.ageLimits[band], review, model.dayCount)
            if limit > from {
                let forward = Double(forwardBase[band]) * forwardFactor / 10_000
                let other = Double(otherBase[band]) * otherFactor / 10_000
                let passed =
                    forward * (forwardSums[limit] - forwardSums[from])
                    + other * (model.otherSums[limit] - model.otherSums[from])
                if passed >= threshold {
                    var forwardPart = 0.0
                    var otherPart = 0.0
                    day = from - 1
                    repeat {
                        day += 1
                        forwardPart = forward * (forwardSums[day + 1] - forwardSums[day])
                        otherPart = other * (model.otherSums[day + 1] - model.otherSums[day])
                        threshold -= forwardPart + otherPart
                    } while threshold > 0 && day + 1 < limit
                    let isForward = stream.unit() * (forwardPart + otherPart) < forwardPart
                    return isForward ? stageAhead() : stageElse()
                }
                threshold -= passed
                from = limit
            } else {
                // A review uses up its day: there is one version a day at most.
                if stream.chance(band == SellingModel.ageLimits.count - 1 ? 350 : 780) {
                    day = from
                    let before = close
                    expectClose()
                    if close <= before { close = before + 14 }
                    record()
                    review = close - stream.below(7)
                } else {
                    review = from + 21 + stream.below(60)
                }
                from += 1
                review = max(review, from)
            }
        }
        return nil
    }

    private mutating func stageAhead() -> Int {
        switch stage {
        case 0...2: stage + (stream.chance(80) ? 2 : 1)
        case 3: stream.chance(120) ? SellingModel.won : 4
        default: SellingModel.won
        }
    }

    private mutating func stageElse() -> Int {
        stage > 0 && stream.chance(140) ? stage - 1 : SellingModel.lost
    }

    /// Enters a stage on `day`, and records it with what changes on the occasion.
    private mutating func enter(_ next: Int) {
        let isAhead = next > stage
        stage = next
        ownProbability = -1
        if stage >= SellingModel.won {
            close = day
            if stage == SellingModel.won, stream.chance(250) { value *= 0.85 + 0.15 * stream.unit() }
            hasValue = hasValue || stage == SellingModel.won
        } else {
            if isAhead {
                hasValue = hasValue || stream.chance(800)
                if stage == 3, stream.chance(450) { value *= stream.lognormal(0.18) }
                if stage == 4, stream.chance(350) { value *= 0.88 + 0.12 * stream.unit() }
                if owner == 0, stream.chance(500) { owner = 1 + stream.below(team.owners.count) }
            }
            if stream.chance(close < 0 ? 600 : 400) { expectClose() }
            if stream.chance(60) {
                let percent = 5 * (1 + stream.below(19))
                // One equal to the stage's is none of its own.
                ownProbability = percent == SellingModel.stagePercents[stage] ? -1 : percent
            }
        }
        if owner > 0, stream.chance(15) { owner = 1 + stream.below(team.owners.count) }
        record()
    }

    /// After closing: the stage of a deal that is re-opened (2.5% of lost ones) or reversed (0.4% of won ones), with
    /// `day` at that day; `nil` for the others.
    private mutating func undo() -> Int? {
        let isLost = stage == SellingModel.lost
        guard stream.chance(isLost ? 25 : 4) else { return nil }
        let later = day + 10 + stream.below(100)
        guard later < model.dayCount else { return nil }
        day = later
        return isLost ? 1 : SellingModel.lost
    }

    // MARK: Close dates

    /// Expects the deal to close after the days that its stage still needs, and likes the ends of months and quarters.
    private mutating func expectClose() {
        let days = SellingModel.expectedDays[stage] * stream.lognormal(0.4)
        close = day + max(3, Int(days))
        let habit = stream.below(100)
        if habit < 60 { close = habit < 20 ? model.quarterEnd(close) : model.monthEnd(close) }
    }

    private mutating func reviewDay(from: Int) -> Int {
        close < 0 ? Int.max : max(from, close - stream.below(7))
    }

    /// Appends what now stands as a version of `day`.
    private mutating func record() {
        if stage != recordedStage { entered = day }
        if close >= 0, recordedClose >= 0, model.monthEnd(close) > model.monthEnd(recordedClose) { pushes += 1 }
        recordedStage = stage
        recordedClose = close
        // Prices are round: to 100 dollars, from 50,000 on to 500.
        let step = value < 50_000 ? 100.0 : 500.0
        let cents = hasValue ? Int64((value / step).rounded()) * Int64(step) * 100 : -1
        versions.append(
            DealVersion(
                at: Int32(model.start + day), close: close < 0 ? DealVersion.noDay : Int32(model.start + close),
                value: cents, probability: Int8(ownProbability), stage: UInt8(stage), owner: UInt16(owner)))
    }
}
