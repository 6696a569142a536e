/// The identity of a trace, 128 bits; never zero.
public struct TraceID: Hashable, Sendable, BitwiseCopyable {
  /// The first 64 bits.
  public let high: UInt64
  /// The last 64 bits.
  public let low: UInt64

  /// An identity from its halves; nil when both are zero, which names no trace.
  public init?(high: UInt64, low: UInt64) {
    guard high | low != 0 else { return nil }
    self.high = high
    self.low = low
  }

  /// 32 lower-case hexadecimal digits.
  public var text: String { Hexadecimal.text(high) + Hexadecimal.text(low) }
}

/// Where in a trace something happens, as a caller tells it (W3C Trace Context, `traceparent`).
public struct TraceContext: Hashable, Sendable, BitwiseCopyable {
  /// The trace.
  public let trace: TraceID
  /// The span of the caller's that what is done belongs to; never zero.
  public let span: UInt64
  /// Whether the caller has chosen the trace to be recorded.
  public let isSampled: Bool

  /// Bytes of a `traceparent` of version 00: `00-` trace `-` span `-` flags.
  public static let byteCount = 55

  /// A context from its parts; nil for a span of zero.
  public init?(trace: TraceID, span: UInt64, isSampled: Bool) {
    guard span != 0 else { return nil }
    self.trace = trace
    self.span = span
    self.isSampled = isSampled
  }

  /// Reads a `traceparent`. Nil for one that the recommendation has ignored: upper-case digits, an identity of zeros, the version `ff`, or
  /// anything behind the flags of version 00. Of a later version what 00 has is read.
  ///
  /// Costs one pass of 55 bytes and no memory.
  public init?(parsing text: Span<UInt8>) {
    let dash = UInt8(ascii: "-")
    guard text.count >= Self.byteCount, text[2] == dash, text[35] == dash, text[52] == dash,
      let version = Hexadecimal.number(text, 0..<2), version != 0xFF,
      let high = Hexadecimal.number(text, 3..<19), let low = Hexadecimal.number(text, 19..<35),
      let span = Hexadecimal.number(text, 36..<52), let flags = Hexadecimal.number(text, 53..<55),
      let trace = TraceID(high: high, low: low)
    else { return nil }
    if text.count > Self.byteCount {
      guard version != 0, text[Self.byteCount] == dash else { return nil }
    }
    self.init(trace: trace, span: span, isSampled: flags & 1 == 1)
  }

  /// The `traceparent` of version 00.
  public var text: String {
    "00-\(trace.text)-\(Hexadecimal.text(span))-\(isSampled ? "01" : "00")"
  }
}

/// Numbers in the lower-case hexadecimal digits of trace identities.
public enum Hexadecimal {
  /// 16 digits.
  public static func text(_ number: UInt64) -> String {
    String(decoding: bytes(number), as: UTF8.self)
  }

  /// The 16 digits as bytes.
  static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<16).map { place in
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * place)) & 0xF
      return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
  }

  /// The number that at most 16 digits stand for; nil where one of them is none, or is in upper case.
  static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    var number: UInt64 = 0
    for place in range {
      guard let digit = digit(text[place]) else { return nil }
      number = number << 4 | digit
    }
    return number
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}
