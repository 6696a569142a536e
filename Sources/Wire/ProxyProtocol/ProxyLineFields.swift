/// The fields of a PROXY line behind its opening, each separated from the next by one space.
struct ProxyLineFields {
  /// What the addresses of a line are.
  enum Family { case ipv4, ipv6, unknown }

  private static var space: UInt8 { 0x20 }
  private static var dot: UInt8 { 0x2E }
  private static var colon: UInt8 { 0x3A }

  /// Where the next field begins.
  private(set) var offset: Int
  private let end: Int
  /// Whether a space promised another field.
  private var isOwed = true

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  /// Whether there is no other field.
  var isAtEnd: Bool { !isOwed }

  /// The next field; nil where there is none.
  private mutating func next(_ bytes: RawSpan) -> Range<Int>? {
    guard isOwed else { return nil }
    var place = offset
    while place < end, bytes.byte(at: place) != Self.space { place += 1 }
    defer { offset = min(place + 1, end) }
    isOwed = place < end
    return offset..<place
  }

  /// The field that names the family. What follows `UNKNOWN` is anybody's.
  mutating func family(_ bytes: RawSpan) -> Family? {
    guard let field = next(bytes) else { return nil }
    if bytes.bytes(in: field, equal: "TCP4".utf8) { return .ipv4 }
    if bytes.bytes(in: field, equal: "TCP6".utf8) { return .ipv6 }
    return bytes.bytes(in: field, equal: "UNKNOWN".utf8) ? .unknown : nil
  }

  /// A port in decimal.
  mutating func port(_ bytes: RawSpan) -> UInt16? {
    guard let field = next(bytes), let number = Self.decimal(bytes, field, digits: 5) else {
      return nil
    }
    return UInt16(exactly: number)
  }

  /// An address as `192.0.2.1`.
  mutating func ipv4(_ bytes: RawSpan) -> UInt32? {
    next(bytes).flatMap { Self.ipv4(bytes, $0) }
  }

  /// An address as `2001:db8::1`, of which the last four bytes may be written as those of IPv4.
  mutating func ipv6(_ bytes: RawSpan) -> (high: UInt64, low: UInt64)? {
    next(bytes).flatMap { Self.ipv6(bytes, $0) }
  }

  private static func decimal(_ bytes: RawSpan, _ range: Range<Int>, digits: Int) -> UInt32? {
    guard 1...digits ~= range.count else { return nil }
    if range.count > 1, bytes.byte(at: range.lowerBound) == 0x30 { return nil }
    var number: UInt32 = 0
    for place in range {
      let byte = bytes.byte(at: place)
      guard 0x30...0x39 ~= byte else { return nil }
      number = number * 10 + UInt32(byte & 0x0F)
    }
    return number
  }

  private static func ipv4(_ bytes: RawSpan, _ range: Range<Int>) -> UInt32? {
    var address: UInt32 = 0
    var start = range.lowerBound
    for part in 0..<4 {
      var place = start
      while place < range.upperBound, bytes.byte(at: place) != dot { place += 1 }
      guard let number = decimal(bytes, start..<place, digits: 3), number <= 255,
        (place == range.upperBound) == (part == 3)
      else { return nil }
      address = address << 8 | number
      start = place + 1
    }
    return address
  }

  private static func ipv6(
    _ bytes: RawSpan, _ range: Range<Int>
  ) -> (high: UInt64, low: UInt64)? {
    var words = InlineArray<8, UInt16>(repeating: 0)
    var count = 0
    /// How many words stand before `::`.
    var gap: Int?
    var place = range.lowerBound
    if range.count >= 2, bytes.byte(at: place) == colon {
      guard bytes.byte(at: place + 1) == colon else { return nil }
      gap = 0
      place += 2
    }
    while place < range.upperBound {
      var next = place
      while next < range.upperBound, bytes.byte(at: next) != colon { next += 1 }
      if next == range.upperBound, count <= 6, let tail = ipv4(bytes, place..<next) {
        words[count] = UInt16(truncatingIfNeeded: tail >> 16)
        words[count + 1] = UInt16(truncatingIfNeeded: tail)
        count += 2
        place = next
        continue
      }
      guard count < 8, let word = hexadecimal(bytes, place..<next) else { return nil }
      words[count] = word
      count += 1
      place = next
      guard place < range.upperBound else { continue }
      place += 1
      if place == range.upperBound { return nil }
      if bytes.byte(at: place) == colon {
        guard gap == nil else { return nil }
        gap = count
        place += 1
      }
    }
    guard gap == nil ? count == 8 : count < 8 else { return nil }
    return joined(words, count, gap: gap ?? count)
  }

  private static func hexadecimal(_ bytes: RawSpan, _ range: Range<Int>) -> UInt16? {
    guard 1...4 ~= range.count else { return nil }
    var number: UInt16 = 0
    for place in range {
      let byte = bytes.byte(at: place)
      switch byte {
      case 0x30...0x39: number = number << 4 | UInt16(byte - 0x30)
      case 0x61...0x66: number = number << 4 | UInt16(byte - 0x61 + 10)
      case 0x41...0x46: number = number << 4 | UInt16(byte - 0x41 + 10)
      default: return nil
      }
    }
    return number
  }

  /// The words before a gap at the front, those behind it at the end, zeros between.
  private static func joined(
    _ words: InlineArray<8, UInt16>, _ count: Int, gap: Int
  ) -> (high: UInt64, low: UInt64) {
    var high: UInt64 = 0
    var low: UInt64 = 0
    for place in 0..<8 {
      let word: UInt16 =
        place < gap ? words[place] : place >= 8 - (count - gap) ? words[place - 8 + count] : 0
      if place < 4 { high = high << 16 | UInt64(word) } else { low = low << 16 | UInt64(word) }
    }
    return (high, low)
  }
}
