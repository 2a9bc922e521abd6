// The tables beside the deals of a generated book: what is known of the accounts, owners and products they name.

internal import Engine
internal import Values

/// The tables beside the deals.
enum GeneratedTables {
    /// One row for each account, with its sector, region, country and employees.
    static func accounts(_ companies: [(name: String, sector: String)], seed: UInt64) throws -> ReferenceTable {
        var account = ColumnBuilder(name: "account", valueType: .text)
        var sector = ColumnBuilder(name: "sector", valueType: .category)
        var region = ColumnBuilder(name: "region", valueType: .category)
        var country = ColumnBuilder(name: "country", valueType: .category)
        var employees = ColumnBuilder(name: "employees", valueType: .integer)
        for (number, company) in companies.enumerated() {
            let traits = AccountTraits(number: number, seed: seed)
            let place = AccountTraits.countries[traits.country]
            account.append(company.name)
            sector.append(company.sector)
            region.append(AccountTraits.regions[place.region])
            country.append(place.name)
            employees.append(Int64(traits.employees))
        }
        let columns = [account, sector, region, country, employees]
        return try table("accounts", "account", columns)
    }

    /// One row for each owner, with manager, team and region.
    static func owners(_ team: SalesTeam) throws -> ReferenceTable {
        var owner = ColumnBuilder(name: "owner", valueType: .text)
        var manager = ColumnBuilder(name: "manager", valueType: .category)
        var teamName = ColumnBuilder(name: "team", valueType: .category)
        var region = ColumnBuilder(name: "region", valueType: .category)
        for person in team.owners {
            owner.append(person.name)
            manager.append(person.manager)
            teamName.append(person.team)
            region.append(AccountTraits.regions[person.region])
        }
        return try table("owners", "owner", [owner, manager, teamName, region])
    }

    /// One row for each product, with its family and list price.
    static func products() throws -> ReferenceTable {
        var product = ColumnBuilder(name: "product", valueType: .text)
        var family = ColumnBuilder(name: "family", valueType: .category)
        var price = ColumnBuilder(name: "list_price", valueType: .money)
        for kind in SellingModel.products {
            product.append(kind.name)
            family.append(kind.name == "Premium Support" ? "Service" : "Software")
            price.append(Int64(kind.value) * 100)
        }
        return try table("products", "product", [product, family, price])
    }

    private static func table(_ name: String, _ singular: String, _ builders: [ColumnBuilder]) throws -> ReferenceTable
    {
        let rows = try Table(builders.map { try $0.finish() })
        return ReferenceTable(name: name, singular: singular, field: singular, keyColumn: singular, rows: rows)
    }
}
