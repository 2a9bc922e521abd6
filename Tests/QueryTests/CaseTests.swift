// Every case file under Tests/Cases/query, and the promise that nothing is without a case: each code that Query can
// complain with, each function, each step.

import Foundation
import Language
import Query
import Testing
import Values

@Suite struct CaseTests {
    @Test(arguments: CaseFile.names)
    func caseFile(_ name: String) throws {
        let file = try CaseFile(name)
        let computed = try file.cases.map { try CaseFile.run($0.statements).text }
        if ProcessInfo.processInfo.environment["DEALSH_RECORD"] == "1" {
            try file.record(computed)
            return
        }
        for (item, text) in zip(file.cases, computed) {
            #expect(text == item.expected, "\(name): \(item.statements)")
        }
    }

    /// The codes of Query's section in the catalogue.
    private static func codesOfQuery() throws -> [DiagnosticCode] {
        let path = CaseFile.folder.appendingPathComponent("../../../Sources/Values/DiagnosticCode.swift").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let section = text.components(separatedBy: "// MARK: ").first { $0.hasPrefix("Query") } ?? ""
        let names = section.components(separatedBy: "\"").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        return names.compactMap(DiagnosticCode.init(rawValue:))
    }

    private static func allCases() throws -> [CaseFile.Case] {
        try CaseFile.names.flatMap { try CaseFile($0).cases }
    }

    @Test func everyCodeHasACase() throws {
        let codes = try CaseTests.codesOfQuery()
        #expect(codes.count > 15)
        var seen: Set<DiagnosticCode> = []
        for item in try CaseTests.allCases() { seen.formUnion(try CaseFile.run(item.statements).codes) }
        for code in codes { #expect(seen.contains(code), "no case for \(code.rawValue)") }
    }

    @Test func everyFunctionAndStepHasACase() throws {
        let statements = try CaseTests.allCases().filter { !$0.expected.contains("error[") }.map(\.statements)
            .joined(separator: "\n").lowercased()
        for function in FunctionName.allCases {
            #expect(statements.contains(function.rawValue + "("), "no case for \(function.rawValue)")
        }
        for entry in Vocabulary.entries(of: .step) + Vocabulary.entries(of: .aggregate) {
            #expect(statements.contains(entry.word), "no case for \(entry.word)")
        }
        let known = Set(FunctionName.allCases.map(\.rawValue))
        #expect(known == Vocabulary.functionNames)
    }
}
