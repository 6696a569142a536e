import ConfigurationFile
import DataPlane

extension RouterYAML {
  /// How sessions share server connections.
  struct Pooling: Decodable {
    struct AuthQuery: Decodable {
      var user: String
      var database: String?
      var query: String?
      var passwordFile: String?
    }
    var serversPerPool: Int?
    var minServersPerPool: Int?
    var serversPerInstance: Int?
    var serversPerWorker: Int?
    var queryWait: String?
    var waitingSessions: Int?
    var queueTarget: String?
    var failoverWindow: String?
    var failoverWaiters: Int?
    var serverIdle: String?
    var serverLifetime: String?
    var serverCheckDelay: String?
    var statementsPerServer: Int?
    var cleaning: String?
    var authentication: String?
    var authQuery: AuthQuery?
    var mockSecretFile: String?
  }

  /// The keys of the section.
  static let poolingKeys: [String: Set<String>] = [
    "pooling": [
      "serversPerPool", "minServersPerPool", "serversPerWorker", "serversPerInstance", "queryWait",
      "waitingSessions", "queueTarget", "failoverWindow", "failoverWaiters", "serverIdle",
      "serverLifetime",
      "serverCheckDelay", "statementsPerServer", "cleaning", "authentication", "authQuery",
      "mockSecretFile",
    ],
    "pooling.authQuery": ["user", "database", "query", "passwordFile"],
  ]

  /// The section's settings, or the first field that can't be right.
  func checkedPooling() throws(FieldError) -> PoolingSettings {
    var checked = PoolingSettings()
    let given = pooling
    checked.serversPerPool = try Configured.number(
      given?.serversPerPool, "pooling.serversPerPool", 1...10_000, checked.serversPerPool)
    checked.minServersPerPool = try Configured.number(
      given?.minServersPerPool, "pooling.minServersPerPool", 0...checked.serversPerPool,
      checked.minServersPerPool)
    checked.serversPerWorker = try Configured.number(
      given?.serversPerWorker, "pooling.serversPerWorker", 1...65_536, checked.serversPerWorker)
    checked.serversPerInstance = try checkedServersPerInstance()
    checked.waitingSessions = try Configured.number(
      given?.waitingSessions, "pooling.waitingSessions", 0...1_000_000, checked.waitingSessions)
    checked.statementsPerServer = try Configured.number(
      given?.statementsPerServer, "pooling.statementsPerServer", 1...100_000,
      checked.statementsPerServer)
    checked.queryWait = try Configured.time(
      given?.queryWait, "pooling.queryWait", .milliseconds(10), checked.queryWait)
    checked.queueTarget = try Configured.time(
      given?.queueTarget, "pooling.queueTarget", .zero, checked.queueTarget)
    checked.failoverWindow = try Configured.time(
      given?.failoverWindow, "pooling.failoverWindow", .zero, checked.failoverWindow)
    checked.failoverWaiters = try Configured.number(
      given?.failoverWaiters, "pooling.failoverWaiters", 0...1_000_000, checked.failoverWaiters)
    checked.serverIdle = try Configured.time(
      given?.serverIdle, "pooling.serverIdle", .seconds(1), checked.serverIdle)
    checked.serverLifetime = try Configured.time(
      given?.serverLifetime, "pooling.serverLifetime", .seconds(1), checked.serverLifetime)
    checked.serverCheckDelay = try Configured.time(
      given?.serverCheckDelay, "pooling.serverCheckDelay", .zero, checked.serverCheckDelay)
    checked.cleaning = try Configured.name(given?.cleaning, "pooling.cleaning", checked.cleaning)
    checked.authentication = try Configured.name(
      given?.authentication, "pooling.authentication", checked.authentication)
    checked.authQuery = try checkedAuthQuery()
    checked.mockSecret =
      try given?.mockSecretFile.map { (path) throws(FieldError) in
        try SecretFile.content(path, "pooling.mockSecretFile")
      } ?? Self.randomSecret()
    try checkAuthentication(checked)
    return checked
  }

  /// 0 is for no cap; where the number of workers is given, each gets one at least.
  private func checkedServersPerInstance() throws(FieldError) -> Int? {
    let field = "pooling.serversPerInstance"
    let limit = try Configured.number(pooling?.serversPerInstance, field, 0...100_000, 0)
    if limit == 0 { return nil }
    if case .count(let all) = workers {
      let shared = all - (dedicated ?? []).reduce(0) { $0 + $1.workers }
      guard limit >= shared else {
        throw FieldError(field, "must be at least the number of workers, \(shared)")
      }
    }
    return limit
  }

  private func checkedAuthQuery() throws(FieldError) -> AuthQueryRole? {
    guard let given = pooling?.authQuery else { return nil }
    guard !given.user.isEmpty else { throw FieldError("pooling.authQuery.user", "is needed") }
    var role = AuthQueryRole(user: given.user)
    if let database = given.database { role.database = database }
    if let query = given.query {
      guard query.contains("$1") else {
        throw FieldError("pooling.authQuery.query", "has no $1, where the role's name goes")
      }
      role.query = query
    }
    if let path = given.passwordFile {
      role.password = try SecretFile.content(path, "pooling.authQuery.passwordFile")
    }
    return role
  }

  private func checkAuthentication(_ checked: PoolingSettings) throws(FieldError) {
    let sharing = [PoolingMode.transaction, .policy].map(\.rawValue)
    let shares = listeners.contains { $0.pooling.map(sharing.contains) ?? false }
    guard shares, checked.authentication != .trust, checked.authQuery == nil else { return }
    throw FieldError(
      "pooling.authQuery",
      "is needed: the role that asks shards for verifiers (or pooling.authentication: trust)")
  }

  private static func randomSecret() -> [UInt8] {
    (0..<32).map { _ in UInt8.random(in: 0 ... .max) }
  }
}
