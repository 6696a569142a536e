import Glibc
import Testing

@testable import NullServer

/// A server that runs as long as the value.
struct RunningServer: ~Copyable {
  let server: NullServer

  init(_ settings: NullServerSettings = NullServerSettings()) throws {
    let server = try NullServer(settings)
    try server.start()
    self.server = server
  }

  deinit { server.stop() }

  /// A client that has logged in.
  func client() throws -> LoopbackClient {
    let client = try LoopbackClient(server.port)
    try client.send(Requests.startup())
    let greeting = try client.answer()
    try #require(greeting.last == Message(type: "Z", body: [73]))
    return client
  }
}

/// A blocking connection over loopback.
struct LoopbackClient: ~Copyable {
  let descriptor: Int32

  /// Connects; with a small receive buffer where that is wanted.
  init(_ port: UInt16, receiveBytes: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(descriptor >= 0)
    var patience = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBytes {
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(status == 0, "connect: \(String(cString: strerror(errno)))")
  }

  deinit { close(descriptor) }

  /// Sends all bytes.
  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        Self.uninterrupted {
          Glibc.send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
      }
      try #require(count > 0, "send: \(String(cString: strerror(errno)))")
      sent += count
    }
  }

  /// Repeats a call that a signal has interrupted, such as that of a child that has ended.
  private static func uninterrupted(_ call: () -> Int) -> Int {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  /// Some bytes; none at the end.
  func receive(atMost count: Int = 1 << 20) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let received = Self.uninterrupted { recv(descriptor, &bytes, count, 0) }
    try #require(received >= 0, "recv: \(String(cString: strerror(errno)))")
    return Array(bytes.prefix(received))
  }

  /// All bytes up to so many ReadyForQuery, which must be the last.
  func answer(readyCount: Int = 1) throws -> [Message] {
    var reader = AnswerReader(readyCount: readyCount)
    while !reader.isComplete {
      let bytes = try receive()
      try #require(!bytes.isEmpty, "the connection has ended")
      reader.take(bytes)
    }
    return try Message.all(in: reader.bytes)
  }

  /// Everything up to the end.
  func rest() throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let bytes = try receive()
      if bytes.isEmpty { return all }
      all += bytes
    }
  }

  /// Asks, and waits for the answer.
  func query(_ text: String) throws -> [Message] {
    try send(Requests.query(text))
    return try answer()
  }
}

/// Finds where answers end, without reading the bytes twice.
struct AnswerReader {
  private(set) var bytes: [UInt8] = []
  private var offset = 0
  private var missing: Int

  init(readyCount: Int) { missing = readyCount }

  var isComplete: Bool { missing <= 0 }

  mutating func take(_ more: [UInt8]) {
    bytes += more
    while offset + 5 <= bytes.count {
      let length = bytes[offset + 1..<offset + 5].reduce(0) { $0 << 8 | Int($1) }
      guard offset + 1 + length <= bytes.count else { return }
      if bytes[offset] == UInt8(ascii: "Z") { missing -= 1 }
      offset += 1 + length
    }
  }
}

/// Waits until something is so, looking again and again; an issue when it takes too long.
func expectSoon(_ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  for _ in 0..<60_000 {
    if condition() { return }
    usleep(1_000)
  }
  Issue.record("it did not come true", sourceLocation: sourceLocation)
}
