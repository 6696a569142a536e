internal import Foundation

/// A running `shardway-router` in front of a fleet.
public final class LocalRouter: Sendable {
  /// The port of the listener that reads the PostgreSQL start-up packet.
  public let postgresPort: UInt16
  /// The port of the listener that takes the tenant from TLS.
  public let tlsPort: UInt16
  /// The port of the admin console; nil where its configuration has none.
  public let adminPort: UInt16?
  /// Where its messages go.
  public let logPath: String
  /// The router's process.
  public let process: ChildProcess

  /// What it was started with, its ports included.
  let options: RouterOptions
  let name: String
  private let certificatePath: String

  init(
    process: ChildProcess, options: RouterOptions, name: String, executable: String,
    logPath: String, logStart: Int, certificatePath: String
  ) async throws(FleetError) {
    self.process = process
    self.logPath = logPath
    self.certificatePath = certificatePath
    let ports = try await ListeningPorts.wait(
      for: ["postgres", "tcp"] + (options.sections["admin"] == nil ? [] : ["admin"]), of: process,
      executable: executable, logPath: logPath,
      from: logStart)
    guard let postgres = ports["postgres"], let tls = ports["tcp"] else {
      preconditionFailure("both were waited for")
    }
    postgresPort = postgres
    tlsPort = tls
    adminPort = ports["admin"]
    var options = options
    (options.postgresPort, options.tlsPort) = (postgres, tls)
    self.options = options
    self.name = name
  }

  /// How a client names its tenant.
  public enum Identity: String, Sendable, CaseIterable {
    /// The database name is the tenant's id.
    case database
    /// The start-up option `shardway.tenant`.
    case option
    /// The user name is `user.tenant`.
    case user
    /// The name the TLS client asks for.
    case serverName
  }

  /// A connection to a tenant through the router.
  public func conninfo(
    to tenant: FleetTenant, by identity: Identity = .database,
    user: String = FleetRole.application
  ) -> Conninfo {
    switch identity {
    case .database:
      return Conninfo(port: postgresPort, user: user, database: tenant.id)
    case .option:
      return Conninfo(port: postgresPort, user: user, database: tenant.database)
        .setting("shardway.tenant", tenant.id)
    case .user:
      return Conninfo(port: postgresPort, user: "\(user).\(tenant.id)", database: tenant.database)
    case .serverName:
      // Not routed by the start-up packet, which is encrypted: the database is the real one.
      return Conninfo(port: tlsPort, user: user, database: tenant.database)
        .with("host", "\(tenant.id)\(RouterOptions.serverNameSuffix)")
        .with("hostaddr", "127.0.0.1")
        .with("sslmode", "verify-full")
        .with("sslrootcert", certificatePath)
    }
  }

  /// Asks the router to stop and waits for its end; kills it when it takes too long.
  ///
  /// - Returns: how it ended.
  @discardableResult
  public func stop() async -> ExitStatus {
    process.signal(SIGTERM)
    if let status = await process.wait(upTo: FleetLimits.stop) { return status }
    process.signal(SIGKILL)
    return await process.wait()
  }

  /// The port of another listener, by the name that the router's log gives it; nil where there is none yet.
  public func port(of listener: String) -> UInt16? { ListeningPorts.parse(log)[listener] }

  /// What the router has logged so far.
  public var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }
}

extension Fleet {
  /// Writes a configuration, starts a router with it, and returns when it listens.
  ///
  /// - Parameters:
  ///   - options: the router and its configuration.
  ///   - name: the name of its log and configuration; no two routers of a fleet may share one.
  /// - Returns: the running router.
  /// - Throws: `FleetError.routerNotReady`, `.command` when it can't be started, `.cancelled`.
  public func startRouter(
    _ options: RouterOptions, name: String = "router"
  ) async throws(FleetError) -> LocalRouter {
    let configuration = try write(
      options.configuration(mapPath: mapPath, pagePath: sidecar?.pagePath), to: "\(name).yaml")
    // Made absolute: the router starts in the fleet's folder, where a relative path leads nowhere.
    let executable = URL(fileURLWithPath: options.executable).path
    guard FileManager.default.isExecutableFile(atPath: executable) else {
      throw .routerNotReady(
        executable: executable,
        reason: "is not there; `swift build --product shardway-router` builds it", log: "")
    }
    let log = logPath(of: name)
    let logStart = FileManager.default.contents(atPath: log)?.count ?? 0
    let launch = Launch(
      executable, ["--config", configuration],
      environment: Launch.plainEnvironment.merging(options.environment) { $1 })
    let process = try start(launch, name: name)
    return try await LocalRouter(
      process: process, options: options, name: name, executable: executable,
      logPath: log, logStart: logStart, certificatePath: certificatePath)
  }

  /// Stops a router and starts it again on the same ports.
  ///
  /// - Returns: the router that runs now; `router` is of no more use.
  public func restartRouter(_ router: LocalRouter) async throws(FleetError) -> LocalRouter {
    await router.stop()
    return try await startRouter(router.options, name: router.name)
  }
}
