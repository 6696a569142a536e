internal import Wire

/// Reads a SCRAM message's attributes, `x=value` with commas between them (RFC 5802 section 5.1), in
/// their order. One pass over the message.
struct ScramAttributes {
  /// The whole message.
  let message: [UInt8]
  /// Where the next attribute begins.
  private(set) var offset = 0
  /// Whether the message has ended behind an attribute, not behind a comma.
  private(set) var isAtEnd: Bool

  private static let comma = UInt8(ascii: ",")

  /// A reader of the message in `bytes`.
  ///
  /// - Throws: when the message is too long, or has a zero byte, which would end it for PostgreSQL.
  init(_ bytes: RawSpan) throws(ScramError) {
    if bytes.byteCount > AuthenticationLimits.messageBytes {
      throw .messageTooLong(bytes.byteCount)
    }
    message = bytes.copy(of: 0..<bytes.byteCount)
    isAtEnd = message.isEmpty
    if let zero = message.firstIndex(of: 0) { throw .malformed(offset: zero) }
  }

  /// The name of the attribute that is next; nil where none follows, be it behind a comma.
  private var nextName: UInt8? { offset < message.count ? message[offset] : nil }

  /// Passes over a head that is no attribute.
  mutating func skip(_ count: Int) {
    offset += count
    isAtEnd = false
  }

  /// The value of the attribute that is next, which must have this name.
  mutating func value(of name: Character) throws(ScramError) -> ArraySlice<UInt8> {
    if nextName == name.asciiValue { return try nextValue() }
    throw nextName == UInt8(ascii: "m") ? .mandatoryExtension : .malformed(offset: offset)
  }

  /// Passes over extensions, which nobody needs to know, up to an attribute with this name, or to the
  /// message's end where there is no name.
  mutating func skipExtensions(upTo name: Character? = nil) throws(ScramError) {
    while let next = nextName, next != name?.asciiValue {
      if next == UInt8(ascii: "m") { throw .mandatoryExtension }
      _ = try nextValue()
    }
  }

  /// Checks that nothing follows, and that no comma promises more.
  func expectEnd() throws(ScramError) {
    if !isAtEnd { throw .malformed(offset: offset) }
  }

  private mutating func nextValue() throws(ScramError) -> ArraySlice<UInt8> {
    guard let name = nextName, Self.isLetter(name) else { throw .malformed(offset: offset) }
    guard offset + 1 < message.count, message[offset + 1] == UInt8(ascii: "=") else {
      throw .malformed(offset: offset + 1)
    }
    let value = message[(offset + 2)...].prefix { $0 != Self.comma }
    isAtEnd = value.endIndex == message.count
    offset = isAtEnd ? value.endIndex : value.endIndex + 1
    return value
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

/// The random text that keeps a login from being repeated (RFC 5802 section 7, `nonce`).
enum ScramNonce {
  /// A nonce of our own: random bytes as Base64, which is printable and has no comma.
  ///
  /// - Precondition: as many bytes as ``AuthenticationLimits/randomNonceBytes`` allows.
  static func text(of random: [UInt8]) -> [UInt8] {
    precondition(
      AuthenticationLimits.randomNonceBytes.contains(random.count),
      "too few random bytes, or too many")
    return Base64.encode(random)
  }

  /// Checks a peer's part of a nonce.
  static func check(_ nonce: some Collection<UInt8>) throws(ScramError) {
    guard AuthenticationLimits.nonceBytes.contains(nonce.count),
      nonce.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw .invalidNonce }
  }
}
