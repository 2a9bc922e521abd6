// Whatever is written, there is an answer or a diagnostic: every example of the vocabulary, and thousands of statements
// put together from pieces of the cases. A trap ends the test run.

import Language
import Pipeline
import Query
import Testing
import Values

@Suite struct RobustnessTests {
    @Test func everyExampleOfTheVocabularyAnswersOrSaysWhyNot() throws {
        for entry in Vocabulary.entries {
            for example in entry.examples {
                let (text, codes) = try CaseFile.run(example)
                #expect(!text.isEmpty || codes.isEmpty, "\(example)")
                #expect(!codes.contains(.typeMismatch), "\(example): \(text)")
            }
        }
    }

    @Test func brokenStatementsNeverTrap() throws {
        let seed: UInt64 = 20_261_123
        var numbers = SeededNumbers(seed: seed)
        let lines = try CaseFile.names.flatMap { try CaseFile($0).cases }.map(\.statements).filter {
            $0.utf8.count < 300
        }
        let words = lines.flatMap { $0.split(separator: " ").map(String.init) }
        let odd = [
            "9223372036854775807", "99999999999y", "-", "%", "$", "0001-01-01", "9999-12-31", "\u{0}", "é", "''", "||",
            "..", "(", ")",
        ]
        let runner = StatementRunner(clock: SmallBook.today)
        let book = try SmallBook.make()
        var answered = 0
        for _ in 0..<1_500 {
            var parts = numbers.pick(lines).split(separator: " ").map(String.init)
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let place = Int.random(in: 0...parts.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: parts.insert(numbers.pick(words), at: place)
                case 1: parts.insert(numbers.pick(odd), at: place)
                case 2: if place < parts.count { parts.remove(at: place) }
                default: if place < parts.count { parts[place] = numbers.pick(words) }
                }
            }
            let source = SourceText(parts.joined(separator: " "))
            let script = Parser.parse(source, isPrompt: true)
            var current = runner
            for statement in script.statements {
                do {
                    if case .answer(let answer) = try current.run(statement, in: source, book: book) {
                        _ = try answer.page(0..<5, of: Array(answer.columns.indices))
                        answered += 1
                    }
                } catch is Diagnostic {
                } catch is Diagnostics {
                }
            }
        }
        #expect(answered > 50, "seed \(seed)")
    }
}
