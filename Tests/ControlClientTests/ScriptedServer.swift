import Foundation
import Synchronization

/// An HTTP/1.1 server on a free loopback port that answers as a test says.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    var method: String
    var target: String
    /// Names in lower case.
    var headers: [String: String]
    var body: String

    var line: String { "\(method) \(target)" }
  }

  enum Answer: Sendable {
    /// A status, headers and a body.
    case plain(Int, [String: String] = [:], String = "")
    /// A body that is sent piece by piece, and then the connection is closed.
    case stream([String])
    /// The connection is closed without an answer.
    case hangUp
    /// Nothing, for as long as the client waits.
    case silence
  }

  let port: UInt16
  private let listener: Int32
  private let answer: @Sendable (Request, Int) -> Answer
  private let seen = Mutex<[Request]>([])

  /// Starts it; `answer` gets each request and how many came before.
  init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
    self.answer = answer
    (listener, port) = try Self.listen()
    Thread.detachNewThread { [self] in accept() }
  }

  private static func listen() throws -> (listener: Int32, port: UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
        bind(listener, plain, length) == 0 && Foundation.listen(listener, 16) == 0
          && getsockname(listener, plain, &length) == 0
      }
    }
    guard bound else {
      close(listener)
      throw POSIXError(.EADDRINUSE)
    }
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  deinit { close(listener) }

  var url: String { "http://127.0.0.1:\(port)" }

  /// The requests so far.
  var requests: [Request] { seen.withLock { $0 } }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func accept() {
    while true {
      let connection = Foundation.accept(listener, nil, nil)
      guard connection >= 0 else { return }
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      Thread.detachNewThread { [self] in
        serve(connection)
        // Ends it also where a process that another test starts has a copy.
        shutdown(connection, Int32(SHUT_RDWR))
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    while let request = read(connection) {
      let place = seen.withLock { seen in
        seen.append(request)
        return seen.count - 1
      }
      switch answer(request, place) {
      case .plain(let status, let headers, let body):
        var head = "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.utf8.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        send(connection, head + "\r\n" + body)
      case .stream(let pieces):
        send(connection, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for piece in pieces { send(connection, piece) }
        return
      case .hangUp:
        return
      case .silence:
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) > 0 {}
        return
      }
    }
  }

  private func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    while bytes.count < 4 || Array(bytes.suffix(4)) != end {
      var byte: UInt8 = 0
      guard recv(connection, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ").map(String.init)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    var body = [UInt8](repeating: 0, count: headers["content-length"].flatMap { Int($0) } ?? 0)
    guard body.isEmpty || recv(connection, &body, body.count, Int32(MSG_WAITALL)) > 0
    else { return nil }
    return Request(
      method: words[0], target: words[1], headers: headers,
      body: String(decoding: body, as: UTF8.self))
  }

  private func send(_ connection: Int32, _ text: String) {
    var remaining = Array(text.utf8)[...]
    while !remaining.isEmpty {
      let count = remaining.withUnsafeBytes {
        Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      remaining = remaining.dropFirst(count)
    }
  }
}
