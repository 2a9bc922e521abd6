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
            var book = try Book.generated(plan) { bar.update($0) }
            bar.finish()
            _ = try BookFile.write(&book, to: path, opened: nil, mayReplace: { _ in false })
            output.line("wrote \(HumanFormat().counted(book.dealCount, "deal")) to \(path)")
        }
    }

    /// `check`: verifies every checksum, and that the tables make a book.
    public func check(path: String) -> ExitStatus {
        reporting {
            let reader = try SnapshotReader.open(path, LocalFileSystem())
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
                        return fault
                    })
            }
            let book = try BookFile.book(in: reader, at: path)
            let format = HumanFormat()
            output.line(
                "\(path) is sound: \(format.counted(book.dealCount, "deal")), "
                    + "\(format.counted(book.history.versionCount, "version")), saved \(format.counted(Int(reader.generation), "time"))"
            )
            output.line("content \(try book.contentHashText())")
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
