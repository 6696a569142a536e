import Foundation

/// What a server on this machine answers to a GET.
struct HTTPAnswer {
  let status: Int
  let body: String

  /// Asks for a path over a connection of its own, and returns what has come when that is closed.
  ///
  /// - Throws: `Missing` when nobody takes the connection, or no answer comes within a minute.
  init(of path: String, port: UInt16) async throws {
    let text = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try Self.exchange(path, port) })
      }
    }
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
    guard let head = parts.first?.split(separator: " "), head.count > 1, let status = Int(head[1])
    else { throw Missing(what: "an answer to GET \(path)") }
    self.status = status
    body = parts.count > 1 ? String(parts[1]) : ""
  }

  private static func exchange(_ path: String, _ port: UInt16) throws -> String {
    guard let descriptor = LoopbackSocket.connected(to: port, patience: .seconds(60)) else {
      throw Missing(what: "somebody at port \(port)")
    }
    defer { close(descriptor) }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw Missing(what: "somebody who takes a request")
    }
    var answer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = recv(descriptor, &piece, piece.count, 0)
      guard count >= 0 else { throw Missing(what: "an answer to GET \(path)") }
      guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
      answer += piece[..<count]
    }
  }
}
