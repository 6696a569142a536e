import Logging
import Privileges

/// What the section `security` says: as whom the router runs, and what the kernel is to keep it from.
struct SecuritySettings: Equatable {
  /// The user that it becomes when its addresses are bound; nil where it stays who it is.
  var account: Account?
  /// What becomes of system calls that it has no use for.
  var filter = SystemCallFilter.off
}

/// Gives up rights, each as soon as it isn't needed any more: the main thread calls these in the order in which they stand here.
struct LeastPrivilege {
  private let settings: SecuritySettings?
  /// Whether the router may have to start its successor.
  private let startsPrograms: Bool

  init(_ settings: SecuritySettings?, startsPrograms: Bool) {
    self.settings = settings
    self.startsPrograms = startsPrograms
  }

  /// Before anything is opened, and before there is a second thread.
  func began(_ logger: Logger) throws(PrivilegeError) {
    try Privileges.forbidNewPrivileges()
    if settings != nil { try Privileges.forbidCoreFiles() }
    guard Privileges.isRoot, settings?.account.map(\.isRoot) ?? true else { return }
    logger.warning("running as root; name a user without rights in security.user")
  }

  /// All addresses are bound, and no other thread is there yet: the workers inherit what is left.
  func bound() throws(PrivilegeError) {
    guard let settings else { return }
    if let account = settings.account {
      try Privileges.become(account)
      // Another user is another process, for the kernel: it would write core files again.
      try Privileges.forbidCoreFiles()
    } else {
      try Privileges.dropCapabilities()
    }
  }

  /// Everything runs.
  func started(_ logger: Logger) throws(PrivilegeError) {
    guard let settings, settings.filter != .off else { return }
    try Privileges.filterSystemCalls(settings.filter, startsPrograms: startsPrograms)
    logger.notice("system calls are filtered (\(settings.filter.rawValue))")
  }
}
