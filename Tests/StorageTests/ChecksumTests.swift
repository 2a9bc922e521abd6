// Checksums are the published ones.

import Testing

@testable import Storage

@Suite("Checksums are the published ones")
struct ChecksumTests {
    private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ 7) } }

    private func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number(8 * $0)) }
    }

    /// Expected values from the reference library (python-xxhash 3).
    @Test func xxh64() {
        #expect(XXH64.hash([]) == 0xEF46_DB37_51D8_E999)
        #expect(XXH64.hash(Array("a".utf8)) == 0xD24E_C4F1_A98C_6E5B)
        #expect(XXH64.hash(Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
        #expect(XXH64.hash(Array("Nobody inspects the spammish repetition".utf8)) == 0xFBCE_A83C_8A37_8BF1)
        #expect(XXH64.hash(bytes(1000), seed: 0x9E37_79B1_85EB_CA87) == 0x4841_3C72_3334_5A55)
        let all = (0..<300).flatMap { littleEndian(XXH64.hash(bytes($0), seed: UInt64($0))) }
        #expect(XXH64.hash(all) == 0x1B5F_ABE3_A902_44F1)
    }

    @Test func xxh64InPieces() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let whole = bytes(Int.random(in: 0...200, using: &random))
            var hash = XXH64()
            var index = 0
            while index < whole.count {
                let end = min(whole.count, index + Int.random(in: 0...50, using: &random))
                hash.update(Array(whole[index..<end]))
                index = end
            }
            #expect(hash.value == XXH64.hash(whole))
        }
    }

    /// RFC 3720 B.4, and the reference library crc32c 2 over all lengths below 100.
    @Test func crc32c() {
        #expect(CRC32C.hash(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.hash([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.hash([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.hash((0..<32).map { UInt8($0) }) == 0x46DD_794E)
        #expect(CRC32C.hash((0..<100).flatMap { littleEndian(CRC32C.hash(bytes($0))) }) == 0x88C1_E7C0)
        #expect(CRC32C.hash(bytes(50), continuing: CRC32C.hash([])) == CRC32C.hash(bytes(50)))
        #expect(
            CRC32C.hash(Array(bytes(90)[37...]), continuing: CRC32C.hash(Array(bytes(90)[..<37])))
                == CRC32C.hash(bytes(90)))
    }
}
