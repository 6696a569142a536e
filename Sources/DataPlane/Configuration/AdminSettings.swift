public import AdminConsole
public import ShardMap

/// Where the admin console listens, and who may use it.
public struct AdminSettings: Sendable {
  /// Where to listen; port 0 lets the kernel choose.
  public var address: SocketAddress
  /// Who may use it, and how they prove who they are.
  public var access: AdminAccess
  /// The program's name and version, for `SHOW VERSION`.
  public var version: String

  /// Names a console.
  public init(address: SocketAddress, access: AdminAccess, version: String = "Shardway") {
    self.address = address
    self.access = access
    self.version = version
  }
}

extension SocketAddress {
  /// Whether only programs of this machine reach it.
  public var isLoopback: Bool {
    switch family {
    case .ipv4: high >> 56 == 127
    case .ipv6: high == 0 && low == 1
    }
  }
}
