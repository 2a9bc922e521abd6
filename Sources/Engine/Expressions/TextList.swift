// Texts during evaluation: references into bytes that somebody keeps alive, because copying strings out of chunks
// would cost more than most questions about them.

import Values

/// One text in memory; no address means that the value is missing.
@safe struct TextRef {
    let start: UnsafePointer<UInt8>?
    let count: Int

    static var missing: TextRef { unsafe TextRef(start: nil, count: 0) }

    init(start: UnsafePointer<UInt8>?, count: Int) {
        unsafe self.start = start
        self.count = count
    }

    /// A present text; an empty one gets an address that is never read.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        unsafe start = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)
        count = bytes.count
    }

    var isPresent: Bool { unsafe start != nil }
    var bytes: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: start, count: count) }
    var string: String { unsafe String(decoding: bytes, as: UTF8.self) }
}

/// Constant texts by number, some of them missing.
final class TextList: Sendable {
    private let region: ByteRegion
    private let offsets: [Int]
    private let present: [Bool]

    init(_ texts: [String?]) {
        var bytes: [UInt8] = []
        var offsets = [0]
        for text in texts {
            if let text { bytes.append(contentsOf: text.utf8) }
            offsets.append(bytes.count)
        }
        region = unsafe bytes.withUnsafeBytes { unsafe ByteRegion(copying: $0) }
        self.offsets = offsets
        present = texts.map { $0 != nil }
    }

    /// No text at 0, then the names by their number.
    convenience init(_ names: NameIndex) {
        self.init(
            [nil] + (0..<names.count).map { unsafe names.withName($0) { unsafe String(decoding: $0, as: UTF8.self) } })
    }

    var count: Int { present.count }

    /// The text with that number; missing outside. Valid for as long as the list is held.
    func ref(_ index: Int) -> TextRef {
        guard index < present.count, present[index] else { return .missing }
        let start = unsafe (region.uncheckedStart + offsets[index]).assumingMemoryBound(to: UInt8.self)
        return unsafe TextRef(start: start, count: offsets[index + 1] - offsets[index])
    }
}

/// Texts of a block of rows and what keeps their bytes alive.
struct Texts {
    var refs: [TextRef]
    var owners: [AnyObject] = []
}
