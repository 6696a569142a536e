/// The beginning of a message that is written into the caller's memory: header, and body up to the
/// last name. What follows of the body is the caller's to send from where it lies.
///
/// Everything is checked before the first byte is written, so that an error leaves the output as it
/// was.
struct MessageHead: ~Escapable {
  private let type: UInt8
  /// Which kind of object is named, for messages that say so.
  private let kind: UInt8?
  private let firstName: RawSpan
  private let secondName: RawSpan?

  @_lifetime(copy firstName, copy secondName)
  init(
    type: UInt8, kind: UInt8? = nil, _ firstName: RawSpan, _ secondName: RawSpan? = nil
  ) {
    self.type = type
    self.kind = kind
    self.firstName = firstName
    self.secondName = secondName
  }

  /// Appends the head of a message whose body goes on for `rest` bytes behind it.
  func append(
    followedBy rest: Int, to output: inout OutputSpan<UInt8>
  ) throws(MessageWriteError) {
    try Self.check(firstName)
    var bodyHere = (kind == nil ? 0 : 1) + firstName.byteCount + 1
    if let secondName {
      try Self.check(secondName)
      bodyHere += secondName.byteCount + 1
    }
    let length = try Self.messageLength(bodyHere, rest)
    if output.freeCapacity < bodyHere + 5 {
      throw .noRoom(needed: bodyHere + 5, free: output.freeCapacity)
    }
    output.append(type)
    output.append(bigEndian: length)
    if let kind { output.append(kind) }
    output.append(terminated: firstName)
    if let secondName { output.append(terminated: secondName) }
  }

  private static func check(_ name: RawSpan) throws(MessageWriteError) {
    if name.byteCount > PostgresLimits.statementNameBytes {
      throw .nameTooLong(byteCount: name.byteCount)
    }
    if name.firstPlace(of: 0, from: 0) < name.byteCount { throw .zeroByteInName }
  }

  /// What stands in the header of a message whose body has these two parts.
  private static func messageLength(
    _ bodyHere: Int, _ rest: Int
  ) throws(MessageWriteError) -> UInt32 {
    precondition(rest >= 0, "a message can't be followed by less than nothing")
    let (length, isTooLarge) = rest.addingReportingOverflow(bodyHere + 4)
    if isTooLarge || length > PostgresLimits.messageBytes {
      throw .messageTooLong(byteCount: isTooLarge ? .max : length)
    }
    return UInt32(length)
  }
}
