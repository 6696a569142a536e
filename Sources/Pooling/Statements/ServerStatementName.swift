import Wire

/// What a statement is called at the servers: `shardway_` and its number in hexadecimal digits.
///
/// Clients never see it; one that prepares statements of such names in SQL must expect that they exist.
/// Making one allocates nothing.
public struct ServerStatementName: Sendable, BitwiseCopyable {
  /// Longest name, in bytes: nine of prefix and the digits of 44 bits.
  @inlinable public static var maximumBytes: Int { 20 }

  @usableFromInline var storage: InlineArray<20, UInt8>
  /// How many bytes the name has, without a zero byte at its end.
  public let byteCount: Int

  /// The name of the statement with this number.
  @inlinable
  init(number: UInt64) {
    var storage: InlineArray<20, UInt8> = [
      0x73, 0x68, 0x61, 0x72, 0x64, 0x77, 0x61, 0x79, 0x5F,  // shardway_
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
    let bits = max(1, UInt64.bitWidth - number.leadingZeroBitCount)
    let digits = (bits + 3) / 4
    precondition(digits <= 11, "statements ran out of numbers")
    for index in 0..<digits {
      let digit = UInt8(truncatingIfNeeded: number &>> UInt64(4 * (digits - 1 - index))) & 0xF
      storage[9 + index] = digit < 10 ? 0x30 + digit : 0x57 + digit
    }
    self.storage = storage
    byteCount = 9 + digits
  }

  /// The byte at `offset`; traps outside of the name.
  @inlinable
  public subscript(offset: Int) -> UInt8 {
    precondition(offset < byteCount, "a byte outside of the name was asked for")
    return storage[offset]
  }

  /// The name's bytes.
  @inlinable
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get { storage.span.bytes.extracting(first: byteCount) }
  }

  /// The whole Close message that has a server forget the statement. It answers with CloseComplete.
  public func closeMessage() -> [UInt8] {
    let body = [UInt8(ascii: "S")] + copied() + [0]
    return MessageEncoder.encode(type: UInt8(ascii: "C"), body: body)
  }

  /// The name's bytes in an array.
  func copied() -> [UInt8] { bytes.copy(of: 0..<byteCount) }
}
