/// The fields of the file that take effect without a restart.
public struct ReloadableFields: Sendable {
  /// Whole sections, and single fields.
  private static let always = [
    "admin.users", "admin.statsUsers", "admin.verifierFile", "timeouts", "limits.memoryMiB",
    "limits.waitingLogins", "pooling", "log.level", "servers", "vpcEndpoints", "reload", "drain",
  ]
  private static let never: Set<String> = [
    "pooling.serversPerInstance", "pooling.serversPerWorker", "servers.proxyProtocol",
  ]

  private let isConsoleChangeable: Bool
  private let isListenerChangeable: Bool
  private let isGroupChangeable: Bool
  private let areConnectionsChangeable: Bool
  private let isClientTLSChangeable: Bool
  private let isServerTLSChangeable: Bool
  /// What listeners say of an encryption that isn't there.
  private let fieldsOfMissingTLS: [String]

  /// What can change from one configuration to another.
  public init(from started: RouterSettings, to new: RouterSettings) {
    isConsoleChangeable = started.admin != nil && new.admin != nil
    isListenerChangeable = started.hasListeners(of: new)
    isGroupChangeable = started.hasGroups(of: new)
    areConnectionsChangeable =
      new.limits.clientConnections <= started.limits.clientConnections
    isClientTLSChangeable = started.tls != nil && new.tls != nil
    isServerTLSChangeable = started.serverTLS != nil && new.serverTLS != nil
    fieldsOfMissingTLS = started.tls == nil ? new.fieldsOfClientTLS : []
  }

  /// Whether a field takes effect; of one that is gone, whether its default does.
  public func contains(_ field: String) -> Bool {
    if Self.never.contains(field) { return false }
    if Self.isAt("servers.tls", field) { return isServerTLSChangeable }
    if Self.isAt("tls", field) { return isClientTLSChangeable }
    if fieldsOfMissingTLS.contains(where: { Self.isAt($0, field) }) { return false }
    if Self.isAt("admin", field), !isConsoleChangeable { return false }
    if Self.always.contains(where: { Self.isAt($0, field) }) { return true }
    if field == "limits.clientConnections" { return areConnectionsChangeable }
    if Self.isAt("listeners", field) {
      return isListenerChangeable && !Self.ends(field, with: ["address", "protocol"])
    }
    if Self.isAt("dedicated", field) {
      return isGroupChangeable
        && !Self.ends(field, with: ["label", "workers", "serversPerInstance"])
    }
    return false
  }

  private static func ends(_ field: String, with names: [String]) -> Bool {
    names.contains { field.hasSuffix(".\($0)") }
  }

  private static func isAt(_ section: String, _ field: String) -> Bool {
    guard field.hasPrefix(section) else { return false }
    let next = field.dropFirst(section.count).first
    return next == nil || next == "." || next == "["
  }
}
