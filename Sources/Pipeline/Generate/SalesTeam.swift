// Who sells and to whom: owners with their managers and regions, and what is known of an account. An account's
// properties follow from the seed and its number, so that a million of them need not be kept while deals are made.

/// The people who sell.
struct SalesTeam: Sendable {
    /// One salesperson.
    struct Owner: Sendable {
        /// First and last name; no two owners share it.
        var name: String
        /// The name of the manager, who has no deals.
        var manager: String
        /// The team's name: its region, numbered when the region has several.
        var team: String
        /// Index into `AccountTraits.regions`.
        var region: Int
        /// The factor on the forward hazards of the deals; the other hazards are divided by it.
        var strength: Double
        /// How many deals the owner gets, relative to others of the region.
        var load: Int
    }

    /// In the order of their regions' shares; the book's owners table lists them so.
    let owners: [Owner]
    /// Per region: the owners' indices, and the running sums of their loads. Never empty.
    let byRegion: [(owners: [Int], loads: [Int])]

    /// A team for so many deals: 4 for a handful, about 50 for a million, about 65 for ten million.
    init(dealCount: Int, seed: UInt64) {
        var count = dealCount < 200 ? 4 : dealCount < 1_000 ? 8 : 12
        var size = 1_000
        while size < dealCount {
            count += 4
            size *= 2
        }
        let pattern = [0, 1, 0, 1, 2, 0, 1, 0, 3, 1]
        var used: Set<String> = []
        func unusedName(_ stream: inout RandomStream) -> String {
            while true {
                let name = PeopleNames.person(stream.below(PeopleNames.count))
                if used.insert(name).inserted { return name }
            }
        }
        let teamSize = 6
        var managers: [String: String] = [:]
        var inRegion = [0, 0, 0, 0]
        var owners: [Owner] = []
        for index in 0..<count {
            var stream = RandomStream(seed: seed, .owner, index)
            let region = pattern[index % pattern.count]
            let number = inRegion[region] / teamSize
            inRegion[region] += 1
            let team = AccountTraits.regions[region] + (number == 0 ? "" : " " + String(number + 1))
            let manager = managers[team] ?? unusedName(&stream)
            managers[team] = manager
            owners.append(
                Owner(
                    name: unusedName(&stream), manager: manager, team: team, region: region,
                    strength: stream.lognormal(0.15), load: 60 + stream.below(80)))
        }
        self.owners = owners
        byRegion = AccountTraits.regions.indices.map { region in
            let own = owners.indices.filter { owners[$0].region == region }
            let chosen = own.isEmpty ? Array(owners.indices) : own
            return (chosen, chosen.map { owners[$0].load }.cumulative)
        }
    }
}

/// What is known of an account, from its number.
struct AccountTraits: Sendable {
    /// Regions of the world, as owners and accounts have them.
    static let regions = ["North America", "EMEA", "Asia Pacific", "Latin America"]
    /// Countries with their region and weight.
    static let countries: [(name: String, region: Int, weight: Int)] = [
        ("United States", 0, 380), ("Canada", 0, 60), ("United Kingdom", 1, 100), ("Germany", 1, 90),
        ("France", 1, 60), ("Italy", 1, 40), ("Spain", 1, 30), ("Netherlands", 1, 30), ("Sweden", 1, 20),
        ("India", 2, 50), ("Japan", 2, 40), ("Australia", 2, 40), ("Singapore", 2, 20), ("Brazil", 3, 25),
        ("Mexico", 3, 15),
    ]
    private static let countrySums = countries.map(\.weight).cumulative

    /// Index into `countries`.
    let country: Int
    /// People employed: lognormal, median 180, at most 400,000.
    let employees: Int
    /// The factor on the values of its deals: (employees ÷ 180)^0.3.
    let valueFactor: Double

    /// The traits of the account with this number.
    init(number: Int, seed: UInt64) {
        var stream = RandomStream(seed: seed, .account, number)
        country = stream.pick(AccountTraits.countrySums)
        let size = 1.5 * stream.normal()
        employees = min(400_000, max(3, Int(180 * ExactMath.exp(size))))
        valueFactor = ExactMath.exp(0.3 * size)
    }

    /// How many accounts so many deals have.
    static func count(dealCount: Int) -> Int { max(1, dealCount / 8) }

    /// The account of a deal: small numbers come more often, number n about as n^(−1/3), so that the greatest of a
    /// million accounts has over a hundred times as many deals as a small one.
    static func draw(_ stream: inout RandomStream, of count: Int) -> Int {
        let place = stream.unit()
        return min(count - 1, Int(Double(count) * place * place.squareRoot()))
    }
}
