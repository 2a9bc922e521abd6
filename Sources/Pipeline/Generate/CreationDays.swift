// When deals are created. Apart from their lives, because each deal's day depends on all deals: their number is given.

/// The creation days of all deals in order, as a Poisson process over the model's days conditioned on its total.
///
/// Exponential spacings, divided by their total, are the sorted uniform numbers that such a process needs. The spacings
/// are drawn per block of 65,536 deals, so that the sums, and with them the days, do not depend on who adds them.
struct CreationDays {
    /// Deals of a block.
    static let blockCount = 65_536
    private let model: SellingModel
    private let seed: UInt64
    private let dealCount: Int
    /// Sums of the spacings before each block; the last is the total, with the spacing after the last deal.
    private let blockSums: [Double]

    /// Draws the spacings of all blocks once, to know their total.
    init(_ model: SellingModel, plan: GenerationPlan) {
        self.model = model
        seed = plan.seed
        dealCount = plan.dealCount
        var sums = [0.0]
        var sum = 0.0
        for block in 0..<CreationDays.blocks(plan.dealCount) {
            var stream = RandomStream(seed: seed, .arrival, block)
            for _ in CreationDays.range(block, plan.dealCount) { sum += stream.exponential() }
            sums.append(sum)
        }
        var last = RandomStream(seed: seed, .arrival, -1)
        sums[sums.count - 1] += last.exponential()
        blockSums = sums
    }

    /// How many blocks so many deals take.
    static func blocks(_ dealCount: Int) -> Int { (dealCount + blockCount - 1) / blockCount }

    /// The deals of a block, counted from 0.
    static func range(_ block: Int, _ dealCount: Int) -> Range<Int> {
        block * blockCount..<min((block + 1) * blockCount, dealCount)
    }

    /// The days of a block's deals in ascending order, counted from the model's first day.
    func days(ofBlock block: Int) -> [Int] {
        let scale = (model.arrivalSums.last ?? 0) / (blockSums.last ?? 1)
        var stream = RandomStream(seed: seed, .arrival, block)
        var sum = blockSums[block]
        var day = 0
        return CreationDays.range(block, dealCount).map { _ in
            sum += stream.exponential()
            let place = sum * scale
            while day + 1 < model.dayCount, model.arrivalSums[day + 1] <= place { day += 1 }
            return day
        }
    }
}
