// (filled in next)

enum Workers {
    static let available = 1
}
