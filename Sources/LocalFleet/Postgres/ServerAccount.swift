internal import Glibc

/// Who the servers run as: this user, or `postgres` when this user is root.
struct ServerAccount: Sendable {
  /// The account PostgreSQL's Debian package makes.
  static let name = "postgres"

  /// Words before a command that make it run as the account; none for an ordinary user.
  ///
  /// `setpriv` rather than `su`: it becomes the command, so that the process id stays.
  let prefix: [String]
  private let owner: (user: uid_t, group: gid_t)?

  /// The account to use in this process.
  static func current() throws(FleetError) -> ServerAccount {
    guard geteuid() == 0 else { return ServerAccount(prefix: [], owner: nil) }
    guard let entry = getpwnam(name) else { throw .missingAccount(name: name) }
    let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
    return ServerAccount(
      prefix: ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--init-groups", "--"],
      owner: (user, group))
  }

  /// Makes a file or folder belong to the account.
  func own(_ path: String) throws(FleetError) {
    guard let owner else { return }
    guard chown(path, owner.user, owner.group) == 0 else {
      throw .folder(path: path, reason: String(cString: strerror(errno)))
    }
  }
}
