import Foundation
import Wire

/// A client that blocks its thread while it waits, for loads of many clients with a thread each.
///
/// It speaks simple queries only, and ends with an error after `patience`.
final class BlockingClient {
  /// Longer than any time that the router may have work wait for.
  static let patience: Duration = .seconds(60)

  /// What a query was answered with, up to ReadyForQuery.
  struct Answer {
    /// The rows' values as text; null is empty.
    var rows: [[String]] = []
    /// The first error; what was done before it counts for nothing.
    var error: ErrorResponse?
  }

  /// The connection has ended.
  struct Ended: Error {}

  private let descriptor: Int32
  private var received: [UInt8] = []
  private var read = 0
  private var buffer = [UInt8](repeating: 0, count: 16_384)

  /// Connects to a router as the role that is trusted, and returns when that is let in.
  ///
  /// - Throws: `Ended`, or the `ErrorResponse` it is refused with.
  init(port: UInt16, tenant: String, options: String = "") throws {
    guard let connected = LoopbackSocket.connected(to: port, patience: Self.patience) else {
      throw Ended()
    }
    descriptor = connected
    var writer = StartupMessageWriter()
    try writer.append(name: "user", value: "app")
    try writer.append(name: "database", value: tenant)
    if !options.isEmpty { try writer.append(name: "options", value: options) }
    try send(writer.finish())
    if let error = try answer().error { throw error }
  }

  deinit { close(descriptor) }

  /// Runs statements and waits for the answer.
  ///
  /// - Throws: `Ended` when the connection ends before it.
  func query(_ statements: String) throws -> Answer {
    let body = Array(statements.utf8) + [0]
    try send([UInt8(ascii: "Q")] + WireClient.bigEndian(UInt32(body.count + 4)) + body)
    return try answer()
  }

  private func send(_ bytes: [UInt8]) throws {
    var remaining = bytes[...]
    while !remaining.isEmpty {
      let count = remaining.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Ended() }
      remaining = remaining.dropFirst(count)
    }
  }

  private func answer() throws -> Answer {
    var answer = Answer()
    while true {
      let header: ArraySlice<UInt8>
      let body: ArraySlice<UInt8>
      do {
        header = try take(5)
        body = try take(Self.integer(header.dropFirst()) - 4)
      } catch let ended as Ended {
        // A fatal error tells more than the end that follows it.
        guard answer.error != nil else { throw ended }
        return answer
      }
      switch UnicodeScalar(header[header.startIndex]) {
      case "D": answer.rows.append(Self.values(body))
      case "E": if answer.error == nil { answer.error = try .decode(Array(body).span.bytes) }
      case "Z": return answer
      default: break
      }
    }
  }

  /// The next bytes of the stream.
  private func take(_ count: Int) throws -> ArraySlice<UInt8> {
    while received.count - read < count {
      if read > 0 {
        received.removeFirst(read)
        read = 0
      }
      let more = recv(descriptor, &buffer, buffer.count, 0)
      guard more > 0 else { throw Ended() }
      received += buffer[..<more]
    }
    defer { read += count }
    return received[read..<read + count]
  }

  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  private static func values(_ body: ArraySlice<UInt8>) -> [String] {
    var rest = body.dropFirst(2)
    var values: [String] = []
    while !rest.isEmpty {
      let length = integer(rest.prefix(4))
      rest = rest.dropFirst(4)
      guard length != 0xffff_ffff else {
        values.append("")
        continue
      }
      values.append(String(decoding: rest.prefix(length), as: UTF8.self))
      rest = rest.dropFirst(length)
    }
    return values
  }
}
