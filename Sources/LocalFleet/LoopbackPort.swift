internal import Glibc
internal import Synchronization

/// Finds free TCP ports on 127.0.0.1.
public enum LoopbackPort {
  /// What this process was given: whoever has a port may not listen on it yet.
  private static let given = Mutex<Set<UInt16>>([])

  /// A port nobody listens on at this moment, and another one each time.
  ///
  /// Another program may take it before it is used; who can tries again with another one.
  /// Chosen at random, so that fleets that start at the same time rarely meet.
  /// - Returns: a port below the range of outgoing connections.
  /// - Throws: `FleetError.noFreePort`.
  public static func free() throws(FleetError) -> UInt16 {
    let range = FleetLimits.ports
    for _ in 0..<FleetLimits.portAttempts {
      let port = UInt16.random(in: range)
      if isFree(port), given.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw .noFreePort(range: "\(range.lowerBound) to \(range.upperBound)")
  }

  /// Whether 127.0.0.1 can be bound to `port` now.
  public static func isFree(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // As servers do: connections of the past that wait for their end don't count.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafeBytes(of: &address) { bytes in
      bind(
        descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
        socklen_t(bytes.count)) == 0
    }
  }
}
