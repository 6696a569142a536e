import Wire

/// What of a client's bytes can be answered with one error and one ReadyForQuery, as a server would if the first statement failed.
enum RefusableRequest: Equatable {
  /// A Query or a function call, or all that stands before a Sync and that: so many bytes.
  case whole(byteCount: Int)
  /// Not all of it is there.
  case incomplete
  /// The client leaves, or breaks the protocol.
  case hopeless

  /// Looks at bytes from a message's beginning on.
  init(_ bytes: RawSpan) {
    var offset = 0
    var isExtended = false
    while offset + Self.headerBytes <= bytes.byteCount {
      let type = bytes.byte(at: offset)
      var length = 0
      for place in 1..<Self.headerBytes {
        length = length << 8 | Int(bytes.byte(at: offset + place))
      }
      guard length >= Self.headerBytes - 1, type != FrontendMessageType.terminate else {
        self = .hopeless
        return
      }
      let end = offset + 1 + length
      guard end <= bytes.byteCount else { break }
      offset = end
      // Behind a message of the extended protocol that has failed a Query is skipped, too.
      if type == FrontendMessageType.sync || (!isExtended && Self.endsInReady(type)) {
        self = .whole(byteCount: offset)
        return
      }
      isExtended = isExtended || !Self.isOfCopy(type)
    }
    self = .incomplete
  }

  private static let headerBytes = 5

  private static func endsInReady(_ type: UInt8) -> Bool {
    type == FrontendMessageType.query || type == FrontendMessageType.functionCall
  }

  /// Whether a message is ignored where no COPY is under way.
  private static func isOfCopy(_ type: UInt8) -> Bool {
    type == FrontendMessageType.copyData || type == FrontendMessageType.copyDone
      || type == FrontendMessageType.copyFail
  }
}
