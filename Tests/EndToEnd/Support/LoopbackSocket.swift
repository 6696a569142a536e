import Glibc

/// Blocking sockets to ports of this machine.
enum LoopbackSocket {
  /// A connection to a port, on which a receive waits for so long at most; nil, with the reason in `errno`, when nobody takes it.
  static func connected(to port: UInt16, patience: Duration) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafeBytes(of: &address) { bytes in
      connect(
        descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
        socklen_t(bytes.count))
    }
    guard result != 0 else { return descriptor }
    let reason = errno
    close(descriptor)
    errno = reason
    return nil
  }
}
