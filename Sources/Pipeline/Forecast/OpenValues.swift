// What an open deal will be worth when it is won. Prices are talked down and deals without an amount get one, so an open
// value is corrected by what became of such values:
//
//   amount = value × scale          scale  = Σ won value ÷ Σ value at the start of the quarter in which it was won
//          = list price × scale     of the product, for deals without a value; Σ won value ÷ Σ list price of won deals
//          = mean won value         of the product (from 5 won deals on), else of all
//
// A scale rests on at least 20 won deals, else it is 1. All of it is learned from deals won in the last two years.

import Engine
import Values

/// Amounts that open deals count with.
struct OpenValues: Sendable {
    static let scaleDealCountMin = 20
    static let productDealCountMin = 5
    static let dayCount = 730

    /// Where an amount comes from.
    enum Origin { case value, listPrice, wonMean }

    /// Won ÷ earlier open value.
    private(set) var scale = 1.0
    /// How many won deals the scale rests on.
    private(set) var scaleDealCount = 0
    /// Won ÷ list price.
    private(set) var priceScale = 1.0
    private var meanByProduct: [Cell: Double] = [:]
    private var mean: Double?

    /// Learns from the won deals of a whole book; `earlier` is the value at the start of the quarter in which a deal
    /// was won, `Int64.min` where it is not known.
    init(_ deals: ForecastDeals, earlier: (Int, Day) -> Int64) throws {
        let products = try deals.products()
        let since = deals.today.adding(days: -OpenValues.dayCount)
        var won = (now: 0.0, before: 0.0, count: 0)
        var priced = (now: 0.0, list: 0.0, count: 0)
        var byProduct = [(sum: Double, count: Int)](repeating: (0, 0), count: products.names.count)
        var all = (sum: 0.0, count: 0)
        for index in 0..<deals.count {
            guard let day = deals.wonDay(index), day > since, deals.values[index] != .min else { continue }
            let value = Double(deals.values[index])
            all = (all.sum + value, all.count + 1)
            let product = Int(products.codes[index])
            byProduct[product] = (byProduct[product].sum + value, byProduct[product].count + 1)
            let before = earlier(index, day)
            if before != .min, before > 0 { won = (won.now + value, won.before + Double(before), won.count + 1) }
            if !deals.listPrice.isEmpty, deals.listPrice[index] != .min {
                priced = (priced.now + value, priced.list + Double(deals.listPrice[index]), priced.count + 1)
            }
        }
        if won.count >= OpenValues.scaleDealCountMin, won.before > 0 { scale = won.now / won.before }
        scaleDealCount = won.count
        if priced.count >= OpenValues.scaleDealCountMin, priced.list > 0 { priceScale = priced.now / priced.list }
        mean = all.count > 0 ? all.sum / Double(all.count) : nil
        for (name, product) in zip(products.names, byProduct)
        where product.count >= OpenValues.productDealCountMin && name != .missing {
            meanByProduct[name] = product.sum / Double(product.count)
        }
    }

    /// The amount of a deal in cents and where it comes from; `nil` when nothing tells.
    func amount(_ deals: ForecastDeals, _ index: Int, product: @autoclosure () -> Cell) -> (
        cents: Int64, origin: Origin
    )? {
        if deals.values[index] != .min {
            return (OpenValues.cents(max(0, Double(deals.values[index])) * scale), .value)
        }
        if !deals.listPrice.isEmpty, deals.listPrice[index] != .min {
            return (OpenValues.cents(Double(deals.listPrice[index]) * priceScale), .listPrice)
        }
        return (meanByProduct[product()] ?? mean).map { (OpenValues.cents(max(0, $0)), .wonMean) }
    }

    private static func cents(_ amount: Double) -> Int64 { Int64(min(amount, 9e18).rounded()) }
}
