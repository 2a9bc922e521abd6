// Every cap in one place, each with its reason. A cap that is met gives a diagnostic, never a trap.

/// Upper bounds on input and work.
public enum Limits {
    /// Bytes of one script or typed statement: far beyond any written by hand, small enough to lex at once.
    public static let sourceByteCountMax = 64 << 20
    /// Nested brackets, `not`s and `if`s: keeps recursive descent within a 512 kB thread stack.
    public static let nestingDepthMax = 200
    /// Diagnostics reported for one script: more helps nobody.
    public static let diagnosticCountMax = 20
    /// Rows of a chunk: row numbers within it fit 16 bits.
    public static let chunkRowCount = 65_536
    /// Rows evaluated at a time: vectors of 8 bytes stay within the second-level cache, and what a block costs by itself
    /// is spread. With 4,096, 8,192 and 16,384 rows a sum under two predicates over 10 million deals takes 2.79, 2.68 and
    /// 2.46 ms, one by owner 7.9, 7.6 and 6.8 (cases sum-two-predicates, by-owner).
    public static let blockRowCount = 16_384
    /// Rows of a table: row numbers fit a signed 32-bit integer.
    public static let tableRowCountMax = Int(Int32.max)
    /// Cells listed for one failed import.
    public static let badCellCountMax = 20
    /// Open deals whose sum is convolved: beyond it a simulation is as close and far quicker.
    public static let convolutionDealCountMax = 2_000
    /// Cells of the grid on which sums of money are convolved: a step of 1/8,192 of the range, well below a cent in the
    /// dollar of any quantile that is shown.
    public static let sumGridCellCountMax = 8_192
    /// Quarters that a backtest looks at: each is a book as of its day, learned from anew.
    public static let backtestQuarterCountMax = 80
    /// Parts that a forecast's period is split into: a row each, and a distribution to compute.
    public static let forecastPartCountMax = 400
    /// Bytes of a text file (CSV, JSON) read as a table: offsets of cells fit 32 bits.
    public static let textFileByteCountMax = Int(UInt32.max) - 1
    /// Bytes of one cell of a text file: far beyond any CRM's long text, and a quote never closed is found early.
    public static let cellByteCountMax = 16 << 20
    /// Columns of a text file: as many as a spreadsheet holds.
    public static let columnCountMax = 16_384
    /// Rows of a book's small tables (stages, settings, definitions): far more than anybody writes, few enough to read
    /// at once when a file is opened.
    public static let settingRowCountMax = 100_000
    /// Stages of a pipeline that a funnel counts: the stages a deal has been in are a set of bits beside a sign.
    public static let funnelStageCountMax = 63
    /// Columns that a pivot makes: more are no table that anybody reads.
    public static let pivotColumnCountMax = 1_000
    /// Periods filled in between the first and the last of a result: a typing error in one date must not make millions.
    public static let filledPeriodCountMax = 10_000
    /// Deals whose timelines are told on one answer of cards.
    public static let cardCountMax = 20
    /// Scripts that run each other: deeper than any library of scripts, far from the stack's end.
    public static let scriptDepthMax = 16
    /// Rows of an answer that is compared with another: they are matched in memory.
    public static let comparedRowCountMax = 200_000
    /// Deals of a book whose forecast each `what if` answers with; beyond it learning from them takes longer than a person
    /// who only tries something will wait, and `compare forecast` asks for it.
    public static let whatIfForecastDealCountMax = 200_000
    /// Values of a sweep, the cells of its grid counted: each is an answer of its own.
    public static let sweepValueCountMax = 1_000
}
