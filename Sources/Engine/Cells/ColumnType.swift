// What a column means (its type) and how its values are held (its representation). Apart from Column, because
// expressions carry the same pair for every node.

/// What the values of a column or expression mean.
public enum ColumnType: UInt8, CaseIterable, Sendable {
    /// Free text.
    case text = 1
    /// Text that repeats: codes into the column's dictionary.
    case category = 2
    /// A plain number: integer, or real.
    case number = 3
    /// An amount in cents (integer).
    case money = 4
    /// A share: integer millionths (450,000 is 45%), or a real fraction (0.45).
    case percent = 5
    /// A civil day: `Day.number` (integer).
    case date = 6
    /// A number of days (integer).
    case duration = 7
    /// Yes or no: 1 or 0 (integer).
    case boolean = 8
    /// Seconds since 1970-01-01 00:00 UTC (integer).
    case instant = 9
}

/// How values are held.
public enum Representation: UInt8, CaseIterable, Sendable {
    /// `Int64`.
    case integer = 1
    /// `Double`, never NaN.
    case real = 2
    /// `UInt32` into a dictionary; 0 is missing.
    case code = 3
    /// UTF-8.
    case text = 4
}

/// The type of a column or expression together with how its values are held.
public struct ValueType: Hashable, Sendable {
    /// What the values mean.
    public let type: ColumnType
    /// How they are held.
    public let representation: Representation

    private init(pair type: ColumnType, _ representation: Representation) {
        self.type = type
        self.representation = representation
    }

    /// The only valid pair for the type; number and percent are integer unless `real` is asked for.
    public init(_ type: ColumnType, real: Bool = false) {
        switch type {
        case .text: self.init(pair: type, .text)
        case .category: self.init(pair: type, .code)
        case .number, .percent: self.init(pair: type, real ? .real : .integer)
        case .money, .date, .duration, .boolean, .instant: self.init(pair: type, .integer)
        }
    }

    /// The pair, if it is a valid one; for reading from files.
    public init?(_ type: ColumnType, _ representation: Representation) {
        let pair = ValueType(type, real: representation == .real)
        guard pair.representation == representation else { return nil }
        self = pair
    }

    /// Free text.
    public static let text = ValueType(.text)
    /// Codes into a dictionary.
    public static let category = ValueType(.category)
    /// Whole numbers.
    public static let integer = ValueType(.number)
    /// Real numbers.
    public static let real = ValueType(.number, real: true)
    /// Cents.
    public static let money = ValueType(.money)
    /// Millionths.
    public static let percent = ValueType(.percent)
    /// Real fractions shown as percent.
    public static let realPercent = ValueType(.percent, real: true)
    /// Days since 1970-01-01.
    public static let date = ValueType(.date)
    /// Numbers of days.
    public static let duration = ValueType(.duration)
    /// 1 or 0.
    public static let boolean = ValueType(.boolean)
    /// Seconds since 1970-01-01.
    public static let instant = ValueType(.instant)
}
