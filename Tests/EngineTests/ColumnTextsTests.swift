// Texts appended in stretches, as they lie in a file, make the column that they make one by one: short and long ones, those
// at the very end of the bytes, many names and few, across the borders of chunks.

import Testing
import Values

@testable import Engine

struct ColumnTextsTests {
    @Test(arguments: [ValueType.text, .category]) func stretchesMakeTheSameColumn(_ type: ValueType) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("column texts seed", seed)
        var random = SeededRandom(seed)
        for (count, nameCount) in [(0, 1), (1, 1), (40, 3), (1_000, 900), (65_536 + 77, 20_000)] {
            var source: [UInt8] = []
            var pool: [Range<Int>] = []
            for name in 0..<nameCount {
                // Few bytes differ, so that hashes have something to tell; many texts begin alike.
                let byteCount = [0, 1, 7, 8, 9, 16, 31, 32, 33, 70][Int(random.next() % 10)]
                let start = source.count
                for index in 0..<byteCount { source.append(index == 3 ? UInt8(name & 0xFF) : UInt8(65 + name % 3)) }
                pool.append(start..<source.count)
            }
            let ranges = (0..<count).map { _ in pool[Int(random.next() % UInt64(pool.count))] }
            var plain = ColumnBuilder(name: "x", valueType: type)
            for range in ranges {
                if range.isEmpty {
                    plain.appendMissing()
                } else {
                    source[range].withUnsafeBufferPointer { plain.append(utf8: $0) }
                }
            }
            var quick = ColumnBuilder(name: "x", valueType: type)
            var row = 0
            while row < count {
                let end = min(count, row + 1 + Int(random.next() % 5_000))
                quick.append(
                    texts: ranges[row..<end].map { UInt64($0.lowerBound) << 32 | UInt64($0.upperBound) },
                    in: source.span)
                row = end
            }
            let (expected, found) = (try plain.finish(), try quick.finish())
            #expect(found.rowCount == expected.rowCount && found.missingCount == expected.missingCount)
            let isSame = try found.cells() == expected.cells()
            #expect(isSame, "seed \(seed), \(count) rows")
            #expect(found.chunks.map(\.layout) == expected.chunks.map(\.layout))
            if type == .category {
                #expect(try found.dictionary.names() == expected.dictionary.names())
                let areSame = try found.codes() == expected.codes()
                #expect(areSame)
            }
        }
    }

    @Test func firstBytesAreFoldedAsEachByteIs() {
        for byte in UInt8(0)...127 {
            let text = [64, 65, 90, 91, byte, 97, 122, byte, 9].map { UInt8($0) }
            let key = text.withUnsafeBufferPointer { TextKey.prefix($0) }
            #expect(key == text.prefix(8).reduce(0) { $0 << 8 | UInt64(TextOrder.fold($1)) })
        }
    }
}
