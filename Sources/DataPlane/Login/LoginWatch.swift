import Wire

/// Watches what a server says during login, while it is relayed untouched: for the key by which the session can be cancelled, and for the
/// first ReadyForQuery.
///
/// It stores no byte of a message, so the bytes may come in any pieces.
struct LoginWatch {
  private var scanner = MessageScanner()
  private var type: UInt8 = 0
  private var partialKey = CancelFingerprint()
  /// The key's fingerprint, once the server has told it.
  private(set) var key: CancelFingerprint?

  /// Reads the next bytes; true when the login is over, or when the server speaks something else than PostgreSQL's protocol.
  mutating func read(_ bytes: RawSpan) -> Bool {
    var offset = 0
    do {
      while let event = try scanner.next(bytes, from: &offset) {
        switch event {
        case .header(let type, _):
          self.type = type
          partialKey = CancelFingerprint()
          if type == BackendMessageType.readyForQuery { return true }
        case .body(let range, let isLast):
          guard type == BackendMessageType.backendKeyData else { continue }
          for place in range { partialKey.mix(bytes.byte(at: place)) }
          if isLast { key = partialKey }
        }
      }
      return false
    } catch {
      return true
    }
  }
}
