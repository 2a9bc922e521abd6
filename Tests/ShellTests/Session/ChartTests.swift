// What charts of characters look like, drawn out by hand.

import Shell
import Testing

@Suite struct ChartTests {
    private func draw(_ chart: Chart, _ kind: Chart.Kind, width: Int = 40, style: LineStyle = .unicode) -> String {
        ChartRenderer(width: width, style: style).lines(chart, kind).joined(separator: "\n")
    }

    private func months(_ values: [Double?]) -> Chart {
        Chart(
            labels: Array(["Jan", "Feb", "Mar", "Apr"].prefix(values.count)),
            series: [
                Chart.Series(name: "value", values: values, texts: values.map { $0.map { "$\(Int($0))k" } ?? "–" })
            ])
    }

    @Test func barsAreProportionalAndNamesAreCut() {
        let chart = Chart(
            labels: ["Demo", "Proposal", "Negotiation"],
            series: [Chart.Series(name: "count", values: [8, 4, nil], texts: ["8", "4", "–"])])
        #expect(
            draw(chart, .bars, width: 30) == """
                count
                Demo        ███████████████ 8
                Proposal    ███████▌ 4
                Negotiati…  –
                """)
        #expect(
            draw(chart, .bars, width: 30, style: .ascii) == """
                count
                Demo        ############### 8
                Proposal    ######## 4
                Negotia...  –
                """)
    }

    @Test func negativeBarsLieLeftOfZero() {
        let chart = Chart(
            labels: ["won", "lost"], series: [Chart.Series(name: "change", values: [3, -1], texts: ["3", "-1"])])
        #expect(
            draw(chart, .bars, width: 24) == """
                change
                won       ██████████▌ 3
                lost  ████ -1
                """)
    }

    @Test func severalSeriesStandUnderEachOther() {
        let chart = Chart(
            labels: ["Dana", "Marco"],
            series: [
                Chart.Series(name: "won", values: [2, 1], texts: ["2", "1"]),
                Chart.Series(name: "lost", values: [1, 0], texts: ["1", "0"]),
            ])
        #expect(
            draw(chart, .bars, width: 24) == """
                Dana   won   ████████ 2
                       lost  ████ 1
                Marco  won   ████ 1
                       lost  0
                """)
    }

    @Test func columnsStandOnZero() {
        #expect(
            draw(months([10, 5, nil, 2.5]), .columns, width: 20) == """
                value
                $10k │ ██
                     │ ██
                     │ ██
                     │ ██
                     │ ██
                     │ ██ ██
                     │ ██ ██
                     │ ██ ██    ▄▄
                     │ ██ ██    ██
                   0 │ ██ ██    ██
                       Jan   Mar
                """)
    }

    @Test func columnsThatDoNotFitBecomeBars() {
        let many = Chart(
            labels: (1...40).map(String.init),
            series: [
                Chart.Series(name: "n", values: Array(repeating: 1, count: 40), texts: Array(repeating: "1", count: 40))
            ])
        #expect(draw(many, .columns) == draw(many, .bars))
    }

    @Test func aLineRisesFromFootToTop() {
        let lines = draw(months([0, 10]), .line, width: 30, style: .ascii).split(separator: "\n")
        #expect(lines.count == 12)
        #expect(lines[1].hasPrefix("$10k |"))
        #expect(lines[1].hasSuffix("*"))
        #expect(lines[10].hasPrefix(" $0k | *"))
        #expect(lines[11].hasPrefix("       Jan"))
        #expect(lines[11].hasSuffix("Feb"))
    }

    @Test func aSparkIsOneLine() {
        #expect(draw(months([1, 8, nil, 4]), .spark) == "value  ▁█ ▄  $1k … $8k, last $4k")
    }

    @Test func nothingAndZeroAreDrawn() {
        for kind in [Chart.Kind.bars, .columns, .line, .spark] {
            for style in [LineStyle.unicode, .ascii] {
                _ = draw(months([]), kind, style: style)
                #expect(!draw(months([0, 0]), kind, style: style).isEmpty)
                #expect(!draw(months([nil]), kind, style: style).isEmpty)
            }
        }
    }
}
