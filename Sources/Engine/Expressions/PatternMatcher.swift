// Runs patterns. All places of the pattern where a match could stand are followed at once as a set of states; each
// set met is remembered together with where each ASCII character leads, so that long columns run at table speed.

/// What a pattern compiles to: instructions that take a character, fork, test a border or match.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        case take(ScalarSet)
        /// Goes on at both places.
        case fork(Int, Int)
        case start
        case end
        case match
    }

    /// Keeps a step of the matcher, which looks at every instruction at worst, short.
    private static let instructionCountMax = 10_000

    private(set) var instructions: [Instruction] = []

    init(_ tree: PatternTree) throws(EngineError) {
        try emit(tree)
        instructions.append(.match)
    }

    private mutating func emit(_ tree: PatternTree) throws(EngineError) {
        guard instructions.count < PatternProgram.instructionCountMax else {
            throw .badPattern(offset: 0, reason: "a pattern that repeats too much")
        }
        switch tree {
        case .empty: break
        case .one(let set): instructions.append(.take(set))
        case .start: instructions.append(.start)
        case .end: instructions.append(.end)
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let branches):
            var exits: [Int] = []
            for (index, branch) in branches.enumerated() {
                guard index < branches.count - 1 else {
                    try emit(branch)
                    break
                }
                let fork = reserve()
                try emit(branch)
                exits.append(reserve())
                instructions[fork] = .fork(fork + 1, instructions.count)
            }
            for exit in exits { instructions[exit] = .fork(instructions.count, instructions.count) }
        case .repeated(let part, let least, let most):
            for _ in 0..<least {
                let before = instructions.count
                try emit(part)
                // Nothing repeated any number of times is nothing.
                if instructions.count == before { return }
            }
            if let most {
                var exits: [Int] = []
                for _ in least..<most {
                    exits.append(reserve())
                    try emit(part)
                }
                for exit in exits { instructions[exit] = .fork(exit + 1, instructions.count) }
            } else {
                let fork = reserve()
                try emit(part)
                instructions.append(.fork(fork, fork))
                instructions[fork] = .fork(fork + 1, instructions.count)
            }
        }
    }

    private mutating func reserve() -> Int {
        instructions.append(.match)
        return instructions.count - 1
    }
}

/// Searches texts for one pattern; keeps a cache, so it belongs to one thread.
final class PatternMatcher {
    /// A set of places after reading some characters.
    private struct State {
        /// Instructions that take a character or test the end, ascending.
        let places: [Int]
        let isMatch: Bool
        var isMatchAtEnd: Bool?
        /// The next state for each ASCII character; −1 unknown.
        var next: [Int32]
    }

    /// States kept before the cache starts afresh.
    private static let stateCountMax = 1_000

    private let instructions: [PatternProgram.Instruction]
    private var states: [State] = []
    private var known: [[Int]: Int] = [:]
    private var initial = 0
    private var marks: [Int]
    private var mark = 0

    init(_ program: PatternProgram) {
        instructions = program.instructions
        marks = Array(repeating: 0, count: program.instructions.count + 1)
        restart()
    }

    /// Whether the pattern is found somewhere in the UTF-8 text.
    func finds(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var state = initial
        for index in 0..<text.count {
            let byte = unsafe text[index]
            if byte >= 0x80 { return unsafe findsWide(String(decoding: text, as: UTF8.self)) }
            if states[state].isMatch { return true }
            let next = Int(states[state].next[Int(byte)])
            state = next >= 0 ? next : step(state, Unicode.Scalar(byte))
        }
        return matchesAtEnd(state)
    }

    private func findsWide(_ text: String) -> Bool {
        var state = initial
        for scalar in text.unicodeScalars {
            if states[state].isMatch { return true }
            if scalar.isASCII, states[state].next[Int(scalar.value)] >= 0 {
                state = Int(states[state].next[Int(scalar.value)])
            } else {
                state = step(state, scalar)
            }
        }
        return matchesAtEnd(state)
    }

    private func matchesAtEnd(_ state: Int) -> Bool {
        if states[state].isMatch { return true }
        if let answer = states[state].isMatchAtEnd { return answer }
        var closure = Closure()
        mark += 1
        for place in states[state].places {
            if case .end = instructions[place] { follow(place + 1, atStart: state == initial, atEnd: true, &closure) }
        }
        states[state].isMatchAtEnd = closure.isMatch
        return closure.isMatch
    }

    private struct Closure {
        var places: [Int] = []
        var isMatch = false
    }

    private func restart() {
        states = []
        known = [:]
        var closure = Closure()
        mark += 1
        follow(0, atStart: true, atEnd: false, &closure)
        // The initial state is not shared with later ones: only there does ^ hold.
        initial = add(closure)
        known = [:]
    }

    private func step(_ state: Int, _ scalar: Unicode.Scalar) -> Int {
        var closure = Closure()
        mark += 1
        for place in states[state].places {
            if case .take(let set) = instructions[place], set.contains(scalar) {
                follow(place + 1, atStart: false, atEnd: false, &closure)
            }
        }
        // A match may begin at the next character too.
        follow(0, atStart: false, atEnd: false, &closure)
        closure.places.sort()
        let key = closure.isMatch ? closure.places + [-1] : closure.places
        if let found = known[key] {
            if scalar.isASCII { states[state].next[Int(scalar.value)] = Int32(found) }
            return found
        }
        if states.count >= PatternMatcher.stateCountMax {
            restart()
            let fresh = add(closure)
            known[key] = fresh
            return fresh
        }
        let fresh = add(closure)
        known[key] = fresh
        if scalar.isASCII { states[state].next[Int(scalar.value)] = Int32(fresh) }
        return fresh
    }

    private func add(_ closure: Closure) -> Int {
        states.append(
            State(
                places: closure.places.sorted(), isMatch: closure.isMatch,
                next: Array(repeating: -1, count: 128)))
        return states.count - 1
    }

    /// Adds the places reached from an instruction without reading a character.
    private func follow(_ first: Int, atStart: Bool, atEnd: Bool, _ closure: inout Closure) {
        var open = [first]
        while let place = open.popLast() {
            guard marks[place] != mark else { continue }
            marks[place] = mark
            switch instructions[place] {
            case .match: closure.isMatch = true
            case .take: closure.places.append(place)
            case .fork(let a, let b):
                open.append(b)
                open.append(a)
            case .start: if atStart { open.append(place + 1) }
            case .end:
                closure.places.append(place)
                if atEnd { open.append(place + 1) }
            }
        }
    }
}
