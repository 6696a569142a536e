internal import CPrivileges
internal import Glibc

/// What a process gives up of its rights. All of it is for good.
///
/// User, groups, and what ``forbidNewPrivileges()`` and ``dropCapabilities()`` take away belong to a thread, and threads that it starts inherit
/// them: call these before any other thread is there.
public enum Privileges {
  /// Neither the process nor a program that it starts can get more rights than it has.
  public static func forbidNewPrivileges() throws(PrivilegeError) {
    try check(shardway_forbid_new_privileges(), "forbid new privileges")
  }

  /// No core file is written of the process, whose memory holds passwords and keys, and no other process of its user can look into it.
  public static func forbidCoreFiles() throws(PrivilegeError) {
    try check(shardway_forbid_core_files(), "forbid core files")
  }

  /// Gives up all capabilities, and where it may, also that they can ever be had again.
  public static func dropCapabilities() throws(PrivilegeError) {
    try check(shardway_limit_capabilities(), "give up the capabilities")
    try check(shardway_empty_capabilities(), "give up the capabilities")
  }

  /// Runs as somebody else from now on, without any of the former user's groups and capabilities.
  ///
  /// - Throws: ``PrivilegeError``; the process must not go on then: it may have given up a part.
  public static func become(_ account: Account) throws(PrivilegeError) {
    let isThere = account.isInForce
    if !isThere {
      try check(
        initgroups(account.name, account.group) == 0 ? 0 : errno, "take the groups of \(account)")
      try check(setgid(account.group) == 0 ? 0 : errno, "take the group of \(account)")
    }
    // The bounding set can't be changed any more by another user than root.
    try check(shardway_limit_capabilities(), "give up the capabilities")
    if !isThere { try check(setuid(account.user) == 0 ? 0 : errno, "become \(account)") }
    try check(shardway_empty_capabilities(), "give up the capabilities")
  }

  /// Whether the process may do everything.
  public static var isRoot: Bool { geteuid() == 0 }

  /// Has the kernel look at each system call from now on.
  ///
  /// Operations on a ring that was made before are no system calls: they are not looked at.
  ///
  /// - Parameters:
  ///   - mode: what becomes of a call that a router has no use for.
  ///   - startsPrograms: whether it may start another program: the next router, which then runs under the filter too.
  ///   - threads: whom it holds for.
  /// - Throws: ``PrivilegeError`` where the kernel has no such filters, or neither ``forbidNewPrivileges()`` came before nor the process is root.
  public static func filterSystemCalls(
    _ mode: SystemCallFilter, startsPrograms: Bool, threads: FilteredThreads = .all
  ) throws(PrivilegeError) {
    let kind: shardway_filter_mode
    switch mode {
    case .off: return
    case .log: kind = SHARDWAY_FILTER_LOG
    case .enforce: kind = SHARDWAY_FILTER_ENFORCE
    }
    try check(
      shardway_filter_system_calls(kind, startsPrograms, threads == .all),
      "install the filter of system calls")
  }

  private static func check(_ code: Int32, _ action: String) throws(PrivilegeError) {
    guard code == 0 else { throw .refused(action: action, errno: code) }
  }
}

/// What becomes of system calls that a router has no use for.
public enum SystemCallFilter: String, Sendable, CaseIterable {
  /// Nobody looks.
  case off
  /// They are done, and the kernel's audit log names them.
  case log
  /// They fail with `EPERM`.
  case enforce
}

/// Whom a filter holds for.
public enum FilteredThreads: Sendable {
  /// All threads of the process, and those to come.
  case all
  /// The calling thread, and those that it starts.
  case calling
}

/// Why rights could not be given up.
public enum PrivilegeError: Error, CustomStringConvertible, Equatable {
  /// The kernel said no.
  case refused(action: String, errno: Int32)
  /// There is no such user.
  case unknownUser(String)
  /// There is no such group.
  case unknownGroup(String)

  /// One sentence for the operator.
  public var description: String {
    switch self {
    case .refused(let action, let code):
      "can't \(action): \(String(cString: strerror(code)))"
        + (code == EPERM ? "; it takes root, or the capabilities setuid, setgid and setpcap" : "")
    case .unknownUser(let name):
      "there is no user \"\(name)\"; make one, as with useradd --system, or name another"
    case .unknownGroup(let name):
      "there is no group \"\(name)\"; make one, as with groupadd --system, or name another"
    }
  }
}
