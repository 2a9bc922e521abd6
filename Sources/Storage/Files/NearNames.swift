// "no such file" deserves a look around: the files of the same folder whose names are close to the one that was
// asked for. Apart from FileError because it asks the file system again.
internal import Values

/// Names near one that does not exist.
public enum NearNames {
    /// `near it: deals.csv, deals-old.csv`, when the error is a missing file and such names exist.
    public static func notes(for error: FileError, _ fileSystem: any FileSystem) -> [String] {
        guard error.code == FileError.notFound else { return [] }
        let (folder, name) = split(error.path)
        guard let names = try? fileSystem.list(folder) else {
            return folder == "." ? [] : ["there is no directory \"\(folder)\""]
        }
        let near = near(name, among: names)
        return near.isEmpty ? [] : ["near it: " + near.joined(separator: ", ")]
    }

    /// At most five names, the nearest first: a few letters apart, or the same up to the ending or to case.
    static func near(_ name: String, among names: [String]) -> [String] {
        let wanted = Array(name.lowercased())
        let stem = String(wanted).split(separator: ".").first.map(String.init) ?? name
        let limit = max(2, wanted.count / 4)
        var found: [(distance: Int, name: String)] = []
        for candidate in names {
            let letters = Array(candidate.lowercased())
            let sameStem = !stem.isEmpty && String(letters).split(separator: ".").first.map(String.init) == stem
            let distance = sameStem ? 1 : distance(wanted, letters, limit: limit)
            if distance <= limit { found.append((distance, candidate)) }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(5).map(\.name)
    }

    /// The folder ("." without one, "/" for the root) and the last part of a path.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let name = String(path[path.index(after: slash)...])
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }

    /// Edits (insert, delete, replace, swap neighbours) from one to the other; above `limit` when there are more.
    private static func distance(_ left: [Character], _ right: [Character], limit: Int) -> Int {
        guard abs(left.count - right.count) <= limit else { return limit + 1 }
        var before: [Int] = []
        var last = Array(0...right.count)
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, before[j - 1] + 1)
                }
                row.append(best)
            }
            before = last
            last = row
        }
        return last[right.count]
    }
}
