// The loops. Every operator and expression comes down to one of these few shapes, called with a branch-free closure
// that is inlined into them, so that they vectorise; they are the only place that touches raw element memory.
//
// Contract: all inputs of a call have at least as many elements as the first one.

/// A byte per row, 1 where something holds and 0 where not.
typealias Mask = [UInt8]

enum Kernel {
    /// Room for results that are all written before anybody reads them.
    @inline(__always) private static func room<R: BitwiseCopyable>(_ count: Int) -> [R] {
        // SAFETY: every caller writes `count` elements at once; elements without a life of their own need no init.
        unsafe [R](unsafeUninitializedCapacity: count) { _, done in done = count }
    }

    // `body` is called outside of the closures that give addresses: within two of them the optimizer no longer inlined
    // it, called it for each element and vectorised nothing; intersecting masks then took two thirds of a count under
    // two predicates. Over mutable spans masked numbers of groups took 13 instead of 2.5 ms for 10 million rows.

    /// Where the elements of an array are. SAFETY: callers hold the array until they are done.
    @inline(__always) private static func address<A>(_ a: [A]) -> UnsafeBufferPointer<A> {
        unsafe a.withUnsafeBufferPointer { unsafe $0 }
    }

    /// Where the elements of an array are that nobody else holds, for change, likewise.
    @inline(__always) private static func mutableAddress<A>(_ a: inout [A]) -> UnsafeMutableBufferPointer<A> {
        unsafe a.withUnsafeMutableBufferPointer { unsafe $0 }
    }

    /// One output element per input element.
    @inline(__always) static func map<A, R: BitwiseCopyable>(_ a: [A], _ body: (A) -> R) -> [R] {
        var result: [R] = room(a.count)
        // SAFETY: output has as many elements as a, and both arrays are held to the end; here and below.
        let output = unsafe mutableAddress(&result)
        let p = unsafe address(a)
        for index in 0..<p.count { unsafe output[index] = body(p[index]) }
        withExtendedLifetime(a) {}
        return result
    }

    @inline(__always) static func map<A, B, R: BitwiseCopyable>(_ a: [A], _ b: [B], _ body: (A, B) -> R) -> [R] {
        precondition(b.count >= a.count)
        var result: [R] = room(a.count)
        let output = unsafe mutableAddress(&result)
        let p = unsafe address(a)
        let q = unsafe address(b)
        for index in 0..<p.count { unsafe output[index] = body(p[index], q[index]) }
        withExtendedLifetime((a, b)) {}
        return result
    }

    @inline(__always) static func map<A, B, C, R: BitwiseCopyable>(
        _ a: [A], _ b: [B], _ c: [C], _ body: (A, B, C) -> R
    ) -> [R] {
        precondition(b.count >= a.count && c.count >= a.count)
        var result: [R] = room(a.count)
        let output = unsafe mutableAddress(&result)
        let p = unsafe address(a)
        let q = unsafe address(b)
        let r = unsafe address(c)
        for index in 0..<p.count { unsafe output[index] = body(p[index], q[index], r[index]) }
        withExtendedLifetime((a, b, c)) {}
        return result
    }

    /// Elements from raw memory, one output element each.
    @inline(__always) static func load<Stored: BitwiseCopyable, R: BitwiseCopyable>(
        _ address: UnsafeRawPointer, _ stored: Stored.Type, _ count: Int, _ body: (Stored) -> R
    ) -> [R] {
        var result: [R] = room(count)
        let output = unsafe mutableAddress(&result)
        // SAFETY: the caller vouches for count elements at the address.
        let input = unsafe address.assumingMemoryBound(to: Stored.self)
        for index in 0..<count { unsafe output[index] = body(input[index]) }
        return result
    }

    /// Changes each element of `a` by the element of `b` beside it.
    @inline(__always) static func update<A, B>(_ a: inout [A], _ b: [B], _ body: (A, B) -> A) {
        precondition(b.count >= a.count)
        let output = unsafe mutableAddress(&a)
        let q = unsafe address(b)
        for index in 0..<output.count { unsafe output[index] = body(output[index], q[index]) }
        withExtendedLifetime((a, b)) {}
    }

    /// Folds all elements into one value.
    @inline(__always) static func reduce<A, R>(_ a: [A], _ initial: R, _ body: (R, A) -> R) -> R {
        var result = initial
        let p = unsafe address(a)
        for index in 0..<p.count { result = unsafe body(result, p[index]) }
        withExtendedLifetime(a) {}
        return result
    }

    @inline(__always) static func reduce<A, B, R>(_ a: [A], _ b: [B], _ initial: R, _ body: (R, A, B) -> R) -> R {
        precondition(b.count >= a.count)
        var result = initial
        let p = unsafe address(a)
        let q = unsafe address(b)
        for index in 0..<p.count { result = unsafe body(result, p[index], q[index]) }
        withExtendedLifetime((a, b)) {}
        return result
    }

    /// `count` results of `body(0)`, `body(1)`, …
    @inline(__always) static func generate<R>(_ count: Int, _ body: (Int) throws -> R) rethrows -> [R] {
        try unsafe [R](unsafeUninitializedCapacity: count) { output, done in
            for index in 0..<count {
                // `done` follows, so that a throw destroys what was made.
                unsafe output.initializeElement(at: index, to: try body(index))
                done = index + 1
            }
        }
    }
}
