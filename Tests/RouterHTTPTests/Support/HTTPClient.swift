import Foundation
import Glibc

/// An HTTP client of a few lines, which reads when it is told to.
final class HTTPConnection {
  struct Failure: Error {
    let call: String
    let errno: Int32
  }

  struct Answer: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: String
  }

  private let socket: Int32

  /// Connects to a port of this machine; nothing that is waited for takes longer than `seconds`.
  init(port: UInt16, receiveBytes: Int32? = nil, seconds: Int = 120) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw Failure(call: "socket", errno: errno) }
    if var receiveBytes {
      setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
    }
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    // By its bytes: here the C structure's members are Glibc's or SwiftNIO's, as the compiler finds them.
    let address: [UInt8] =
      [UInt8(AF_INET), 0, UInt8(port >> 8), UInt8(truncatingIfNeeded: port), 127, 0, 0, 1]
      + [UInt8](repeating: 0, count: 8)
    let status = address.withUnsafeBytes {
      connect(
        socket, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
    guard status == 0 else { throw Failure(call: "connect", errno: errno) }
  }

  deinit { close(socket) }

  /// Asks, and reads nothing yet.
  func ask(_ path: String, headers: [String] = []) throws {
    let lines =
      ["GET \(path) HTTP/1.1", "Host: localhost", "Connection: close"] + headers + ["", ""]
    try say(Array(lines.joined(separator: "\r\n").utf8))
  }

  /// Sends bytes as they are.
  func say(_ bytes: [UInt8]) throws {
    guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failure(call: "send", errno: errno)
    }
  }

  /// Reads to the end of the connection.
  func answer() throws -> Answer {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = recv(socket, &piece, piece.count, 0)
      guard count >= 0 else { throw Failure(call: "recv", errno: errno) }
      if count == 0 { break }
      bytes += piece.prefix(count)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let lines = (parts.first ?? "").split(separator: "\r\n")
    guard parts.count == 2, let status = lines.first?.split(separator: " ").dropFirst().first,
      let code = Int(status)
    else { throw Failure(call: "an answer", errno: 0) }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let field = line.split(separator: ":", maxSplits: 1)
      headers[field[0].lowercased()] = field.dropFirst().first.map { String($0.drop { $0 == " " }) }
    }
    return Answer(status: code, headers: headers, body: String(parts[1]))
  }

  /// Asks for a path on a connection of its own, and waits on a thread that may wait.
  static func get(
    _ path: String, port: UInt16, headers: [String] = []
  ) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            let connection = try HTTPConnection(port: port)
            try connection.ask(path, headers: headers)
            return try connection.answer()
          })
      }
    }
  }
}
