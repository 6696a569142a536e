import Pooling
import Wire

/// What a pooled client says when it starts, taken apart: what its servers are told, and what follows it from server to server.
struct ClientStart {
  /// The user at the server.
  let user: [UInt8]
  /// Settings that follow the client: they are set wherever it goes.
  private(set) var settings: [(parameter: TrackedParameter, value: [UInt8])] = []
  /// Parameters that the server has to be told when it starts: clients that differ in these share no connection.
  private var fixed: [(name: [UInt8], value: [UInt8])] = []
  /// The rest of `options`.
  private var options: StartupOptions

  /// Whether the client wants the replication protocol, which can't be pooled.
  let isReplication: Bool

  init(
    _ startup: StartupMessage, in packet: RawSpan, options: StartupOptions, user: [UInt8]
  ) {
    self.user = user
    self.options = options
    isReplication = startup.value("replication", in: packet).map { !Self.isFalse($0) } ?? false
    for setting in options.settings {
      guard let parameter = Self.follower(setting.name) else { continue }
      settings.append((parameter, setting.value))
    }
    self.options.removeSettings {
      $0.hasPrefix(RouterOption.prefix) || Self.follower($0.name) != nil
    }
    for parameter in startup.parameters {
      let name = packet.copy(of: parameter.name)
      let value = packet.copy(of: parameter.value)
      if Self.isRouters(name) { continue }
      if let tracked = Self.follower(name) {
        settings.append((tracked, value))
      } else {
        fixed.append((name, value))
      }
    }
  }

  /// Has `application_name` begin with another value than the client's own.
  mutating func setApplicationName(_ name: [UInt8]) {
    settings.removeAll { $0.parameter == .applicationName }
    settings.append((.applicationName, name))
  }

  /// What the router says itself.
  init(user: [UInt8]) {
    self.user = user
    options = StartupOptions(parsing: [UInt8]().span.bytes)
    isReplication = false
  }

  /// The parameter of this name, if it follows the client: not one that some servers don't report, for then nobody would know what the last client has
  /// left, and it could not be taken back for the next.
  private static func follower(_ name: [UInt8]) -> TrackedParameter? {
    switch TrackedParameter(named: name.span.bytes) {
    case .searchPath, .defaultTransactionReadOnly, nil: nil
    case let parameter: parameter
    }
  }

  /// Whether a server takes a value for false: by letters of any case, as many as tell it from others. (PostgreSQL, "Setting Parameters".)
  private static func isFalse(_ value: [UInt8]) -> Bool {
    let lowered = String(decoding: value, as: UTF8.self).lowercased()
    return ["0", "f", "fa", "fal", "fals", "false", "n", "no", "of", "off"].contains(lowered)
  }

  /// Whether a parameter is dealt with by the router and not passed on as it is.
  private static func isRouters(_ name: [UInt8]) -> Bool {
    name.starts(with: RouterOption.prefix.utf8) || routers.contains { name.elementsEqual($0.utf8) }
  }

  private static let routers = [
    "user", "database", "options", "replication", RouterOption.plainTraceParent,
  ]

  /// The start-up packet for a server.
  func packetForServer(database: RawSpan) throws(StartupPacketError) -> [UInt8] {
    var writer = StartupMessageWriter()
    try writer.append(name: "user", value: user.span.bytes)
    try writer.append(name: "database", value: database)
    for (name, value) in fixed { try writer.append(name: name.span.bytes, value: value.span.bytes) }
    let options = options.encoded()
    if !options.isEmpty { try writer.append(name: "options", value: options.span.bytes) }
    return try writer.finish()
  }
}
