// Text cases for the whole program: files, a command line and standard input above a line of dashes, what must come
// out beneath it. Each runs the built binary in an empty folder of its own. DEALSH_RECORD=1 writes the expectations
// anew, to be reviewed in the diff.
//
//     @file deals.csv          before the first case: a file that every case of this text finds in its folder
//     id,name
//     @setup                   before the first case: commands that run first, in silence
//     dealsh -c 'import deals from "deals.csv"; save as "book.pipeline"'
//     == counts the rows       a case and its title
//     @run
//     dealsh -c '"deals.csv" | count'
//     @stdin                   nothing when left out
//     ----
//     @stdout
//     @stderr
//     @exit 0

import Foundation

/// One case of a text file.
struct ShellCase: CustomStringConvertible, Sendable {
    struct Expectation: Equatable {
        var output = ""
        var errors = ""
        var exit: Int32 = 0
    }

    /// `history.case: counts the rows`.
    var description: String { file + ": " + title }

    var file: String
    var title: String
    var files: [(name: String, text: String)] = []
    var setup = ""
    var command = ""
    var input = ""
    var expected = Expectation()
    /// The lines above the dashes as they stand in the file.
    var source: [String] = []

    /// The folder of the built program and of these tests' own binary.
    static let binaryFolder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Cases/shell")

    static func all() -> [ShellCase] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".case") }.sorted().flatMap { read($0).cases }
    }

    /// The cases of one file, and its lines before the first.
    static func read(_ name: String) -> (head: [String], cases: [ShellCase]) {
        let text = (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
        var head: [String] = []
        var shared: [(name: String, text: String)] = []
        var setup = ""
        var cases: [ShellCase] = []
        var section = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("== ") {
                cases.append(ShellCase(file: name, title: String(line.dropFirst(3)), files: shared, setup: setup))
                section = ""
            } else if line == "----" || line.hasPrefix("@") {
                section = line
                if line.hasPrefix("@file ") {
                    let entry = (name: String(line.dropFirst(6)), text: "")
                    if cases.isEmpty { shared.append(entry) } else { cases[cases.count - 1].files.append(entry) }
                }
                if line.hasPrefix("@exit "), let exit = Int32(line.dropFirst(6)), !cases.isEmpty {
                    cases[cases.count - 1].expected.exit = exit
                }
            } else if cases.isEmpty, section == "@setup" {
                setup += line + "\n"
            } else {
                add(line + "\n", section, &shared, &cases)
            }
            guard !cases.isEmpty else {
                head.append(line)
                continue
            }
            let isExpectation = ["----", "@stdout", "@stderr"].contains(section) || section.hasPrefix("@exit")
            if !isExpectation { cases[cases.count - 1].source.append(line) }
        }
        return (head, cases)
    }

    private static func add(
        _ line: String, _ section: String, _ shared: inout [(name: String, text: String)], _ cases: inout [ShellCase]
    ) {
        guard !cases.isEmpty else {
            if section.hasPrefix("@file ") { shared[shared.count - 1].text += line }
            return
        }
        let last = cases.count - 1
        switch section {
        case "@run": cases[last].command += line
        case "@stdin": cases[last].input += line
        case "@stdout": cases[last].expected.output += line
        case "@stderr": cases[last].expected.errors += line
        default: if section.hasPrefix("@file ") { cases[last].files[cases[last].files.count - 1].text += line }
        }
    }

    /// Runs the command in a folder of its own.
    func run() throws -> Expectation {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dealsh-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for file in files { try Data(file.text.utf8).write(to: folder.appendingPathComponent(file.name)) }
        func scratch(_ name: String, _ text: String) throws -> FileHandle {
            let place = folder.appendingPathComponent("." + name)
            try Data(text.utf8).write(to: place)
            return try FileHandle(forUpdating: place)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let silent = setup.isEmpty ? "" : "{ \(setup)} >/dev/null 2>&1 </dev/null || echo the setup failed >&2\n"
        process.arguments = ["-c", silent + command]
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": ShellCase.binaryFolder + ":/usr/bin:/bin", "HOME": folder.path, "TERM": "dumb", "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        ]
        process.standardInput = try scratch("stdin", input)
        process.standardOutput = try scratch("stdout", "")
        process.standardError = try scratch("stderr", "")
        try process.run()
        process.waitUntilExit()
        func written(_ name: String) throws -> String {
            let text = String(decoding: try Data(contentsOf: folder.appendingPathComponent("." + name)), as: UTF8.self)
            return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n\\ no line end\n"
        }
        return Expectation(
            output: try written("stdout"), errors: try written("stderr"), exit: process.terminationStatus)
    }

    /// The case as it stands in its file, with these results.
    func text(_ result: Expectation) -> String {
        var source = source
        while source.last == "" { source.removeLast() }
        return source.joined(separator: "\n") + "\n----\n@stdout\n" + result.output + "@stderr\n" + result.errors
            + "@exit \(result.exit)\n"
    }
}
