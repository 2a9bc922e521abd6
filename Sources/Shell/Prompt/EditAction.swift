// What the editor's own keys do, and which keys they are. An action reaches libedit as one code point from U+0080 on,
// which no keyboard types: so arrows and other sequences work the same in Emacs keys and in both modes of vi, where an
// escape alone already means something.

/// Something that a key does here rather than in libedit.
enum EditAction: UInt32, CaseIterable {
    case enter = 0x80
    case newLine, complete, up, down, left, right, lineStart, lineEnd, wordLeft, wordRight
    case deleteBack, deleteForward, deleteOrEnd, killToLineEnd, killToLineStart, killWordBack, killWordForward, yank
    case undo, redo, search, clearScreen, paste

    /// The name that a binding in `~/.editrc` may use: `dealsh-undo`.
    var name: String {
        switch self {
        case .enter: return "dealsh-enter"
        case .newLine: return "dealsh-new-line"
        case .complete: return "dealsh-complete"
        case .up: return "dealsh-up"
        case .down: return "dealsh-down"
        case .left: return "dealsh-left"
        case .right: return "dealsh-right"
        case .lineStart: return "dealsh-line-start"
        case .lineEnd: return "dealsh-line-end"
        case .wordLeft: return "dealsh-word-left"
        case .wordRight: return "dealsh-word-right"
        case .deleteBack: return "dealsh-delete-back"
        case .deleteForward: return "dealsh-delete-forward"
        case .deleteOrEnd: return "dealsh-delete-or-end"
        case .killToLineEnd: return "dealsh-kill-to-line-end"
        case .killToLineStart: return "dealsh-kill-to-line-start"
        case .killWordBack: return "dealsh-kill-word-back"
        case .killWordForward: return "dealsh-kill-word-forward"
        case .yank: return "dealsh-yank"
        case .undo: return "dealsh-undo"
        case .redo: return "dealsh-redo"
        case .search: return "dealsh-search"
        case .clearScreen: return "dealsh-clear-screen"
        case .paste: return "dealsh-paste"
        }
    }

    /// Keys of both Emacs and vi's insert mode, in libedit's notation.
    static let commonKeys: [(key: String, action: EditAction)] = [
        ("^M", .enter), ("^J", .enter), ("^I", .complete), ("^D", .deleteOrEnd), ("^P", .up), ("^N", .down),
        ("^H", .deleteBack), ("^?", .deleteBack), ("^R", .search), ("^L", .clearScreen), ("^U", .killToLineStart),
        ("^W", .killWordBack), ("^_", .undo),
    ]

    /// Further keys of Emacs.
    static let emacsKeys: [(key: String, action: EditAction)] = [
        ("^B", .left), ("^F", .right), ("^A", .lineStart), ("^E", .lineEnd), ("^K", .killToLineEnd), ("^Y", .yank),
        ("\\033b", .wordLeft), ("\\033B", .wordLeft), ("\\033f", .wordRight), ("\\033F", .wordRight),
        ("\\033d", .killWordForward), ("\\033D", .killWordForward), ("\\033\\177", .killWordBack),
        ("\\033^H", .killWordBack), ("\\033_", .redo), ("\\033^M", .newLine), ("\\033^J", .newLine),
    ]

    /// Keys of vi's command mode.
    static let viCommandKeys: [(key: String, action: EditAction)] = [
        ("^M", .enter), ("^J", .enter), ("^D", .deleteOrEnd), ("^P", .up), ("^N", .down), ("j", .down), ("k", .up),
        ("^R", .search), ("^L", .clearScreen),
    ]
}
