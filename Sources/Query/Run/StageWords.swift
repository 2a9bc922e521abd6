// What became of a stage whose settings were changed, in a line for the answer and the log.

import Pipeline

/// Puts changes of stages into words.
enum StageWords {
    /// `stage Negotiation: probability from 80% to 70% and target from none to 20 days`; nothing where all is as it was.
    static func lines(_ old: Stage, _ new: Stage) -> [String] {
        func words(_ name: String, _ old: String?, _ new: String?) -> String? {
            old == new ? nil : "\(name) from \(old ?? "none") to \(new ?? "none")"
        }
        func days(_ stage: Stage) -> String? { stage.targetDays.map { Words.count($0, "day") } }
        let parts = [
            words("kind", old.kind.rawValue, new.kind.rawValue),
            words("probability", old.probability.map(Words.percent), new.probability.map(Words.percent)),
            words("target", days(old), days(new)), words("category", old.category?.rawValue, new.category?.rawValue),
        ].compactMap { $0 }
        return parts.isEmpty ? [] : ["stage \(new.name): " + Words.list(parts)]
    }
}
