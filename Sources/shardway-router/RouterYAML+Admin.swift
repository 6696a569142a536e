import AdminConsole
import Authentication
import ConfigurationFile
import DataPlane
import FoundationEssentials
import ShardMap

extension RouterYAML {
  /// The admin console.
  struct Admin: Decodable {
    /// How users prove who they are.
    enum Authentication: String, CaseIterable { case scram, trust }

    var address: String
    var users: [String]?
    var statsUsers: [String]?
    var authentication: String?
    var verifierFile: String?
  }

  /// The keys of the section.
  static let adminKeys: [String: Set<String>] = [
    "admin": ["address", "users", "statsUsers", "authentication", "verifierFile"]
  ]

  /// The section's settings, or the first field that can't be right.
  func checkedAdmin() throws(FieldError) -> AdminSettings? {
    guard let given = admin else { return nil }
    guard let address = SocketAddress(given.address, orAnyPort: true) else {
      throw FieldError(
        "admin.address", "\"\(given.address)\" is no address; write IPv4:PORT or [IPv6]:PORT")
    }
    if address.port != 0, listeners.contains(where: { SocketAddress($0.address) == address }) {
      throw FieldError("admin.address", "a listener has this address already")
    }
    let access = try given.checkedAccess(isLoopback: address.isLoopback)
    return AdminSettings(
      address: address, access: access, version: RouterProgram.nameAndVersion)
  }
}

extension RouterYAML.Admin {
  fileprivate func checkedAccess(isLoopback: Bool) throws(FieldError) -> AdminAccess {
    let users = try Self.names(users, "admin.users")
    let statsUsers = try Self.names(statsUsers, "admin.statsUsers")
    guard !users.isEmpty || !statsUsers.isEmpty else {
      throw FieldError("admin.users", "name a user, here or in admin.statsUsers")
    }
    switch try Configured.name(authentication, "admin.authentication", Authentication.scram) {
    case .trust:
      guard isLoopback else {
        throw FieldError(
          "admin.authentication",
          "trust is for loopback addresses only; use scram and a verifierFile")
      }
      guard verifierFile == nil else {
        throw FieldError("admin.verifierFile", "is not used with authentication: trust")
      }
      return AdminAccess(users: users, statsUsers: statsUsers, method: .trust)
    case .scram:
      let verifiers = try Self.verifiers(verifierFile, of: users.union(statsUsers))
      return AdminAccess(users: users, statsUsers: statsUsers, method: .scram(verifiers))
    }
  }

  private static func names(
    _ names: [String]?, _ path: String
  ) throws(FieldError) -> Set<String> {
    for (place, name) in (names ?? []).enumerated() where !(1...63 ~= name.utf8.count) {
      throw FieldError("\(path)[\(place)]", "must be a name of 1 to 63 bytes")
    }
    return Set(names ?? [])
  }

  private static func verifiers(
    _ path: String?, of users: Set<String>
  ) throws(FieldError) -> [String: ScramVerifier] {
    guard let path else {
      throw FieldError(
        "admin.verifierFile", "is needed: lines of \"user\" \"SCRAM-SHA-256$…\", as in pg_authid")
    }
    let bytes = try SecretFile.whole(path, "admin.verifierFile")
    guard bytes.count <= AdminLimits.verifierFileBytes else {
      throw FieldError(
        "admin.verifierFile", "\(path) is larger than \(AdminLimits.verifierFileBytes) bytes")
    }
    let verifiers: [String: ScramVerifier]
    do throws(VerifierFile.Fault) {
      verifiers = try VerifierFile.parse(bytes)
    } catch {
      throw FieldError("admin.verifierFile", "\(path):\(error.line): \(error.text)")
    }
    if let user = users.sorted().first(where: { verifiers[$0] == nil }) {
      throw FieldError("admin.verifierFile", "\(path) has no line for the user \"\(user)\"")
    }
    return verifiers
  }
}
