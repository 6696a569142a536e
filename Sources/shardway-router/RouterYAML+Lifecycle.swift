import ConfigurationFile
import DataPlane
import RouterHTTP
import Privileges
import ShardMap

extension RouterYAML {
  /// How the router lets go of its clients when it is told to end.
  struct Drain: Decodable {
    var keepAccepting: String?
    var spread: String?
    var deadline: String?
  }

  /// Where others ask how the router is.
  struct Health: Decodable {
    var http: String?
    var tcp: String?
  }

  /// What the router gives up of its rights.
  struct Security: Decodable {
    var user: String?
    var group: String?
    var seccomp: String?
  }

  /// The keys of the sections.
  static let lifecycleKeys: [String: Set<String>] = [
    "drain": ["keepAccepting", "spread", "deadline"], "health": ["http", "tcp"],
    "security": ["user", "group", "seccomp"],
  ]

  /// The plan of the section, or the first field that can't be right; nil where there is none, and then the router stops at once.
  func checkedDrain() throws(FieldError) -> DrainPlan? {
    guard let given = drain else { return nil }
    var plan = DrainPlan()
    plan.keepAccepting = try Configured.time(
      given.keepAccepting, "drain.keepAccepting", .zero, plan.keepAccepting)
    plan.spread = try Configured.time(given.spread, "drain.spread", .zero, plan.spread)
    plan.deadline = try Configured.time(given.deadline, "drain.deadline", .zero, plan.deadline)
    guard plan.deadline >= plan.keepAccepting + plan.spread else {
      throw FieldError(
        "drain.deadline",
        "is \(plan.deadline), before drain.keepAccepting and drain.spread are over; make it \(plan.keepAccepting + plan.spread) or longer"
      )
    }
    return plan
  }

  /// The addresses of the section, or the first field that can't be right.
  func checkedHealth() throws(FieldError) -> HealthAddresses? {
    guard let given = health else { return nil }
    let http = try given.http.map { (text) throws(FieldError) in
      try Self.address(text, "health.http")
    }
    let tcp = try given.tcp.map { (text) throws(FieldError) in try Self.address(text, "health.tcp")
    }
    guard http != nil || tcp != nil else {
      throw FieldError("health", "name an address: http, tcp, or both")
    }
    return HealthAddresses(http: http, tcp: tcp)
  }

  private static func address(_ text: String, _ path: String) throws(FieldError) -> SocketAddress {
    guard let address = SocketAddress(text, orAnyPort: true) else {
      throw FieldError(path, "\"\(text)\" is no address; write IPv4:PORT or [IPv6]:PORT")
    }
    return address
  }

  /// What the section says, or the first field that can't be right; nil where there is none.
  func checkedSecurity() throws(FieldError) -> SecuritySettings? {
    guard let given = security else { return nil }
    var checked = SecuritySettings()
    checked.filter = try Configured.name(given.seccomp, "security.seccomp", checked.filter)
    guard let user = given.user else {
      guard given.group == nil else { throw FieldError("security.group", "needs security.user") }
      return checked
    }
    do throws(PrivilegeError) {
      checked.account = try Account(user: user, group: given.group)
    } catch {
      if case .unknownGroup = error { throw FieldError("security.group", "\(error)") }
      throw FieldError("security.user", "\(error)")
    }
    return checked
  }
}
