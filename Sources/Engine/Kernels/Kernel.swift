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

    // Spans and not nested closures over buffers: within those the optimizer called `body` for each element and
    // vectorised nothing; intersecting masks then took two thirds of a count under two predicates.

    /// One output element per input element.
    @inline(__always) static func map<A, R: BitwiseCopyable>(_ a: [A], _ body: (A) -> R) -> [R] {
        var result: [R] = room(a.count)
        let a = a.span
        var output = result.mutableSpan
        // SAFETY: output has as many elements as a, here and below.
        for index in 0..<a.count { unsafe output[unchecked: index] = body(a[unchecked: index]) }
        return result
    }

    @inline(__always) static func map<A, B, R: BitwiseCopyable>(_ a: [A], _ b: [B], _ body: (A, B) -> R) -> [R] {
        precondition(b.count >= a.count)
        var result: [R] = room(a.count)
        let a = a.span
        let b = b.span
        var output = result.mutableSpan
        for index in 0..<a.count {
            unsafe output[unchecked: index] = body(a[unchecked: index], b[unchecked: index])
        }
        return result
    }

    @inline(__always) static func map<A, B, C, R: BitwiseCopyable>(
        _ a: [A], _ b: [B], _ c: [C], _ body: (A, B, C) -> R
    ) -> [R] {
        precondition(b.count >= a.count && c.count >= a.count)
        var result: [R] = room(a.count)
        let a = a.span
        let b = b.span
        let c = c.span
        var output = result.mutableSpan
        for index in 0..<a.count {
            unsafe output[unchecked: index] = body(a[unchecked: index], b[unchecked: index], c[unchecked: index])
        }
        return result
    }

    /// Elements from raw memory, one output element each.
    @inline(__always) static func load<Stored: BitwiseCopyable, R: BitwiseCopyable>(
        _ address: UnsafeRawPointer, _ stored: Stored.Type, _ count: Int, _ body: (Stored) -> R
    ) -> [R] {
        var result: [R] = room(count)
        var output = result.mutableSpan
        // SAFETY: the caller vouches for count elements at the address.
        let input = unsafe address.assumingMemoryBound(to: Stored.self)
        for index in 0..<count { unsafe output[unchecked: index] = body(input[index]) }
        return result
    }

    /// Changes each element of `a` by the element of `b` beside it.
    @inline(__always) static func update<A, B>(_ a: inout [A], _ b: [B], _ body: (A, B) -> A) {
        precondition(b.count >= a.count)
        var a = a.mutableSpan
        let b = b.span
        // SAFETY: b has as many elements as a.
        for index in 0..<a.count { unsafe a[unchecked: index] = body(a[unchecked: index], b[unchecked: index]) }
    }

    /// Folds all elements into one value.
    @inline(__always) static func reduce<A, R>(_ a: [A], _ initial: R, _ body: (R, A) -> R) -> R {
        var result = initial
        let a = a.span
        for index in 0..<a.count { result = unsafe body(result, a[unchecked: index]) }
        return result
    }

    @inline(__always) static func reduce<A, B, R>(_ a: [A], _ b: [B], _ initial: R, _ body: (R, A, B) -> R) -> R {
        precondition(b.count >= a.count)
        var result = initial
        let a = a.span
        let b = b.span
        for index in 0..<a.count { result = unsafe body(result, a[unchecked: index], b[unchecked: index]) }
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
