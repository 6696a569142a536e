import Glibc
import ShardMap

/// TCP sockets with the data plane's options.
enum Sockets {
  /// Connections that may wait to be accepted; the kernel caps it at `net.core.somaxconn`.
  static let backlog: Int32 = 4096

  /// A socket to connect to `address`; a negated `errno` on failure.
  static func open(for address: SocketAddress, keepAlive: KeepAlive) -> Int32 {
    let descriptor = socket(
      family(of: address), Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), Int32(IPPROTO_TCP))
    guard descriptor >= 0 else { return -errno }
    setOptions(descriptor, keepAlive)
    return descriptor
  }

  /// A socket that listens at `address`; a shared one together with others (`SO_REUSEPORT`): the kernel spreads clients over them. What it
  /// accepts inherits the options.
  static func listen(
    at address: SocketAddress, keepAlive: KeepAlive, isShared: Bool = true
  ) throws(ListenError) -> Int32 {
    let descriptor = open(for: address, keepAlive: keepAlive)
    guard descriptor >= 0 else { throw ListenError(address: address, errno: -descriptor) }
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    if isShared { set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
    var storage = sockaddr_storage()
    let count = write(address, to: &storage)
    let isBound = withUnsafePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, count) == 0 }
    }
    guard isBound, Glibc.listen(descriptor, backlog) == 0 else {
      let code = errno
      close(descriptor)
      throw ListenError(address: address, errno: code)
    }
    return descriptor
  }

  /// The first client in a listener's backlog; a negated `errno` when nobody waits.
  ///
  /// The socket may be another process's, too, which takes this one's place and accepts there: then the client may be gone between the two
  /// calls, and the limit on receiving ends the second. It is the socket's, in both processes; rings, which don't block, feel nothing of it.
  static func acceptWaiting(on listener: Int32) -> Int32 {
    var limit = timeval(tv_sec: 0, tv_usec: DrainLimits.acceptMicroseconds)
    setsockopt(
      listener, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var ready = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, 0) == 1 else { return -Errno.again }
    let client = accept(listener, nil, nil)
    guard client >= 0 else { return -errno }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    return client
  }

  /// Two sockets that are connected to each other; nil when there are no descriptors for them.
  static func pair() -> (near: Int32, far: Int32)? {
    var ends: (near: Int32, far: Int32) = (-1, -1)
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let isMade = withUnsafeMutablePointer(to: &ends) { pointer in
      pointer.withMemoryRebound(to: Int32.self, capacity: 2) {
        socketpair(AF_UNIX, kind, 0, $0) == 0
      }
    }
    return isMade ? ends : nil
  }

  /// The address a socket is bound to: tells the port that the kernel chose.
  static func boundAddress(of descriptor: Int32) -> SocketAddress? {
    address { getsockname(descriptor, $0, $1) }
  }

  /// The address a socket is connected to.
  static func peerAddress(of descriptor: Int32) -> SocketAddress? {
    address { getpeername(descriptor, $0, $1) }
  }

  private static func address(
    _ ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> SocketAddress? {
    var storage = sockaddr_storage()
    var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask($0, &count) == 0 }
    }
    return isKnown ? read(&storage) : nil
  }

  private static func family(of address: SocketAddress) -> Int32 {
    address.family == .ipv4 ? AF_INET : AF_INET6
  }

  static func setOptions(_ descriptor: Int32, _ keepAlive: KeepAlive) {
    let tcp = Int32(IPPROTO_TCP)
    set(descriptor, tcp, TCP_NODELAY, 1)
    set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
    set(descriptor, tcp, TCP_KEEPIDLE, Int32(clamping: keepAlive.idle.components.seconds))
    set(descriptor, tcp, TCP_KEEPINTVL, Int32(clamping: keepAlive.interval.components.seconds))
    set(descriptor, tcp, TCP_KEEPCNT, Int32(clamping: keepAlive.count))
    let milliseconds = Int32(clamping: keepAlive.userTimeout.wholeNanoseconds / 1_000_000)
    set(descriptor, tcp, TCP_USER_TIMEOUT, milliseconds)
  }

  /// Sets an option; one that the kernel does not take is left as it is.
  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Writes an address as the kernel wants it; returns its length.
  static func write(
    _ address: SocketAddress, to storage: UnsafeMutablePointer<sockaddr_storage>
  ) -> socklen_t {
    let raw = UnsafeMutableRawPointer(storage)
    switch address.family {
    case .ipv4:
      var ipv4 = sockaddr_in()
      ipv4.sin_family = sa_family_t(AF_INET)
      ipv4.sin_port = address.port.bigEndian
      ipv4.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.high >> 32).bigEndian
      raw.storeBytes(of: ipv4, as: sockaddr_in.self)
      return socklen_t(MemoryLayout<sockaddr_in>.size)
    case .ipv6:
      var ipv6 = sockaddr_in6()
      ipv6.sin6_family = sa_family_t(AF_INET6)
      ipv6.sin6_port = address.port.bigEndian
      withUnsafeMutableBytes(of: &ipv6.sin6_addr) {
        $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      raw.storeBytes(of: ipv6, as: sockaddr_in6.self)
      return socklen_t(MemoryLayout<sockaddr_in6>.size)
    }
  }

  /// The address that is written there; nil where it is none of IP, as a pair of sockets has.
  private static func read(_ storage: UnsafePointer<sockaddr_storage>) -> SocketAddress? {
    let raw = UnsafeRawPointer(storage)
    if Int32(storage.pointee.ss_family) == AF_INET {
      let ipv4 = raw.load(as: sockaddr_in.self)
      return SocketAddress(
        ipv4: UInt32(bigEndian: ipv4.sin_addr.s_addr), port: UInt16(bigEndian: ipv4.sin_port))
    }
    guard Int32(storage.pointee.ss_family) == AF_INET6 else { return nil }
    var ipv6 = raw.load(as: sockaddr_in6.self)
    return withUnsafeBytes(of: &ipv6.sin6_addr) {
      SocketAddress(
        family: .ipv6, high: UInt64(bigEndian: $0.load(as: UInt64.self)),
        low: UInt64(bigEndian: $0.load(fromByteOffset: 8, as: UInt64.self)),
        port: UInt16(bigEndian: ipv6.sin6_port))
    }
  }
}

/// An address could not be listened at.
public struct ListenError: Error, CustomStringConvertible {
  let address: SocketAddress
  let errno: Int32

  /// Whether somebody else listens there.
  var isInUse: Bool { errno == EADDRINUSE }

  /// One sentence for the operator.
  public var description: String {
    "can't listen at \(address): \(String(cString: strerror(errno)))"
      + (errno == EADDRINUSE
        ? "; another program listens there, stop it or choose another port" : "")
      + (errno == EACCES ? "; ports below 1024 need CAP_NET_BIND_SERVICE" : "")
  }
}
