// The vocabulary: every example is a statement that parses, and every word that the parser knows stands in it.

import Testing
import Values

@testable import Language

@Suite struct VocabularyTests {
    @Test(arguments: Vocabulary.entries) func examplesParse(_ entry: VocabularyEntry) {
        #expect(!entry.syntax.isEmpty && !entry.summary.isEmpty && !entry.examples.isEmpty)
        for example in entry.examples {
            let script = Parser.parse(SourceText(example))
            #expect(script.diagnostics.isEmpty, "\(example)")
            #expect(script.statements.count == 1, "\(example)")
        }
    }
}
