import Wire

/// What the first bytes of a parked client's are worth.
enum FirstRequest {
  /// Not even a message's header is there.
  case incomplete
  /// The client says goodbye.
  case terminate
  /// There is work for a server.
  case work

  init(_ bytes: RawSpan) {
    guard bytes.byteCount >= 5 else {
      self = .incomplete
      return
    }
    self = bytes.byte(at: 0) == FrontendMessageType.terminate ? .terminate : .work
  }
}
