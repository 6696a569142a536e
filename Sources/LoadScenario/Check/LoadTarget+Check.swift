internal import ConfigurationFile

extension LoadTarget {
  /// Refuses what no connection could be opened with.
  func check() throws(FieldError) {
    guard LoadTarget(address: "\(host):\(port)") != nil else {
      throw FieldError("target.address", "\"\(host):\(port)\" \(Self.addressFault)")
    }
    guard spoken == .postgres || encryption != .off else {
      throw FieldError(
        "target.encryption", "must be ssl-request or direct for protocol tcp, which sees TLS only")
    }
    guard spoken == .postgres || tenantPlace == .serverName else {
      throw FieldError(
        "target.tenant", "must be server-name for protocol tcp, which sees nothing else")
    }
    guard tenantPlace != .serverName || encryption != .off else {
      throw FieldError("target.tenant", "can't be server-name without encryption")
    }
    guard !resumesSessions || encryption != .off else {
      throw FieldError(
        "target.resumption", "is for ssl-request or direct: without TLS there is no session")
    }
    if tenantPlace == .serverName {
      guard serverNameSuffix.hasPrefix("."), serverNameSuffix.utf8.count > 1 else {
        throw FieldError("target.serverNameSuffix", "is needed, as \".db.localhost\"")
      }
    } else if !serverNameSuffix.isEmpty {
      throw FieldError("target.serverNameSuffix", "is for tenant: server-name only")
    }
    try Self.checkIdentifier(user, "target.user")
    try Self.checkIdentifier(database, "target.database")
    _ = try password()
  }

  /// A name of a role or a database, as a startup packet can have it.
  private static func checkIdentifier(_ name: String, _ path: String) throws(FieldError) {
    guard 1...ScenarioLimits.identifierBytes ~= name.utf8.count, !name.utf8.contains(0) else {
      throw FieldError(path, "must be a name of 1 to \(ScenarioLimits.identifierBytes) bytes")
    }
  }
}
