// Paths for Tab: what lies in the folder that is being typed.

import Storage

/// Paths that begin as typed.
enum FilePaths {
    /// Paths that are offered at most.
    private static let offeredMax = 200

    /// Folders end with a slash; hidden names are offered only after a dot.
    static func beginning(_ typed: String, home: String?) -> [String] {
        let slash = typed.lastIndex(of: "/")
        let folder = slash.map { String(typed[...$0]) } ?? ""
        let start = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        var place = folder.isEmpty ? "." : folder
        if place.hasPrefix("~/"), let home { place = home + place.dropFirst() }
        let files = LocalFileSystem()
        let names = ((try? files.list(place)) ?? []).filter { name in
            name.hasPrefix(start) && (start.hasPrefix(".") || !name.hasPrefix("."))
        }
        return names.sorted().prefix(offeredMax).map { name in
            let status = try? files.status(place + "/" + name, followingLinks: true)
            return folder + name + (status?.kind == .directory ? "/" : "")
        }
    }
}
