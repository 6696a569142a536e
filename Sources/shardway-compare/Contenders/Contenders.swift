internal import Glibc
internal import LoadGenerator
internal import LoadScenario
internal import LocalFleet
internal import MapDocument

/// Starts all that is compared in one setting, in front of one server and one tenant's database.
struct Contenders: Sendable {
  let fleet: Fleet
  /// The port of the server behind the proxies.
  let serverPort: UInt16
  let setting: Workload.Setting
  /// The path of the `shardway-router` program.
  let router: String
  /// The peers that are there, each as its version is.
  let peers: [Peer]
  /// Whether a second router takes part, to show what two equals differ by.
  let hasControl: Bool
  /// Workers of a router, and processes of a peer that can share its port.
  let workers: Int

  private var tenant: FleetTenant { fleet.tenants[0] }

  /// Starts the proxies and waits until each lets a client through.
  func start() async throws -> [Contender] {
    var all = [try await startRouter("router")]
    for peer in peers where peer.takesPart(in: setting) { all.append(try start(peer)) }
    if hasControl { all.append(try await startRouter("router again")) }
    all.append(Contender(name: "direct", family: .direct, target: target(port: serverPort)))
    for contender in all { try await waitUntilReady(contender) }
    return all
  }

  /// Stops what `start` has started.
  func stop(_ contenders: [Contender]) async {
    for process in contenders.flatMap(\.processes) {
      process.signal(SIGTERM)
      if await process.wait(upTo: FleetLimits.stop) == nil { process.signal(SIGKILL) }
      _ = await process.wait()
    }
  }

  /// A target that names the tenant's own database, as servers and peers know it.
  private func target(port: UInt16) -> LoadTarget {
    var target = LoadTarget(host: "127.0.0.1", port: port)
    target.user = FleetRole.application
    target.tenantPlace = .none
    target.database = tenant.database
    switch setting.encryption {
    case .off: break
    case .on:
      target.encryption = .requested
      target.tenantPlace = .serverName
      target.serverNameSuffix = RouterOptions.serverNameSuffix
    case .ends: target.encryption = .requested
    case .direct: target.encryption = .direct
    }
    return target
  }

  private func startRouter(_ name: String) async throws -> Contender {
    var options = RouterOptions(executable: router)
    options.workers = workers
    options.sections["limits"] = "{ clientConnections: \(ComparisonLimits.connections) }"
    if setting.pooling == .transaction {
      var sharing = FleetPooling()
      sharing.serversPerPool = ComparisonLimits.sharedServers / workers
      options.pooling = sharing
    }
    if setting.encryption.endsAtProxy {
      options.tls = .required
      options.sections["tls"] = """
        { certificates: [{ certificate: "\(fleet.certificatePath)", key: "\(fleet.keyPath)" }] }
        """
    }
    if setting.encryption == .ends {
      // As PgBouncer does it: no certificate is checked.
      options.sections["servers"] = "{ tls: { mode: require } }"
    }
    let running = try await fleet.startRouter(options, name: fileName(name))
    var target = target(port: running.postgresPort)
    switch setting.encryption {
    case .off, .ends, .direct: target.tenantPlace = .database
    case .on: target.port = running.tlsPort
    }
    return Contender(name: name, family: .router, target: target, processes: [running.process])
  }

  private func start(_ peer: Peer) throws -> Contender {
    let port = try LoopbackPort.free()
    let name = fileName(peer.name)
    let count = peer.sharesPort ? workers : 1
    let own = Peer.Setting(
      workload: setting, port: port, serverPort: serverPort, database: tenant.database,
      user: FleetRole.application, processes: count, certificatePath: fleet.certificatePath,
      keyPath: fleet.keyPath,
      usersPath: try fleet.write("\"\(FleetRole.application)\" \"\"\n", to: "\(name).users"))
    let path = try fleet.write(peer.configuration(own), to: "\(name).conf")
    let arguments = peer.arguments.map { $0.replacing(PeerTemplate.configurationPath, with: path) }
    let processes = try (1...count).map { number in
      // As the servers' account: PgBouncer refuses to run as root.
      try fleet.start(
        Launch(peer.program, arguments), name: number == 1 ? name : "\(name)-\(number)",
        asServer: true)
    }
    return Contender(
      name: peer.name, family: peer.family, target: target(port: port), processes: processes,
      isForBulk: peer.isForBulk, preparesShared: peer.preparesShared)
  }

  /// A name for files, of this setting's proxy alone.
  private func fileName(_ name: String) -> String {
    let words = [
      name, setting.server.rawValue, setting.pooling.rawValue, "tls-\(setting.encryption.rawValue)",
    ]
    return words.joined(separator: "-").map { $0.isLetter || $0.isNumber ? "\($0)" : "-" }.joined()
  }

  private func waitUntilReady(_ contender: Contender) async throws {
    let deadline = ContinuousClock.now + FleetLimits.routerStart
    while true {
      do throws(LoadError) {
        return try StatementRunner.run(
          ["SELECT 1"], tenant: tenant.id, at: contender.target, password: nil)
      } catch {
        let isRunning = contender.processes.allSatisfy(\.isRunning)
        guard isRunning, ContinuousClock.now < deadline else {
          throw ComparisonError.notReady(
            contender.name, reason: "\(error)",
            log: Command.lastLines(ofFile: fleet.logPath(of: fileName(contender.name))))
        }
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}

extension Fleet {
  /// Has routers that start from now on find the only shard at another server.
  func lead(to port: UInt16, version: UInt64) throws(FleetError) {
    var document = mapDocument
    document.mapVersion = version
    for place in document.topology.instances.indices {
      document.topology.instances[place].address = "127.0.0.1:\(port)"
    }
    try publish(document)
  }
}
