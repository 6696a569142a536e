import Foundation
import Wire

/// A client that speaks the protocol itself, for what `psql` hides: SQLSTATE of a refused start,
/// packets no driver sends, and the exact bytes that come back.
///
/// Each wait has a thread of its own, and ends with an error after `patience`.
final class WireClient: Sendable {
  static let patience: Duration = .seconds(60)

  /// A message from the server.
  struct Message: Sendable {
    var type: Character
    var body: [UInt8]
  }

  private let descriptor: Int32

  init(port: UInt16) throws {
    guard let connected = LoopbackSocket.connected(to: port, patience: Self.patience) else {
      throw Missing(what: String(cString: strerror(errno)))
    }
    descriptor = connected
  }

  deinit { close(descriptor) }

  /// Sends a start-up packet of protocol 3.0.
  func start(_ parameters: KeyValuePairs<String, String>) throws {
    var writer = StartupMessageWriter()
    for (name, value) in parameters { try writer.append(name: name, value: value) }
    try send(writer.finish())
  }

  /// Sends a simple query.
  func query(_ statement: String) throws {
    let body = Array(statement.utf8) + [0]
    try send([UInt8(ascii: "Q")] + Self.bigEndian(UInt32(body.count + 4)) + body)
  }

  /// Sends bytes as they are.
  func send(_ bytes: [UInt8]) throws {
    var remaining = bytes[...]
    while !remaining.isEmpty {
      let count = remaining.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Missing(what: "a peer to send to") }
      remaining = remaining.dropFirst(count)
    }
  }

  /// Ends this side's stream; the other one goes on.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Receives exactly `count` bytes; nil when the server closes before the first one.
  func receive(_ count: Int) async throws -> [UInt8]? {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { [self] in
        continuation.resume(with: Result { try receiveBlocking(count) })
      }
    }
  }

  private func receiveBlocking(_ count: Int) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var piece = [UInt8](repeating: 0, count: count - bytes.count)
      let received = recv(descriptor, &piece, piece.count, 0)
      if received == 0 && bytes.isEmpty { return nil }
      guard received > 0 else { throw Missing(what: "\(count) bytes from the server") }
      bytes += piece[..<received]
    }
    return bytes
  }

  /// Receives the next message; nil when the server has closed.
  func message() async throws -> Message? {
    guard let header = try await receive(5) else { return nil }
    let length = header[1...].reduce(0) { $0 << 8 | Int($1) }
    let body = length == 4 ? [] : try await receive(length - 4)
    return Message(type: Character(UnicodeScalar(header[0])), body: body ?? [])
  }

  /// Receives messages up to one of a type.
  func messages(upTo type: Character) async throws -> [Message] {
    var all: [Message] = []
    while let message = try await message() {
      all.append(message)
      if message.type == type { return all }
    }
    throw Missing(what: "a message of type \(type); the server closed after \(all.map(\.type))")
  }

  /// Receives up to the first error, which must come before the server closes.
  func error() async throws -> ErrorResponse {
    let body = try await messages(upTo: "E").last?.body ?? []
    return try ErrorResponse.decode(body.span.bytes)
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
