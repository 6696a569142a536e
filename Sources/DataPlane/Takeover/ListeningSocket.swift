public import ShardMap
import Glibc
import Synchronization

/// A socket that listens, with what it is for: what a router hands to the process that takes its place.
public struct ListeningSocket: Sendable {
  /// What it is for.
  public var name: String
  /// Where it listens.
  public var address: SocketAddress
  /// The socket.
  public var descriptor: Int32

  /// Names a socket.
  public init(name: String, address: SocketAddress, descriptor: Int32) {
    self.name = name
    self.address = address
    self.descriptor = descriptor
  }

  /// The name of the sockets of a listener, which may be several.
  static func clients(ofListener number: Int) -> String { "listener \(number)" }
  /// The name of the admin console's.
  static let admin = "admin"
}

/// Sockets that an earlier process has handed over, until somebody takes them.
public final class InheritedSockets: Sendable {
  private let sockets: Mutex<[ListeningSocket]>

  /// Sockets, which are this object's from now on. None by default.
  public init(_ sockets: [ListeningSocket] = []) { self.sockets = Mutex(sockets) }

  deinit { closeRest() }

  /// Takes all sockets of a name that listen at an address; port 0 stands for any port. They are the caller's then.
  public func take(_ name: String, at address: SocketAddress) -> [Int32] {
    sockets.withLock { sockets in
      let taken = sockets.filter { $0.name == name && $0.address.answers(address) }
      sockets.removeAll { $0.name == name && $0.address.answers(address) }
      return taken.map(\.descriptor)
    }
  }

  /// Closes what nobody has taken: the configuration has no use for it any more.
  public func closeRest() {
    sockets.withLock { sockets in
      for socket in sockets { close(socket.descriptor) }
      sockets = []
    }
  }
}

extension SocketAddress {
  /// Whether this is the address that is asked for.
  fileprivate func answers(_ asked: SocketAddress) -> Bool {
    family == asked.family && high == asked.high && low == asked.low
      && (port == asked.port || asked.port == 0)
  }
}
