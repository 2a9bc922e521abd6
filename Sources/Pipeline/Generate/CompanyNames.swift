// Invented names of companies and people. A company's name follows from its number alone: names are made from parts,
// and the number, shuffled, counts through all combinations, so that no two companies share one.

/// Names made from parts.
enum CompanyNames {
    private static let heads = [
        "Al", "Ar", "Bel", "Bor", "Cal", "Cor", "Dal", "Del", "El", "Fal", "Fen", "Gal", "Hal", "Hel", "Il", "Jor",
        "Kal", "Kel", "Lam", "Lor", "Mar", "Mer", "Nor", "Nov", "Ol", "Or", "Pal", "Per", "Quin", "Ral", "Ren", "Sal",
        "Ser", "Sol", "Tal", "Ter", "Thal", "Tor", "Ul", "Val", "Ver", "Vol", "Wes", "Win", "Xen", "Yar", "Zan", "Zel",
    ]
    private static let tails = [
        "a", "adin", "ara", "aris", "bridge", "dale", "dera", "don", "eon", "era", "field", "ford", "gate", "ia",
        "ida", "ik", "ion", "ira", "is", "ium", "lan", "leon", "lin", "mar", "mira", "mont", "nex", "ora", "oria",
        "ova", "port", "quay", "ridge", "sen", "son", "stead", "stone", "tara", "tech", "tis", "tron", "una", "us",
        "vale", "via", "wick", "worth", "yra",
    ]
    /// What a company does, and the sector that follows from it.
    private static let trades: [(word: String, sector: String)] = [
        ("Robotics", "Manufacturing"), ("Machinery", "Manufacturing"), ("Plastics", "Manufacturing"),
        ("Instruments", "Manufacturing"), ("Logistics", "Transport"), ("Shipping", "Transport"),
        ("Airways", "Transport"), ("Software", "Technology"), ("Networks", "Technology"), ("Cloud", "Technology"),
        ("Semiconductors", "Technology"), ("Bank", "Finance"), ("Insurance", "Finance"), ("Capital", "Finance"),
        ("Payments", "Finance"), ("Clinics", "Health"), ("Pharma", "Health"), ("Biotech", "Health"),
        ("Diagnostics", "Health"), ("Foods", "Consumer"), ("Apparel", "Consumer"), ("Furniture", "Consumer"),
        ("Brewing", "Consumer"), ("Markets", "Retail"), ("Stores", "Retail"), ("Outfitters", "Retail"),
        ("Energy", "Energy"), ("Solar", "Energy"), ("Grid", "Energy"), ("Media", "Media"), ("Publishing", "Media"),
        ("Games", "Media"), ("Academy", "Education"), ("Learning", "Education"), ("Construction", "Construction"),
        ("Architects", "Construction"), ("Consulting", "Services"), ("Legal", "Services"), ("Staffing", "Services"),
        ("Hotels", "Hospitality"), ("Travel", "Hospitality"), ("Farms", "Agriculture"), ("Seeds", "Agriculture"),
    ]
    /// What stands behind a name once the shorter ones are used up.
    private static let endings = [
        "", " Group", " Holdings", " International", " Partners", " Labs", " Systems", " North", " South", " East",
        " West", " Global", " One", " Works", " Union", " Collective",
    ]

    /// The name and sector of the company with this number, 0 or more.
    static func company(_ number: Int) -> (name: String, sector: String) {
        let round = heads.count * tails.count * trades.count
        // A multiplier without a factor in common with `round` (2^8 · 3^2 · 43) shuffles the numbers of a round.
        let place = (number % round) * 60_013 % round
        let trade = trades[place % trades.count]
        let rest = place / trades.count
        var name = heads[rest % heads.count] + tails[rest / heads.count] + " " + trade.word
        name += endings[number / round % endings.count]
        let lap = number / (round * endings.count)
        if lap > 0 { name += " " + String(lap + 1) }
        return (name, trade.sector)
    }

    /// The sectors, each once.
    static let sectors: [String] = {
        var seen: [String] = []
        for trade in trades where !seen.contains(trade.sector) { seen.append(trade.sector) }
        return seen
    }()
}

/// Names of people: first and last names in every combination.
enum PeopleNames {
    private static let firsts = [
        "Aisha", "Alan", "Amara", "Anders", "Anna", "Arjun", "Beatriz", "Ben", "Camille", "Carlos", "Chen", "Clara",
        "Daniel", "Deepa", "Diego", "Elena", "Emma", "Erik", "Fatima", "Felix", "Grace", "Hana", "Hugo", "Ines",
        "Ivan", "Jack", "Jana", "Jonas", "Julia", "Kenji", "Laura", "Leo", "Lina", "Lucas", "Maria", "Mateo", "Maya",
        "Mei", "Milan", "Nadia", "Nina", "Noah", "Olga", "Omar", "Paula", "Pedro", "Quinn", "Rachel", "Ravi", "Rosa",
        "Sam", "Sara", "Simon", "Sofia", "Tara", "Thomas", "Uma", "Victor", "Wei", "Yara", "Yuki", "Zoe",
    ]
    private static let lasts = [
        "Adams", "Ahmed", "Almeida", "Andersen", "Baker", "Barros", "Bauer", "Bennett", "Berg", "Brandt", "Brown",
        "Campbell", "Castro", "Chandra", "Clark", "Costa", "Cruz", "Das", "Davis", "Dubois", "Edwards", "Eriksen",
        "Evans", "Fischer", "Foster", "Fournier", "Garcia", "Gomez", "Gray", "Gupta", "Haas", "Hall", "Hansen",
        "Hughes", "Ito", "Iyer", "Jensen", "Jones", "Kaur", "Keller", "Khan", "Kim", "Klein", "Lambert", "Larsen",
        "Lee", "Lewis", "Lopez", "Marino", "Martin", "Mehta", "Meyer", "Moreau", "Morris", "Mueller", "Murphy",
        "Nakamura", "Nielsen", "Novak", "Ortiz", "Park", "Patel", "Perez", "Peters", "Petrov", "Price", "Ramos", "Rao",
        "Reed", "Ricci", "Rivera", "Rossi", "Roth", "Russo", "Santos", "Sato", "Schmidt", "Scott", "Silva", "Singh",
        "Smith", "Sorensen", "Suzuki", "Tanaka", "Taylor", "Torres", "Vargas", "Vogel", "Wagner", "Walker", "Wang",
        "Weber", "White", "Wood", "Wright", "Yamada", "Young", "Zhang", "Ziegler",
    ]
    /// How many different names there are.
    static let count = firsts.count * lasts.count

    /// The name with this number, 0 ..< count.
    static func person(_ number: Int) -> String {
        firsts[number % firsts.count] + " " + lasts[number / firsts.count % lasts.count]
    }
}
