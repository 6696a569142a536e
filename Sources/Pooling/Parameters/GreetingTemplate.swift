import Wire

/// The settings that a pool's server reported at the start, ready to be told to the pool's clients.
///
/// A client that logs in at the router sees what it would see at the server, in the same order; only
/// the tracked parameters are its own.
public struct GreetingTemplate: Sendable {
  private enum Piece: Sendable {
    /// Whole messages.
    case same([UInt8])
    /// The message of a tracked parameter, and the value that the server reported.
    case tracked(TrackedParameter, reported: [UInt8])
  }

  private let limit: Int
  private var pieces: [Piece] = []
  /// Bytes of all messages.
  public private(set) var byteCount = 0

  /// A template without settings.
  public init(limits: PoolingLimits = PoolingLimits()) { limit = limits.greetingBytes }

  /// Adds a setting, in the order in which the server reported them: the body of a ParameterStatus message, decoded.
  ///
  /// - Throws: ``ParameterError/greetingTooLong(limit:)``; what was added before stays.
  public mutating func append(name: RawSpan, value: RawSpan) throws(ParameterError) {
    let newBytes = 5 + name.byteCount + 1 + value.byteCount + 1
    if newBytes > limit - byteCount { throw .greetingTooLong(limit: limit) }
    byteCount += newBytes
    let value = value.copy(of: 0..<value.byteCount)
    if let parameter = TrackedParameter(named: name) {
      pieces.append(.tracked(parameter, reported: value))
      return
    }
    let message = Self.message(name: name.copy(of: 0..<name.byteCount), value: value)
    if case .same(let earlier) = pieces.last {
      pieces[pieces.count - 1] = .same(earlier + message)
    } else {
      pieces.append(.same(message))
    }
  }

  /// The ParameterStatus messages for a client with these values; where one isn't known, the server's is told.
  public func messages(for client: ParameterValues, in table: borrowing ValueTable) -> [UInt8] {
    var messages: [UInt8] = []
    messages.reserveCapacity(byteCount)
    for piece in pieces {
      switch piece {
      case .same(let bytes):
        messages += bytes
      case .tracked(let parameter, let reported):
        var value = reported
        if let own = table.value(parameter, in: client) { value = own.copy(of: 0..<own.byteCount) }
        messages += Self.message(name: Array("\(parameter.name)".utf8), value: value)
      }
    }
    return messages
  }

  /// Completes a client's values: what it has not asked for it has as the server reported it, whatever others have set on the links it gets.
  ///
  /// - Throws: when a value can't be kept; those before it are then the client's.
  public func complete(
    _ client: inout ParameterValues, in table: inout ValueTable
  ) throws(ParameterError) {
    for case .tracked(let parameter, let reported) in pieces where !client.knows(parameter) {
      try table.set(parameter, to: reported.span.bytes, in: &client)
    }
  }

  private static func message(name: [UInt8], value: [UInt8]) -> [UInt8] {
    MessageEncoder.encode(
      type: BackendMessageType.parameterStatus, body: name + [0] + value + [0])
  }
}
