// The subcommands that work on whole book files: making a large one, and verifying one.

import Engine
import Glibc
import Pipeline
import Storage
public import Values

extension ShellProgram {
    /// `generate`: writes a realistic book that is the same for the same seed.
    public func generate(dealCount: Int, seed: UInt64, today: Day?, path: String) -> ExitStatus {
        reporting {
            if try LocalFileSystem().status(path, followingLinks: true) != nil {
                throw FileError(.write, path, code: FileError.exists).diagnostic(
                    writing: true, notes: ["generate writes a new file only"])
            }
            var plan = GenerationPlan(dealCount: dealCount, seed: seed)
            if let today { plan = GenerationPlan(dealCount: dealCount, seed: seed, today: today) }
            let bar = progressBar("generate", total: dealCount, noun: "deals")
            let book = try Book.generated(plan) { bar.update($0) }
            bar.finish()
            try BookFile.create(path, book)
            output.line("wrote \(HumanFormat().counted(book.dealCount, "deal")) to \(path)")
        }
    }

    /// `check`: verifies every checksum and every promise between the tables, of the snapshot and of its journal.
    public func check(path: String) -> ExitStatus {
        reporting {
            let version = try StoredVersion.read(path, LocalFileSystem())
            let reader = version.snapshot
            let bar = progressBar("check", total: reader.identity.byteCount, noun: "bytes")
            let faults = reader.verify { byteCount in
                bar.update(byteCount)
                return true
            }
            bar.finish()
            guard faults.isEmpty else {
                throw Diagnostics(
                    faults.map { fault in
                        var fault = fault
                        if !fault.message.contains(path) { fault.message = "\"\(path)\": " + fault.message }
                        fault.hint = "dealsh check --salvage OUT.pipeline \(path) keeps what can be read"
                        return fault
                    })
            }
            var (book, waitingCount) = try BookFile.book(of: version, at: path)
            try book.foldHistory()
            let broken = try book.faults()
            guard broken.isEmpty else {
                throw Diagnostics(broken.map { Diagnostic(.fileDamaged, "\"\(path)\": \($0)") })
            }
            if let conflict = version.conflict { throw conflict }
            let format = HumanFormat()
            output.line(
                "\(path) is sound: \(format.counted(book.dealCount, "deal")), "
                    + "\(format.counted(try book.history.versionCount(), "version")), saved \(format.counted(Int(reader.generation), "time"))"
                    + (waitingCount == 0 ? "" : ", \(format.counted(waitingCount, "change")) in its journal"))
            output.line("content \(try book.contentHashText())")
        }
    }

    /// `check --salvage OUT`: what can still be read becomes a new book.
    public func salvage(path: String, to target: String) -> ExitStatus {
        reporting {
            let files = LocalFileSystem()
            if try files.status(target, followingLinks: true) != nil {
                throw FileError(.write, target, code: FileError.exists).diagnostic(
                    writing: true, notes: ["what is salvaged goes to a new file only"])
            }
            let found = try SnapshotSalvage.read(path, files)
            let (records, loss) = try found.changes(path, files)
            var (book, notes) = try BookFile.salvaged(found, at: path)
            notes = found.losses.map(\.message) + notes
            let madeCount = BookFile.perform(records, on: &book)
            if madeCount < records.count {
                notes.append("the journal: change \(madeCount + 1) of \(records.count) does not fit what is left")
            }
            if let loss { notes.append(loss) }
            try BookFile.create(target, book)
            for note in notes { output.line("lost: " + note) }
            let format = HumanFormat()
            output.line(
                "wrote \(format.counted(book.dealCount, "deal")), "
                    + "\(format.counted(try book.history.versionCount(), "version")) to \(target)"
                    + (notes.isEmpty ? "; nothing was lost" : ""))
        }
    }

    private func progressBar(_ label: String, total: Int, noun: String) -> ProgressBar {
        ProgressBar(
            label, total: total, noun: noun, on: environment.errorIsTerminal ? errors : nil,
            style: environment.lineStyle)
    }

    private func reporting(_ body: () throws -> Void) -> ExitStatus {
        do {
            try body()
            return finish(.done, ShellOptions())
        } catch {
            let diagnostics = Session.diagnostics(error)
            reporter(format: .text, colour: .auto).report(diagnostics, in: nil)
            return diagnostics.map { ExitStatus($0.code) }.max { $0.rawValue < $1.rawValue } ?? .failed
        }
    }
}
