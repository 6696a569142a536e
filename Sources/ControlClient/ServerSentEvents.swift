/// One event of a `text/event-stream`.
struct ServerSentEvent: Hashable, Sendable {
  /// The event's name; `message` when the stream gives none.
  var name = "message"
  /// The data, its lines joined by newlines.
  var data = ""
  /// The id in force, which is what a reconnecting client names.
  var id: String?
}

/// Cuts a `text/event-stream` into events (WHATWG HTML, "Server-sent events"). Without IO.
struct ServerSentEventParser: Sendable {
  private var line: [UInt8] = []
  private var pendingBytes = 0
  private var endedWithReturn = false
  private var isFirstLine = true
  private var name = ""
  private var data: [String] = []
  private var lastID: String?

  /// Takes bytes, however they were cut, and returns the events they complete.
  ///
  /// - Throws: `ControlClientError.unexpectedAnswer` when an event is longer than
  ///   `ControlLimits.eventBytes`.
  mutating func receive(
    _ bytes: some Sequence<UInt8>
  ) throws(ControlClientError) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    for byte in bytes {
      // A return and a newline end a line; both together end it once.
      let isSecondHalf = endedWithReturn && byte == UInt8(ascii: "\n")
      endedWithReturn = byte == UInt8(ascii: "\r")
      if isSecondHalf { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if let event = endLine() { events.append(event) }
        continue
      }
      line.append(byte)
      pendingBytes += 1
      guard pendingBytes <= ControlLimits.eventBytes else {
        throw .unexpectedAnswer(
          request: "GET /v1/events",
          reason: "an event is longer than \(ControlLimits.eventBytes) bytes")
      }
    }
    return events
  }

  private mutating func endLine() -> ServerSentEvent? {
    var text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    if isFirstLine, text.hasPrefix("\u{FEFF}") { text.removeFirst() }
    isFirstLine = false
    guard !text.isEmpty else { return dispatch() }
    guard !text.hasPrefix(":") else {
      // A heartbeat is as long as nothing: a stream of them is no event that grows.
      if data.isEmpty { pendingBytes = 0 }
      return nil
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var value = parts.count > 1 ? String(parts[1]) : ""
    if value.hasPrefix(" ") { value.removeFirst() }
    switch parts[0] {
    case "event": name = value
    case "data": data.append(value)
    case "id" where !value.contains("\0"): lastID = value
    default: break
    }
    return nil
  }

  private mutating func dispatch() -> ServerSentEvent? {
    defer {
      name = ""
      data.removeAll()
      pendingBytes = 0
    }
    guard !data.isEmpty else { return nil }
    return ServerSentEvent(
      name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"), id: lastID)
  }
}
