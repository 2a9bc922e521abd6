// The loops. Every operator and expression comes down to one of these few shapes, called with a branch-free closure
// that is inlined into them, so that they vectorise; they are the only place that touches raw element memory.
//
// Contract: all inputs of a call have at least as many elements as the first one.

/// A byte per row, 1 where something holds and 0 where not.
typealias Mask = [UInt8]

enum Kernel {
    /// One output element per input element.
    @inline(__always) static func map<A, R>(_ a: [A], _ body: (A) -> R) -> [R] {
        unsafe [R](unsafeUninitializedCapacity: a.count) { output, count in
            // SAFETY: output has room for a.count elements.
            unsafe a.withUnsafeBufferPointer { a in
                for index in 0..<a.count { unsafe output.initializeElement(at: index, to: body(a[index])) }
            }
            count = a.count
        }
    }

    @inline(__always) static func map<A, B, R>(_ a: [A], _ b: [B], _ body: (A, B) -> R) -> [R] {
        precondition(b.count >= a.count)
        return unsafe [R](unsafeUninitializedCapacity: a.count) { output, count in
            // SAFETY: output has room for a.count elements, b has as many.
            unsafe a.withUnsafeBufferPointer { a in
                unsafe b.withUnsafeBufferPointer { b in
                    for index in 0..<a.count {
                        unsafe output.initializeElement(at: index, to: body(a[index], b[index]))
                    }
                }
            }
            count = a.count
        }
    }

    @inline(__always) static func map<A, B, C, R>(_ a: [A], _ b: [B], _ c: [C], _ body: (A, B, C) -> R) -> [R] {
        precondition(b.count >= a.count && c.count >= a.count)
        return unsafe [R](unsafeUninitializedCapacity: a.count) { output, count in
            // SAFETY: output has room for a.count elements, b and c have as many.
            unsafe a.withUnsafeBufferPointer { a in
                unsafe b.withUnsafeBufferPointer { b in
                    unsafe c.withUnsafeBufferPointer { c in
                        for index in 0..<a.count {
                            unsafe output.initializeElement(at: index, to: body(a[index], b[index], c[index]))
                        }
                    }
                }
            }
            count = a.count
        }
    }

    /// Elements from raw memory, one output element each.
    @inline(__always) static func load<Stored: BitwiseCopyable, R>(
        _ address: UnsafeRawPointer, _ stored: Stored.Type, _ count: Int, _ body: (Stored) -> R
    ) -> [R] {
        unsafe [R](unsafeUninitializedCapacity: count) { output, done in
            // SAFETY: the caller vouches for count elements at the address.
            let input = unsafe address.assumingMemoryBound(to: Stored.self)
            for index in 0..<count { unsafe output.initializeElement(at: index, to: body(input[index])) }
            done = count
        }
    }

    /// Changes each element of `a` by the element of `b` beside it.
    @inline(__always) static func update<A, B>(_ a: inout [A], _ b: [B], _ body: (A, B) -> A) {
        precondition(b.count >= a.count)
        // SAFETY: b has as many elements as a.
        unsafe a.withUnsafeMutableBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                for index in 0..<a.count { unsafe a[index] = body(a[index], b[index]) }
            }
        }
    }

    /// Folds all elements into one value.
    @inline(__always) static func reduce<A, R>(_ a: [A], _ initial: R, _ body: (R, A) -> R) -> R {
        var result = initial
        unsafe a.withUnsafeBufferPointer { a in
            for index in 0..<a.count { result = unsafe body(result, a[index]) }
        }
        return result
    }

    @inline(__always) static func reduce<A, B, R>(_ a: [A], _ b: [B], _ initial: R, _ body: (R, A, B) -> R) -> R {
        precondition(b.count >= a.count)
        var result = initial
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                for index in 0..<a.count { result = unsafe body(result, a[index], b[index]) }
            }
        }
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
