// A what-if under a name. Kept as the statements that assume something, in canonical text, because Pipeline does not know
// the language and because a scenario is asked of the book of the day it is replayed on, not of the one it was made on.

/// A named list of assumptions.
public struct Scenario: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it assumes, each as it stands behind `what if`, in the order typed.
    public var assumptions: [String]

    /// A scenario.
    public init(name: String, assumptions: [String]) {
        self.name = name
        self.assumptions = assumptions
    }
}

extension Book {
    /// The scenario with this name, case ignored.
    public func scenario(named name: String) -> Scenario? {
        let key = NameIndex.key(name)
        return scenarios.first { NameIndex.key($0.name) == key }
    }

    /// Puts a scenario in the place of the one with its name, or adds it; says whether it is new.
    @discardableResult
    public mutating func setScenario(_ scenario: Scenario) -> Bool {
        let key = NameIndex.key(scenario.name)
        if let place = scenarios.firstIndex(where: { NameIndex.key($0.name) == key }) {
            scenarios[place] = scenario
            return false
        }
        scenarios.append(scenario)
        return true
    }
}
