// Names of categories: lookups against the plain definition, growth, and what a file may do to one.

import Engine
import Testing
import Values

@Suite struct DictionaryTests {
    @Test(arguments: UInt64(1)...15) func lookups(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let start = (0..<random.below(40)).map { _ in name(&random) }
        var dictionary = CategoryDictionary(start)
        var names: [String] = []
        for name in start where !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) { names.append(name) }
        for _ in 0..<400 {
            let added = name(&random)
            let known = names.firstIndex { $0.utf8.elementsEqual(added.utf8) }
            if known == nil { names.append(added) }
            #expect(try dictionary.insert(added) == UInt32((known ?? names.count - 1) + 1))
        }
        #expect(dictionary.count == names.count)
        #expect(try dictionary.names() == names)
        let ordered = names.indices.sorted { Oracle.order(.text(names[$0]), .text(names[$1])) < 0 }
        #expect(try dictionary.order() == ordered.map { UInt32($0 + 1) })
        for _ in 0..<60 {
            let wanted = random.chance(50) ? random.pick(names) : name(&random)
            let other = random.chance(50) ? wanted.uppercased() : wanted
            #expect(
                try dictionary.code(of: wanted)
                    == names.firstIndex { $0.utf8.elementsEqual(wanted.utf8) }.map { UInt32($0 + 1) })
            #expect(
                try dictionary.codes(ignoringCase: other)
                    == ordered.filter { names[$0].lowercased().utf8.elementsEqual(other.lowercased().utf8) }.map {
                        UInt32($0 + 1)
                    })
            let prefix = String(other.prefix(random.below(4)))
            let expected = ordered.filter { names[$0].lowercased().utf8.starts(with: prefix.lowercased().utf8) }
            #expect(try dictionary.codes(withPrefix: prefix) == expected.map { UInt32($0 + 1) })
            #expect(try dictionary.completions(of: prefix, limit: 3) == expected.prefix(3).map { names[$0] })
        }
        let stored = try dictionary.stored()
        func slice<Element>(_ elements: [Element]) -> ByteSlice {
            ByteSlice(elements.withUnsafeBytes { ByteRegion(copying: $0) })
        }
        let restored = try CategoryDictionary(
            count: names.count, offsets: slice(stored.offsets), bytes: slice(stored.bytes), order: slice(stored.order))
        #expect(try restored.names() == names)
        #expect(try restored.order() == dictionary.order())
        #expect(try restored.name(0) == nil)
        #expect(try restored.name(UInt32(names.count + 1)) == nil)
    }

    private func name(_ random: inout SeededRandom) -> String {
        random.pick(["Acme", "ACME", "acme corp", "Zoë", "zOË", "", "Demo", "Straße"])
            + (random.chance(70) ? String(random.below(300)) : "")
    }

    @Test func copiesGrowApart() throws {
        var first = CategoryDictionary(["A"])
        var second = first
        #expect(try first.insert("B") == 2)
        #expect(try second.insert("C") == 2)
        #expect(try first.name(2) == "B")
        #expect(try second.name(2) == "C")
    }

    @Test func damagedBytesNeverTrap() throws {
        let offsets: [UInt32] = [0, 900, 3, .max]
        let order: [UInt32] = [1, 7, 2]
        let bytes: [UInt8] = [65, 66, 255, 67]
        let dictionary = try CategoryDictionary(
            count: 3, offsets: ByteSlice(offsets.withUnsafeBytes { ByteRegion(copying: $0) }),
            bytes: ByteSlice(bytes.withUnsafeBytes { ByteRegion(copying: $0) }),
            order: ByteSlice(order.withUnsafeBytes { ByteRegion(copying: $0) }))
        for code in UInt32(0)...4 { _ = try dictionary.name(code) }
        #expect(throws: EngineError.self) { try dictionary.order() }
    }
}
