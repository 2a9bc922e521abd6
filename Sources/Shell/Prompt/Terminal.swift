// What there is to know of the terminal before anything is written to it.

import CSystem
import Glibc

/// The terminal behind a descriptor.
public enum Terminal {
    /// Rows and columns; `nil` for a pipe or file, or a terminal that does not tell.
    public static func size(_ descriptor: Int32) -> (rows: Int, columns: Int)? {
        var rows: Int32 = 0
        var columns: Int32 = 0
        // SAFETY: the call writes the two integers and keeps no pointer.
        guard unsafe csystem_terminal_size(descriptor, &rows, &columns) == 0 else { return nil }
        return (Int(rows), Int(columns))
    }

    /// Takes the person's locale, for the encoding; when it is not UTF-8, that of `C.UTF-8`, without which
    /// libedit drops every letter that is not ASCII. Called once, before reading.
    public static func setLocale() {
        // SAFETY: no pointer is kept; the returned strings are the library's own.
        unsafe setlocale(LC_ALL, "")
        // Numbers are formatted and read without regard to the locale.
        unsafe setlocale(LC_NUMERIC, "C")
        if isUTF8 { return }
        // SAFETY: as above.
        unsafe setlocale(LC_CTYPE, "C.UTF-8")
    }

    private static var isUTF8: Bool {
        // SAFETY: the pointer is to a string of the library, read at once.
        guard let name = unsafe nl_langinfo(nl_item(CODESET)) else { return false }
        let text = unsafe String(cString: name).uppercased()
        return text == "UTF-8" || text == "UTF8"
    }
}
