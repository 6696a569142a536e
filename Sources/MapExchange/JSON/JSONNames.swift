/// The order of an object's names (RFC 8785 section 3.2.3).
enum JSONNames {
  enum Order {
    case before, same, after
  }

  /// Compares two names as they stand between their quotes.
  ///
  /// Bytes have the order of UTF-16 units but where an escape or a character beyond ASCII decides.
  static func compare(
    _ one: some Collection<UInt8>, _ other: some Collection<UInt8>
  ) -> Order {
    for (left, right) in zip(one, other) {
      if left == right && left != backslash { continue }
      guard left < 0x80, right < 0x80, left != backslash, right != backslash else {
        return compareUnits(one, other)
      }
      return left < right ? .before : .after
    }
    return one.count == other.count ? .same : one.count < other.count ? .before : .after
  }

  private static let backslash = UInt8(ascii: "\\")

  private static func compareUnits(
    _ one: some Collection<UInt8>, _ other: some Collection<UInt8>
  ) -> Order {
    let left = JSONText.unescaped(one)
    let right = JSONText.unescaped(other)
    if left.utf16.elementsEqual(right.utf16) { return .same }
    return left.utf16.lexicographicallyPrecedes(right.utf16) ? .before : .after
  }
}

/// Strings as they stand between their quotes in canonical JSON.
enum JSONText {
  /// The string that the bytes mean; they have been checked.
  static func unescaped(_ bytes: some Collection<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
    var plain: [UInt8] = []
    var rest = bytes.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "\\") else {
        plain.append(byte)
        continue
      }
      switch rest.next() {
      case UInt8(ascii: "b"): plain.append(8)
      case UInt8(ascii: "t"): plain.append(9)
      case UInt8(ascii: "n"): plain.append(10)
      case UInt8(ascii: "f"): plain.append(12)
      case UInt8(ascii: "r"): plain.append(13)
      case UInt8(ascii: "u"):
        var value: UInt8 = 0
        for _ in 0..<4 { value = value << 4 | hexadecimal(rest.next() ?? 0) }
        plain.append(value)
      case let other?: plain.append(other)
      case nil: break
      }
    }
    return String(decoding: plain, as: UTF8.self)
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit >= UInt8(ascii: "a") ? digit &- UInt8(ascii: "a") &+ 10 : digit &- UInt8(ascii: "0")
  }

  /// The letter of a control character's short escape, or nil.
  static func shortEscape(of byte: UInt8) -> UInt8? {
    switch byte {
    case 8: UInt8(ascii: "b")
    case 9: UInt8(ascii: "t")
    case 10: UInt8(ascii: "n")
    case 12: UInt8(ascii: "f")
    case 13: UInt8(ascii: "r")
    default: nil
    }
  }
}
