internal import Glibc

/// A user of the machine and its group.
public struct Account: Sendable, Equatable, CustomStringConvertible {
  /// The user's name.
  public let name: String
  let user: UInt32
  let group: UInt32

  /// The user's name.
  public var description: String { name }

  /// Looks a user up, with another main group than its own where one is named. Reads the machine's user database.
  public init(user name: String, group groupName: String? = nil) throws(PrivilegeError) {
    guard let entry = getpwnam(name) else { throw .unknownUser(name) }
    self.name = name
    user = entry.pointee.pw_uid
    if let groupName {
      guard let entry = getgrnam(groupName) else { throw .unknownGroup(groupName) }
      group = entry.pointee.gr_gid
    } else {
      group = entry.pointee.pw_gid
    }
  }

  /// Whether the process runs as this user and group already.
  public var isInForce: Bool {
    getuid() == user && geteuid() == user && getgid() == group && getegid() == group
  }

  /// Whether it is root, which gives up nothing.
  public var isRoot: Bool { user == 0 }
}
