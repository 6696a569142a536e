import Glibc

/// A failed call on a socket.
struct SocketFailure: Error {
  let call: String
  let errno = Glibc.errno
}

/// Waits until a descriptor can be read from, for a minute at most: what never comes fails the test that waits for it, and holds up no other.
///
/// By `poll`, and not by a limit of the socket's own: a thread that has a ring is interrupted by its completions, and calls with a limit are not begun again
/// by the kernel.
func waitToRead(_ descriptor: Int32) throws {
  let end = ContinuousClock.now + .seconds(60)
  var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  while poll(&ready, 1, 1_000) <= 0 {
    guard ContinuousClock.now < end else { throw SocketFailure(call: "a minute's wait") }
  }
}

/// A TCP socket on loopback whose calls wait, but not for ever.
final class LoopbackSocket: Sendable {
  let descriptor: Int32

  init(adopting descriptor: Int32) throws {
    guard descriptor >= 0 else { throw SocketFailure(call: "socket or accept") }
    // Tests of other suites start programs, and PostgreSQL refuses to inherit thousands of sockets.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    self.descriptor = descriptor
  }

  static func make() throws -> LoopbackSocket {
    try LoopbackSocket(
      adopting: socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
  }

  deinit { close(descriptor) }

  func connect(to port: UInt16) throws {
    try Self.withAddress(port) { address, count in
      if Glibc.connect(descriptor, address, count) != 0 { throw SocketFailure(call: "connect") }
    }
  }

  func send(_ bytes: [UInt8]) throws {
    let sent = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    guard sent == bytes.count else { throw SocketFailure(call: "send") }
  }

  /// Exactly that many bytes.
  func receive(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = try some(atMost: count - bytes.count)
      guard !more.isEmpty else { throw SocketFailure(call: "recv, \(bytes.count) of \(count)") }
      bytes += more
    }
    return bytes
  }

  /// The next bytes, as many as have come; none at the end.
  func some(atMost limit: Int = 65_536) throws -> [UInt8] {
    try waitToRead(descriptor)
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &bytes, limit, 0)
    guard count >= 0 else { throw SocketFailure(call: "recv") }
    return Array(bytes.prefix(count))
  }

  /// Whether the other end has closed, after whatever it still had to say.
  func isAtEnd() throws -> Bool {
    do {
      while try !some().isEmpty {}
      return true
    } catch let failure as SocketFailure where failure.errno == ECONNRESET {
      return true
    }
  }

  /// Calls `body` with the address of a port on loopback.
  static func withAddress<Result>(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
  ) rethrows -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    let count = socklen_t(MemoryLayout<sockaddr_in>.size)
    return try withUnsafePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, count) }
    }
  }
}

/// Listens on a port that the kernel chose.
final class LoopbackServer: Sendable {
  private let listener: LoopbackSocket
  let port: UInt16

  /// One that does not listen refuses connections, and keeps its port from everybody else.
  init(listens: Bool = true) throws {
    listener = try LoopbackSocket.make()
    let descriptor = listener.descriptor
    let isListening = LoopbackSocket.withAddress(0) { address, count in
      bind(descriptor, address, count) == 0 && (!listens || listen(descriptor, 128) == 0)
    }
    guard isListening else { throw SocketFailure(call: "listen") }
    // Who waits in vain is told so, long before anybody else loses patience.
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &count)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
  }

  var descriptor: Int32 { listener.descriptor }

  /// The next connection.
  func accept() throws -> LoopbackSocket {
    var accepted: Int32
    repeat {
      accepted = Glibc.accept(listener.descriptor, nil, nil)
    } while accepted < 0 && errno == EINTR
    return try LoopbackSocket(adopting: accepted)
  }
}

/// A session through the router that has logged in and is silent: the client's end and the server's.
struct QuietSession {
  private let client: LoopbackSocket
  private let server: LoopbackSocket

  /// Plays both parts of the login, one step after the other.
  init(routerPort: UInt16, server listener: LoopbackServer) throws {
    client = try LoopbackSocket.make()
    try client.connect(to: routerPort)
    try client.send(Packets.startup(["user": "u", "database": "acme"]))
    server = try listener.accept()
    let length = try server.receive(4).reduce(0) { $0 << 8 | Int($1) }
    _ = try server.receive(length - 4)
    let welcome =
      Packets.message("R", Packets.integer(0, bytes: 4))
      + Packets.message("K", Packets.integer(1, bytes: 4) + [1, 2, 3, 4])
      + Packets.message("Z", Array("I".utf8))
    try server.send(welcome)
    _ = try client.receive(welcome.count)
  }
}
