// What a forecast says of itself: the footer, whom it left out, the formulas with this book's numbers for `explain`.

import Values

/// The words of a forecast.
struct ForecastWords {
    let method: ForecastReport.Method
    let period: Period
    let today: Day
    let knowledge: ForecastKnowledge
    let shock: ShockEstimate

    /// The lines beneath the rows.
    func notes(_ whole: Outlook, isChosen: Bool) -> [String] {
        var notes = ["forecast of \(period), " + knowledge.reason(method, isChosen: isChosen)]
        notes.append(
            shock.shock.relativeDeviation < 0.0005
                ? "p10 to p90: the errors of \(shock.periodCount) past quarters show nothing that moves all deals together"
                : "p10 to p90: deals do better or worse together by \(shock.words)")
        if whole.atListPrice > 0 {
            notes.append(
                "\(ForecastWords.deals(whole.atListPrice)) without a value count with the product's list price")
        }
        if whole.atWonMean > 0 {
            notes.append(
                "\(ForecastWords.deals(whole.atWonMean)) without a value count with the mean value of won deals")
        }
        if method == .history, let note = ForecastWords.scaleNote(knowledge.basis.values) { notes.append(note) }
        if whole.cappedCount > 0 {
            notes.append("the win rate of \(ForecastWords.deals(whole.cappedCount)) was held at 100% or 0%")
        }
        return notes
    }

    /// `values count × 0.94: 212 won deals came to that share of their value before`.
    static func scaleNote(_ values: OpenValues) -> String? {
        guard abs(values.scale - 1) >= 0.0005 else { return nil }
        return "values count × \(decimal(values.scale, 3)): what \(values.scaleDealCount) won deals were worth at the"
            + " start of the quarter came to that share"
    }

    /// Deals that do not count, each for the first thing that it lacks; `withoutValue` selects those that lack a value,
    /// `nil` where the language cannot say it.
    func leaveOut(_ whole: Outlook, withoutValue: String?, from result: inout ReportResult) {
        func leave(_ count: Int, _ kind: String, _ lack: String, _ condition: String?) {
            result.leaveOut(count, "\(kind) \(count == 1 ? "deal has" : "deals have") \(lack)", condition: condition)
        }
        let due = ForecastReport.due(period, today: today)
        leave(whole.withoutClose, "open", "no close date", "open and close is missing")
        leave(whole.withoutProbability, "open", "no probability", due + " and probability is missing")
        leave(whole.withoutValue, "open", "no value", withoutValue)
        leave(whole.withoutState, "open", "neither a creation day nor a stage history", nil)
        leave(whole.wonWithoutValue, "won", "no value", ForecastReport.won(period) + " and value is missing")
    }

    /// What the method does, and what it learned.
    var definition: [String] {
        let shared = [
            "expected = won so far + open + new business",
            "quantiles: the smallest x with F(x) ≥ q of the distribution of the sum",
        ]
        switch method {
        case .stages:
            return [
                "open = Σ probability × value of the open deals with a close date in the period; a close date in the past"
                    + " counts as today",
                "new business: none by this method",
            ] + shared
        case .history:
            let basis = knowledge.basis
            var lines = [
                "open = Σ chance × amount; chance = F(days to the end of the period) − F(days to its start), F(h) = the"
                    + " chance to have won after h days in the deal's stage and days there",
                "rates: daily chances to win, to lose and to move, by stage and week in stage, × a factor for the week of"
                    + " the quarter; learned from \(basis.stages?.stayCount ?? basis.lives.stayCount) stays of the last"
                    + " three years",
                "new business = arrivals per day × the chance of each day's arrivals to be won in the period × won values"
                    + " = \(ForecastWords.decimal(basis.arrivalsPerDay, 3)) a day (\(basis.arrivalCount) arrivals)",
            ]
            lines.append(sharpened("sizes", basis.segments.bySize))
            lines.append(sharpened("owners", basis.segments.byOwner))
            if basis.values.scaleDealCount > 0 {
                lines.append(
                    "amount = value × \(ForecastWords.decimal(basis.values.scale, 4)) = Σ won value ÷ Σ value at the start"
                        + " of the quarter, of \(basis.values.scaleDealCount) won deals")
            }
            return lines + shared
        case .category: return []
        }
    }

    /// Whether groups of deals have rates of their own, and what speaks for it.
    private func sharpened(_ groups: String, _ rates: SegmentRates?) -> String {
        guard let rates else {
            return "\(groups): no difference in rates that holds on days held out, so all share them"
        }
        return "\(groups): the rates of \(rates.names.count) groups differ; on days held out that foretold better by"
            + " \(ForecastWords.decimal(rates.gain.found, 1)) (log-likelihood, ±"
            + "\(ForecastWords.decimal(rates.gain.deviation, 1)))"
    }

    /// The formula with the numbers of a single row.
    static func numbers(
        _ outlook: Outlook, _ sum: SumDistribution, _ target: Money?, _ currency: Currency
    ) -> [String] {
        func words(_ amount: Double) -> String {
            currency.prefix + Money(cents: Int64(min(amount, 9e18).rounded())).grouped()
        }
        var lines = [
            "expected = \(words(Double(outlook.won))) + \(words(outlook.open)) + \(words(outlook.new)) ="
                + " \(words(outlook.expected))"
        ]
        if let target {
            lines.append(
                "chance = P(sum ≥ \(words(Double(target.cents)))) = \(decimal(sum.chance(ofAtLeast: target) * 100, 1))%"
            )
        }
        return lines
    }

    /// What the range would be if deals were independent.
    static func independence(
        _ sum: SumDistribution, _ alone: SumDistribution, _ shock: ShockEstimate, _ currency: Currency
    ) -> String {
        func band(_ sum: SumDistribution) -> String {
            "\(currency.prefix)\(sum.quantile(0.1).grouped()) to \(currency.prefix)\(sum.quantile(0.9).grouped())"
        }
        return "p10 to p90 = \(band(sum)) with the common shock (\(shock.words)); independence would have claimed"
            + " \(band(alone))"
    }

    static func deals(_ count: Int) -> String {
        "\(DecimalText.grouped(String(count))) open \(count == 1 ? "deal" : "deals")"
    }

    /// A number with so many digits behind the point, trailing zeros dropped.
    static func decimal(_ number: Double, _ digits: Int) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (number * scale).rounded() / scale
        return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
    }
}

extension Outlook {
    /// Adds another group's counts of deals that count otherwise or not at all.
    mutating func count(_ other: Outlook) {
        withoutClose += other.withoutClose
        withoutProbability += other.withoutProbability
        withoutValue += other.withoutValue
        withoutState += other.withoutState
        atListPrice += other.atListPrice
        atWonMean += other.atWonMean
        cappedCount += other.cappedCount
        openCount += other.openCount
        wonWithoutValue += other.wonWithoutValue
    }
}
