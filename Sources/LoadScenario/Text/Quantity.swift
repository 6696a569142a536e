/// A number with its unit, as `0.01 %`: what rates, sizes, shares and objectives' times are read
/// from.
struct Quantity: Equatable {
  /// Zero or above.
  let number: Double
  /// What follows the number, without spaces around it.
  let unit: Substring

  /// Reads digits with at most one point between them, spaces, and a unit.
  init?(_ text: some StringProtocol) {
    let text = Substring(text)
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard digits.first?.isNumber == true, digits.last?.isNumber == true, digits.count <= 20,
      let number = Double(digits)
    else { return nil }
    self.number = number
    unit = text.dropFirst(digits.count).trimmingSpaces
  }

  /// Transactions a second: `200/s`.
  var perSecond: Double? { unit == "/s" ? number : nil }

  /// A share from 0 to 1, written as `0.01 %`.
  var share: Double? { percent.map { $0 / 100 } }

  /// A share in percent, 0 to 100.
  var percent: Double? { unit == "%" && number <= 100 ? number : nil }

  /// A whole number of bytes: `64B`, `16KiB`, `1MiB`.
  var bytes: Int? {
    let factors: [Substring: Double] = ["B": 1, "KiB": 1024, "MiB": 1_048_576]
    guard let factor = factors[unit] else { return nil }
    return Int(exactly: number * factor)
  }

  /// A time: `5 ms`, `0.2s`.
  var time: Duration? {
    let nanoseconds: [Substring: Double] = ["us": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9]
    guard let factor = nanoseconds[unit], let time = Int64(exactly: (number * factor).rounded())
    else { return nil }
    return .nanoseconds(time)
  }
}

extension Substring {
  /// This text without the spaces around it.
  var trimmingSpaces: Substring {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start }
    return start[...last]
  }
}
