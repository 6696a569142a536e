import Glibc

/// The one address that a run connects to, as the kernel wants it.
///
/// Invariant that keeps the pointer safe: it is initialized once and lives as long as the object.
final class TargetAddress: Sendable {
  private nonisolated(unsafe) let storage: UnsafeMutablePointer<sockaddr_in>

  /// - Throws: ``LoadError/notAnAddress(_:)`` for a host that is neither an IPv4 address nor
  ///   `localhost`: names are not looked up.
  init(host: String, port: UInt16) throws(LoadError) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    let literal = host == "localhost" ? "127.0.0.1" : host
    guard inet_pton(AF_INET, literal, &address.sin_addr) == 1 else { throw .notAnAddress(host) }
    storage = .allocate(capacity: 1)
    storage.initialize(to: address)
  }

  deinit { storage.deallocate() }

  /// For `connect`; valid as long as the object.
  var pointer: UnsafePointer<sockaddr> {
    UnsafeRawPointer(storage).assumingMemoryBound(to: sockaddr.self)
  }

  /// Its length in bytes.
  static let size = socklen_t(MemoryLayout<sockaddr_in>.size)
}
