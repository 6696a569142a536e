internal import LoadScenario
internal import Wire

/// How a load's clients say who they are: a startup packet for each tenant, one behind the other.
struct StartupPackets {
  private(set) var bytes: [UInt8] = []
  /// Where each tenant's packet begins, and the end of the last.
  private var starts: [Int] = [0]

  init(_ load: Load, _ target: LoadTarget) throws(ClientPlanError) {
    let names = load.tenants.names
    starts.reserveCapacity(names.count + 1)
    for name in names {
      do {
        bytes += try Self.packet(for: name, load.tier, target)
      } catch {
        throw .startup(tenant: name, error)
      }
      starts.append(bytes.count)
    }
  }

  /// Where a tenant's packet lies.
  func stretch(of tenant: Int) -> Stretch {
    Stretch(start: Int32(starts[tenant]), count: Int32(starts[tenant + 1] - starts[tenant]))
  }

  /// Who a tenant's clients log in as.
  static func user(of tenant: String, _ target: LoadTarget) -> String {
    target.tenantPlace == .user ? "\(target.user).\(tenant)" : target.user
  }

  private static func packet(
    for tenant: String, _ tier: String?, _ target: LoadTarget
  ) throws(StartupPacketError) -> [UInt8] {
    var writer = StartupMessageWriter()
    try writer.append(name: "user", value: user(of: tenant, target))
    try writer.append(name: "database", value: database(of: tenant, target))
    try writer.append(name: "application_name", value: "shardway-bench")
    var options: [String] = []
    if target.tenantPlace == .option { options.append("-c shardway.tenant=\(escaped(tenant))") }
    if let tier { options.append("-c shardway.consistency=\(escaped(tier))") }
    if !options.isEmpty {
      try writer.append(name: "options", value: options.joined(separator: " "))
    }
    return try writer.finish()
  }

  private static func database(of tenant: String, _ target: LoadTarget) -> String {
    if target.tenantPlace == .database { return tenant }
    let place = "{tenant}"
    var text = ""
    var rest = Substring(target.database)
    while let first = rest.first {
      if rest.hasPrefix(place) {
        text += tenant
        rest = rest.dropFirst(place.count)
      } else {
        text.append(first)
        rest = rest.dropFirst()
      }
    }
    return text
  }

  /// A value in the server's command line, where white space ends a word.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      if scalar == "\\" || scalar == " " || (0x09...0x0D).contains(scalar.value) { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
