// Finds what a typed name means among known ones: exactly, without regard to case, by unique prefix; and, when
// nothing fits, the names nearest to it. One answer for stages, owners, accounts, fields and tables, so that a
// name works the same everywhere. Built per use from a list of names; lookups scan the folded keys in order.

import Values

/// Names to look up, each with a number (its place in the list given) and how often it is used.
public struct NameIndex: Sendable {
    /// What a lookup found.
    public enum Match: Hashable, Sendable {
        /// The name itself, case ignored unless two names differ only by it.
        case exact(Int)
        /// The only name that begins with the text.
        case prefix(Int)
        /// Several names begin with the text, in the list's order.
        case several([Int])
        /// Nothing fits.
        case none
    }

    /// The names, in the order given.
    public let names: [String]
    /// How often each is used; all zero when not told.
    public let counts: [Int]
    private let keys: [String]
    private let places: [String: [Int]]
    private let sorted: [Int]

    /// An index over the names.
    ///
    /// Complexity: O(n log n).
    public init(_ names: [String], counts: [Int] = []) {
        self.names = names
        self.counts = counts.count == names.count ? counts : Array(repeating: 0, count: names.count)
        let keys = names.map(NameIndex.key)
        var places: [String: [Int]] = [:]
        for (place, key) in keys.enumerated() { places[key, default: []].append(place) }
        self.keys = keys
        self.places = places
        self.sorted = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    }

    /// A name as lookups compare it: lower case, outer blanks off, inner blanks single, curly quotes plain.
    public static func key(_ name: String) -> String {
        var key = ""
        var blank = false
        for scalar in name.lowercased().unicodeScalars {
            switch scalar {
            case " ", "\t", "\u{A0}": blank = true
            default:
                if blank, !key.isEmpty { key.unicodeScalars.append(" ") }
                blank = false
                switch scalar {
                case "\u{2018}", "\u{2019}": key.unicodeScalars.append("'")
                case "\u{201C}", "\u{201D}": key.unicodeScalars.append("\"")
                default: key.unicodeScalars.append(scalar)
                }
            }
        }
        return key
    }

    /// The place of the name itself: written the same, else alike without regard to case; `nil` when there is none.
    public func exact(_ text: String) -> Int? {
        guard let found = places[NameIndex.key(text)] else { return nil }
        return found.first { names[$0] == text } ?? found.first
    }

    /// What the text means; `prefix: false` for names that must be written out (quoted, or in a change).
    public func match(_ text: String, prefix: Bool = true) -> Match {
        if let place = exact(text) { return .exact(place) }
        guard prefix else { return .none }
        let found = beginning(with: text)
        if found.count == 1 { return .prefix(found[0]) }
        return found.isEmpty ? .none : .several(found)
    }

    /// The places of all names that begin with the text, case ignored, in the list's order.
    public func beginning(with text: String) -> [Int] {
        let key = NameIndex.key(text)
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if keys[sorted[middle]] < key { low = middle + 1 } else { high = middle }
        }
        var found: [Int] = []
        while low < sorted.count, keys[sorted[low]].hasPrefix(key) {
            found.append(sorted[low])
            low += 1
        }
        return found.sorted()
    }

    /// Up to `count` names nearest to the text, nearest first and most used first among equals: within an edit per
    /// three letters, or sharing a word's beginning.
    public func near(_ text: String, count: Int = 3) -> [String] {
        let key = NameIndex.key(text)
        let letters = key.unicodeScalars.map(\.value)
        guard !letters.isEmpty else { return [] }
        let limit = max(1, min(4, letters.count / 3))
        var found: [(distance: Int, place: Int)] = []
        for (place, other) in keys.enumerated() {
            if let distance = distance(letters, key, to: other, limit: limit) { found.append((distance, place)) }
        }
        found.sort { ($0.distance, -counts[$0.place], $0.place) < ($1.distance, -counts[$1.place], $1.place) }
        return found.prefix(count).map { names[$0.place] }
    }

    /// The distance to a name, or to one of its words or its beginning (which counts one more).
    private func distance(_ letters: [UInt32], _ key: String, to other: String, limit: Int) -> Int? {
        let scalars = other.unicodeScalars.map(\.value)
        if let whole = EditDistance.between(letters, scalars, limit: limit) { return whole }
        guard letters.count >= 3 else { return nil }
        // A part of a name is less than the whole, so it must be nearer; two letters swapped are near in four.
        let partLimit = max(limit - 1, letters.count >= 4 ? 1 : 0)
        if scalars.count > letters.count,
            let start = EditDistance.between(letters, Array(scalars.prefix(letters.count)), limit: partLimit)
        {
            return start + 1
        }
        for word in other.split(separator: " ").dropFirst() {
            if word.hasPrefix(key) { return 1 }
            if let near = EditDistance.between(letters, word.unicodeScalars.map(\.value), limit: partLimit) {
                return near + 1
            }
        }
        return nil
    }
}
