// Walks over the deals of a report that can be stopped: a million of them take longer than a person waits for a stop, and
// a plain loop or sort looks at no flag.

import Engine

extension Range where Bound == Int {
    /// Visits the numbers in order; stops when the program is asked to.
    func forEachUnlessStopped(_ body: (Int) throws -> Void) throws {
        var next = lowerBound
        while next < upperBound {
            try Cancellation.checkAmbient()
            let end = Swift.min(upperBound, next + 4_096)
            for number in next..<end { try body(number) }
            next = end
        }
    }
}

extension Sequence {
    /// The elements in order; stops when the program is asked to.
    func sortedUnlessStopped(by precedes: (Element, Element) throws -> Bool) throws -> [Element] {
        var count = 0
        return try sorted { one, other in
            count &+= 1
            if count & 0x3FFF == 0 { try Cancellation.checkAmbient() }
            return try precedes(one, other)
        }
    }
}
