/// A position in bytes that somebody else holds, moved on by each successful read.
///
/// It never leaves `offset..<end`: a read that would do so returns nil and moves nothing. The bytes
/// are a parameter of each read instead of a member, so that decoders can keep ranges into them.
struct ByteCursor {
  /// Offset of the next byte to read.
  private(set) var offset: Int
  /// Offset at which reading ends.
  let end: Int

  init(_ range: Range<Int>) {
    self.offset = range.lowerBound
    self.end = range.upperBound
  }

  var remaining: Int { end - offset }
  var isAtEnd: Bool { offset == end }

  mutating func uint8(_ bytes: RawSpan) -> UInt8? {
    guard let range = take(1) else { return nil }
    return bytes.byte(at: range.lowerBound)
  }

  mutating func uint16(_ bytes: RawSpan) -> UInt16? {
    guard let range = take(2) else { return nil }
    return bytes.bigEndianUInt16(at: range.lowerBound)
  }

  mutating func uint32(_ bytes: RawSpan) -> UInt32? {
    guard let range = take(4) else { return nil }
    return bytes.bigEndianUInt32(at: range.lowerBound)
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) -> Range<Int>? {
    guard count <= remaining else { return nil }
    let range = offset..<(offset + count)
    offset += count
    return range
  }

  /// A vector whose length, in bytes, stands before it in one byte.
  mutating func vector8(_ bytes: RawSpan) -> Range<Int>? {
    vector(lengthBytes: 1, bytes)
  }

  /// A vector whose length, in bytes, stands before it in two bytes.
  mutating func vector16(_ bytes: RawSpan) -> Range<Int>? {
    vector(lengthBytes: 2, bytes)
  }

  /// Text up to a zero byte, which is passed over and not part of the range.
  mutating func terminatedText(_ bytes: RawSpan) -> Range<Int>? {
    let text = bytes.extracting(offset..<end)
    let length = text.firstPlace(of: 0, from: 0)
    if length == text.byteCount { return nil }
    let range = offset..<(offset + length)
    offset = range.upperBound + 1
    return range
  }

  /// What a search for the end of a text found.
  enum TerminatedText {
    case complete(Range<Int>)
    /// The bytes end before the text does.
    case unterminated
    /// The text does not end where it must.
    case tooLong
  }

  /// Text of at most `limit` bytes up to a zero byte, which is passed over and not part of the range.
  ///
  /// Looks at `limit + 1` bytes at most, and moves on only past a complete text.
  mutating func terminatedText(_ bytes: RawSpan, atMost limit: Int) -> TerminatedText {
    let start = offset
    var within = ByteCursor(start..<min(end, start + limit + 1))
    guard let range = within.terminatedText(bytes) else {
      return remaining > limit ? .tooLong : .unterminated
    }
    offset = within.offset
    return .complete(range)
  }

  private mutating func vector(lengthBytes: Int, _ bytes: RawSpan) -> Range<Int>? {
    let start = self
    let length = lengthBytes == 1 ? uint8(bytes).map(Int.init) : uint16(bytes).map(Int.init)
    guard let length, let range = take(length) else {
      self = start
      return nil
    }
    return range
  }
}
