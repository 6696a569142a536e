import Wire

/// Watches what a server says during login, while it is relayed untouched: for the key by which the session can be cancelled, for an error,
/// and for the first ReadyForQuery.
///
/// It stores no byte of a message but an error's code, so the bytes may come in any pieces.
struct LoginWatch {
  private var scanner = MessageScanner()
  private var type: UInt8 = 0
  private var partialKey = CancelFingerprint()
  private var partialError = ErrorCodeScan()
  private var error: SQLState?
  /// Whether the server has said anything.
  private(set) var hasHeard = false
  /// The key's fingerprint, once the server has told it.
  private(set) var key: CancelFingerprint?

  /// Reads the next bytes; true when the login is over, or when the server speaks something else than PostgreSQL's protocol.
  mutating func read(_ bytes: RawSpan) -> Bool {
    var offset = 0
    hasHeard = true
    do {
      while let event = try scanner.next(bytes, from: &offset) {
        switch event {
        case .header(let type, _):
          self.type = type
          partialKey = CancelFingerprint()
          partialError = ErrorCodeScan()
          if type == BackendMessageType.readyForQuery { return true }
        case .body(let range, let isLast):
          switch type {
          case BackendMessageType.backendKeyData:
            for place in range { partialKey.mix(bytes.byte(at: place)) }
            if isLast { key = partialKey }
          case BackendMessageType.errorResponse:
            for place in range { partialError.read(bytes.byte(at: place)) }
            if isLast { error = partialError.code }
          default: continue
          }
        }
      }
      return false
    } catch {
      return true
    }
  }

  /// The code of an error that the server has told, once.
  mutating func takeError() -> SQLState? {
    defer { error = nil }
    return error
  }
}

/// Finds the SQLSTATE in the body of an ErrorResponse, a byte at a time: fields of a type byte and a string that ends in zero.
struct ErrorCodeScan {
  private static let codeField = UInt8(ascii: "C")

  /// The type of the field that is being read; 0 before one.
  private var field: UInt8 = 0
  /// Whether the zero that follows the last field was read; what comes after it is no field.
  private var isOver = false
  private var bytes = InlineArray<5, UInt8>(repeating: 0)
  private var count = 0

  /// Reads the next byte.
  mutating func read(_ byte: UInt8) {
    if isOver { return }
    if field == 0 {
      field = byte
      isOver = byte == 0
      if byte == Self.codeField { count = 0 }
    } else if byte == 0 {
      field = 0
    } else if field == Self.codeField {
      if count < bytes.count { bytes[count] = byte }
      count += 1
    }
  }

  /// The code, the last one of several; nil where there was none, or none that can be one.
  var code: SQLState? {
    count == bytes.count ? SQLState(bytes.indices.map { bytes[$0] }) : nil
  }
}
