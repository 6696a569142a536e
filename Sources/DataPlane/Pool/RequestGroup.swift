import Wire

/// Whether a client waits for one answer to all that it has said, so that an error and ReadyForQuery
/// are the whole of it.
enum RequestGroup {
  private static let headerBytes = 5

  /// Whether the bytes are one Query, or messages of the extended protocol up to one Sync at their
  /// end; all of them whole. COPY data is neither.
  static func isWhole(_ bytes: RawSpan) -> Bool {
    var offset = 0
    while offset + headerBytes <= bytes.byteCount {
      let type = bytes.byte(at: offset)
      var length = 0
      for place in 1..<headerBytes { length = length << 8 | Int(bytes.byte(at: offset + place)) }
      let end = offset + 1 + length
      guard length >= headerBytes - 1, end <= bytes.byteCount else { return false }
      switch type {
      case FrontendMessageType.query: return offset == 0 && end == bytes.byteCount
      case FrontendMessageType.sync: return end == bytes.byteCount
      case FrontendMessageType.parse, FrontendMessageType.bind, FrontendMessageType.describe,
        FrontendMessageType.execute, FrontendMessageType.close, FrontendMessageType.flush:
        offset = end
      default: return false
      }
    }
    return false
  }
}
