// Changing rows of a chunk. In place when this chunk is the only holder of heap bytes; otherwise the bytes are copied
// once, with room to grow, and then changed in place.
//
// Bounds are only ever widened here: they may become loose, never wrong.

import Values

extension Chunk {
    /// Replaces or (at `rowCount`) appends an integer; nil is missing.
    mutating func setInteger(_ value: Int64?, at row: Int) {
        let stored: UInt64
        if let value {
            reframe(toHold: value)
            stored = UInt64(bitPattern: value &- layout.base)
        } else {
            stored = 0
        }
        makeRoom(row, present: value != nil)
        let address = unsafe values.mutableAddress()
        switch layout.width {
        case 1: unsafe address.storeBytes(of: UInt8(truncatingIfNeeded: stored), toByteOffset: row, as: UInt8.self)
        case 2:
            unsafe address.storeBytes(of: UInt16(truncatingIfNeeded: stored), toByteOffset: row * 2, as: UInt16.self)
        case 4:
            unsafe address.storeBytes(of: UInt32(truncatingIfNeeded: stored), toByteOffset: row * 4, as: UInt32.self)
        default: unsafe address.storeBytes(of: stored, toByteOffset: row * 8, as: UInt64.self)
        }
        if let value {
            layout.minimum = min(layout.minimum, value)
            layout.maximum = max(layout.maximum, value)
        }
    }

    /// Replaces or appends a real; nil and NaN are missing.
    mutating func setReal(_ value: Double?, at row: Int) {
        let present = value.flatMap { $0.isNaN ? nil : $0 + 0 }
        makeRoom(row, present: present != nil)
        unsafe values.mutableAddress().storeBytes(of: present ?? 0, toByteOffset: row * 8, as: Double.self)
        if let present {
            let lower = min(Double(bitPattern: UInt64(bitPattern: layout.minimum)), present)
            let upper = max(Double(bitPattern: UInt64(bitPattern: layout.maximum)), present)
            layout.minimum = Int64(bitPattern: lower.bitPattern)
            layout.maximum = Int64(bitPattern: upper.bitPattern)
        }
    }

    /// Replaces or appends a code; 0 is missing.
    mutating func setCode(_ code: UInt32, at row: Int) {
        let needed = code < 1 << 8 ? 1 : code < 1 << 16 ? 2 : 4
        if needed > layout.width { rewiden(needed) }
        let wasMissing = row < layout.rowCount && storedCode(row) == 0
        makeRoom(row, present: true)
        let address = unsafe values.mutableAddress()
        switch layout.width {
        case 1: unsafe address.storeBytes(of: UInt8(truncatingIfNeeded: code), toByteOffset: row, as: UInt8.self)
        case 2: unsafe address.storeBytes(of: UInt16(truncatingIfNeeded: code), toByteOffset: row * 2, as: UInt16.self)
        default: unsafe address.storeBytes(of: code, toByteOffset: row * 4, as: UInt32.self)
        }
        layout.missingCount += (code == 0 ? 1 : 0) - (wasMissing ? 1 : 0)
        if code != 0 {
            layout.minimum = min(layout.minimum, Int64(code))
            layout.maximum = max(layout.maximum, Int64(code))
        }
    }

    /// Replaces texts, nil for missing; rows below `rowCount`, a later change of the same row wins.
    ///
    /// - Complexity: the whole chunk, however few rows change: give many at once.
    mutating func setTexts(_ changes: [(row: Int, text: String?)]) throws {
        var replacement = [Int: String?]()
        for change in changes { replacement[change.row] = change.text }
        var builder = ColumnBuilder(name: "", type: .text)
        let reader = try reader()
        for row in 0..<layout.rowCount {
            if let change = replacement[row] {
                if let text = change { builder.append(text) } else { builder.appendMissing() }
            } else if reader.isPresent(row) {
                unsafe builder.append(utf8: reader.textBytes(row))
            } else {
                builder.appendMissing()
            }
        }
        if let chunk = try builder.finish().chunks.first { self = chunk }
    }

    /// Appends a text; nil is missing.
    mutating func appendText(_ appended: String?) throws {
        var string = appended ?? ""
        let present = appended != nil
        let row = layout.rowCount
        let total = layout.textByteCount + string.utf8.count
        guard total <= Int(UInt32.max) else { throw EngineError.tooLarge(what: "text", limit: Int(UInt32.max)) }
        makeRoom(row, present: present)
        var bytes = text ?? ByteSlice(byteCount: 0)
        text = nil
        if !bytes.isChangeable() || bytes.byteCount < total {
            bytes = Chunk.copy(bytes, used: layout.textByteCount, capacity: max(256, total * 2))
        }
        let address = unsafe bytes.mutableAddress()
        string.withUTF8 { utf8 in
            if let source = utf8.baseAddress, utf8.count > 0 {
                unsafe (address + layout.textByteCount).copyMemory(from: source, byteCount: utf8.count)
            }
        }
        text = bytes
        layout.textByteCount = total
        if present, !TextKey.isUnknown(layout) {
            let key = string.withUTF8 { unsafe TextKey.bound($0) }
            layout.minimum = min(layout.minimum, key)
            layout.maximum = max(layout.maximum, key)
        }
        unsafe values.mutableAddress().storeBytes(of: UInt32(total), toByteOffset: (row + 1) * 4, as: UInt32.self)
    }

    private func storedCode(_ row: Int) -> UInt32 {
        let address = unsafe values.region.uncheckedStart + values.offset
        switch layout.width {
        case 1: return unsafe UInt32(address.load(fromByteOffset: row, as: UInt8.self))
        case 2: return unsafe UInt32(address.load(fromByteOffset: row * 2, as: UInt16.self))
        default: return unsafe address.load(fromByteOffset: row * 4, as: UInt32.self)
        }
    }

    /// Makes the bytes changeable, long enough for `row`, and keeps validity and counts for it.
    private mutating func makeRoom(_ row: Int, present: Bool) {
        let isNew = row == layout.rowCount
        let used = layout.valuesByteCount
        if isNew { layout.rowCount += 1 }
        let needed = layout.valuesByteCount
        if !values.isChangeable() || values.byteCount < needed {
            values = Chunk.copy(values, used: used, capacity: capacity(needed, isNew))
        }
        if layout.representation == .code { return }
        if validity == nil && present { return }
        let bits = (layout.rowCount + 7) / 8
        if var slice = validity {
            validity = nil
            if !slice.isChangeable() || slice.byteCount < bits {
                slice = Chunk.copy(slice, used: min(slice.byteCount, bits), capacity: isNew ? bits * 2 + 8 : bits)
            }
            validity = slice
        } else {
            let slice = ByteSlice(byteCount: isNew ? bits * 2 + 8 : bits)
            let address = unsafe slice.mutableAddress().assumingMemoryBound(to: UInt8.self)
            for place in 0..<layout.rowCount where place != row {
                unsafe address[place >> 3] |= 1 << UInt8(place & 7)
            }
            validity = slice
            layout.missingCount += 1
            return
        }
        guard let address = unsafe validity?.mutableAddress().assumingMemoryBound(to: UInt8.self) else { return }
        let bit = UInt8(1) << UInt8(row & 7)
        let was = unsafe isNew || address[row >> 3] & bit != 0
        if present { unsafe address[row >> 3] |= bit } else { unsafe address[row >> 3] &= ~bit }
        layout.missingCount += (present ? 0 : 1) - (was ? 0 : 1)
        if layout.missingCount == 0 { validity = nil }
    }

    /// Half as much again for a chunk that grows: twice as much would lie idle in every column of a history.
    private func capacity(_ needed: Int, _ isNew: Bool) -> Int {
        let most = (Limits.chunkRowCount + 1) * layout.width
        return isNew ? max(needed, min(most, max(64, needed + needed / 2))) : needed
    }

    private static func copy(_ slice: ByteSlice, used: Int, capacity: Int) -> ByteSlice {
        let fresh = ByteSlice(byteCount: max(capacity, used))
        // SAFETY: both hold at least `used` bytes; the new one is not shared yet.
        unsafe fresh.mutableAddress().copyMemory(from: slice.region.uncheckedStart + slice.offset, byteCount: used)
        return fresh
    }

    /// Chooses a new base and width when the value does not fit the present ones; leaves slack on both sides, so
    /// that ascending or descending values rebuild the chunk only a few times.
    private mutating func reframe(toHold value: Int64) {
        if layout.minimum > layout.maximum {
            // Nothing is stored but zeros.
            layout.base = value
            return
        }
        let limit: UInt64 = layout.width == 8 ? .max : (1 << UInt64(layout.width * 8)) - 1
        if UInt64(bitPattern: value &- layout.base) <= limit, layout.width == 8 || value >= layout.base { return }
        let lower = min(layout.minimum, value)
        let upper = max(layout.maximum, value)
        let range = UInt64(bitPattern: upper &- lower)
        var width = 8
        for candidate in [1, 2, 4] where candidate >= layout.width && range < 1 << UInt64(candidate * 8 - 1) {
            width = candidate
            break
        }
        var base = Int64.min
        if width < 8 {
            let slack = ((UInt64(1) << UInt64(width * 8)) - 1 - range) / 2
            base = lower.subtractingReportingOverflow(Int64(slack)).overflow ? Int64.min : lower - Int64(slack)
        }
        rebuild(base: base, width: width)
    }

    private mutating func rewiden(_ width: Int) { rebuild(base: 0, width: width) }

    private mutating func rebuild(base: Int64, width: Int) {
        let old = layout
        let source = unsafe values.region.uncheckedStart + values.offset
        layout.base = base
        layout.width = width
        let fresh = ByteSlice(byteCount: min(Limits.chunkRowCount, layout.rowCount + layout.rowCount / 2 + 8) * width)
        let target = unsafe fresh.mutableAddress()
        let keepsZero = old.representation == .code
        for row in 0..<layout.rowCount {
            let unsigned: UInt64
            switch old.width {
            case 1: unsigned = unsafe UInt64(source.load(fromByteOffset: row, as: UInt8.self))
            case 2: unsigned = unsafe UInt64(source.load(fromByteOffset: row * 2, as: UInt16.self))
            case 4: unsigned = unsafe UInt64(source.load(fromByteOffset: row * 4, as: UInt32.self))
            default: unsigned = unsafe source.load(fromByteOffset: row * 8, as: UInt64.self)
            }
            var stored = keepsZero ? unsigned : UInt64(bitPattern: old.base &+ Int64(bitPattern: unsigned) &- base)
            if !isStoredPresent(row) { stored = 0 }
            switch width {
            case 1: unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: stored), toByteOffset: row, as: UInt8.self)
            case 2:
                unsafe target.storeBytes(of: UInt16(truncatingIfNeeded: stored), toByteOffset: row * 2, as: UInt16.self)
            case 4:
                unsafe target.storeBytes(of: UInt32(truncatingIfNeeded: stored), toByteOffset: row * 4, as: UInt32.self)
            default: unsafe target.storeBytes(of: stored, toByteOffset: row * 8, as: UInt64.self)
            }
        }
        values = fresh
    }

    private func isStoredPresent(_ row: Int) -> Bool {
        guard layout.hasValidity, let validity else { return true }
        let address = unsafe validity.region.uncheckedStart + validity.offset
        return unsafe address.load(fromByteOffset: row >> 3, as: UInt8.self) >> UInt8(row & 7) & 1 != 0
    }
}
