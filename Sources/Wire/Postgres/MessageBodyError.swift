/// Why the body of a message could not be read.
public struct MessageBodyError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong.
  public enum Problem: Sendable, Hashable {
    /// The body ends inside of a field.
    case truncated
    /// Bytes follow the last field.
    case trailingBytes
    /// A field holds a value that it can't have.
    case invalidValue
    /// A statement or portal has a name longer than ``PostgresLimits/statementNameBytes``.
    case nameTooLong
  }

  /// The message's type byte.
  public let type: UInt8
  /// What was wrong.
  public let problem: Problem
  /// Where in the body, in bytes from its start.
  public let offset: Int

  /// An error in the body of a message of this type.
  public init(type: UInt8, problem: Problem, offset: Int) {
    self.type = type
    self.problem = problem
    self.offset = offset
  }

  /// What was wrong and where, in a sentence.
  public var description: String {
    let name = "message '\(Character(Unicode.Scalar(type)))'"
    return switch problem {
    case .truncated: "\(name) ends inside of the field at byte \(offset) of its body"
    case .trailingBytes: "\(name) has bytes behind its last field, from byte \(offset) of its body"
    case .invalidValue: "\(name) has an invalid value at byte \(offset) of its body"
    case .nameTooLong:
      "\(name) has a name of more than \(PostgresLimits.statementNameBytes) bytes at byte "
        + "\(offset) of its body"
    }
  }
}

/// Reads the fields of one body in order; each read either gives the field or says what is wrong.
struct BodyReader {
  private let type: UInt8
  private let isWhole: Bool
  private var cursor: ByteCursor

  init(type: UInt8, _ body: RawSpan) {
    self.init(type: type, body, bodyLength: body.byteCount)
  }

  /// Reads a body of `bodyLength` bytes of which perhaps only a part has arrived.
  init(type: UInt8, _ bytes: RawSpan, bodyLength: Int) {
    self.type = type
    self.isWhole = bytes.byteCount >= bodyLength
    self.cursor = ByteCursor(0..<min(bytes.byteCount, bodyLength))
  }

  var offset: Int { cursor.offset }
  var isAtEnd: Bool { cursor.isAtEnd }

  mutating func uint8(_ body: RawSpan) throws(MessageBodyError) -> UInt8 {
    guard let value = cursor.uint8(body) else { throw error(.truncated) }
    return value
  }

  mutating func uint16(_ body: RawSpan) throws(MessageBodyError) -> UInt16 {
    guard let value = cursor.uint16(body) else { throw error(.truncated) }
    return value
  }

  mutating func int32(_ body: RawSpan) throws(MessageBodyError) -> Int32 {
    guard let value = cursor.uint32(body) else { throw error(.truncated) }
    return Int32(bitPattern: value)
  }

  mutating func terminatedText(_ body: RawSpan) throws(MessageBodyError) -> Range<Int> {
    guard let range = cursor.terminatedText(body) else { throw error(.truncated) }
    return range
  }

  /// The name of a statement or portal; nil when it goes on behind what has arrived of the body.
  mutating func arrivedName(_ bytes: RawSpan) throws(MessageBodyError) -> Range<Int>? {
    switch cursor.terminatedText(bytes, atMost: PostgresLimits.statementNameBytes) {
    case .complete(let range): return range
    case .tooLong: throw error(.nameTooLong)
    case .unterminated:
      if isWhole { throw error(.truncated) }
      return nil
    }
  }

  /// The name of a statement or portal, in a body that has arrived.
  mutating func name(_ body: RawSpan) throws(MessageBodyError) -> Range<Int> {
    guard let range = try arrivedName(body) else { throw error(.truncated) }
    return range
  }

  /// The next `count` bytes.
  mutating func bytes(_ count: Int) throws(MessageBodyError) -> Range<Int> {
    guard let range = cursor.take(count) else { throw error(.truncated) }
    return range
  }

  /// All that is left.
  mutating func rest() -> Range<Int> {
    let range = cursor.offset..<cursor.end
    cursor = ByteCursor(cursor.end..<cursor.end)
    return range
  }

  func expectEnd() throws(MessageBodyError) {
    if !cursor.isAtEnd { throw error(.trailingBytes) }
  }

  /// An error at the next field, or at `offset`.
  func error(_ problem: MessageBodyError.Problem, at offset: Int? = nil) -> MessageBodyError {
    MessageBodyError(type: type, problem: problem, offset: offset ?? cursor.offset)
  }
}
