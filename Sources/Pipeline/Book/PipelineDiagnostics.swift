// The words of everything that a book refuses. Finding a fault is elsewhere; here it is worded.

import Values

/// Makers of the diagnostics about pipelines, stages and damaged books.
enum PipelineDiagnostics {
    static func noStages(_ pipeline: String) -> Diagnostic {
        Diagnostic(.badPipeline, "the pipeline \"\(pipeline)\" has no open stage: a deal could not be in it")
    }

    static func stageTwice(_ name: String) -> Diagnostic {
        Diagnostic(.badPipeline, "the stage \"\(name)\" stands twice in one pipeline: each name may occur once")
    }

    static func stagesInUse(_ stages: [(name: String, count: Int)], pipeline: String) -> Diagnostic {
        let list = stages.map { "\"\($0.name)\" (\($0.count) deal\($0.count == 1 ? "" : "s"))" }
        return Diagnostic(
            .badPipeline,
            "deals are in stages that the new pipeline \"\(pipeline)\" lacks: \(list.joined(separator: ", "))",
            hint: "move them first, or name these stages too")
    }

    static func badProbability(_ stage: String) -> Diagnostic {
        Diagnostic(.badPipeline, "the probability of \"\(stage)\" is not between 0% and 100%")
    }

    static func closedProbability(_ stage: String, _ kind: StageKind) -> Diagnostic {
        let fixed = kind == .won ? "100%" : "0%"
        return Diagnostic(
            .badPipeline, "\"\(stage)\" is a \(kind.rawValue) stage: its probability is \(fixed) and cannot be set")
    }

    static func badTarget(_ stage: String) -> Diagnostic {
        Diagnostic(.badPipeline, "the target of \"\(stage)\" is not a positive number of days")
    }

    static func unknownStage(_ name: String, near: [String], known: [String]) -> Diagnostic {
        Diagnostic(
            .unknownName, "no stage is called \"\(name)\"", hint: near.first.map { "did you mean \"\($0)\"?" },
            notes: ["stages: " + known.joined(separator: ", ")])
    }

    static func damaged(_ what: String) -> Diagnostic {
        Diagnostic(.fileDamaged, "damaged book: \(what)")
    }
}
