internal import Foundation
internal import Processes

/// Makes and starts the servers of a fleet.
struct FleetBuilder: Sendable {
  /// How often a server, or the control plane, gets another port because its own was taken in the
  /// meantime.
  static let portAttempts = 3

  let options: FleetOptions
  let programs: PostgresPrograms
  let folder: FleetFolder
  let certificate: SelfSignedCertificate
  let progress: @Sendable (String) -> Void

  /// Starts a shard's primary with its tenants' databases, then its replicas.
  func startShard(
    _ shard: String, tenants: [FleetTenant]
  ) async throws(FleetError) -> FleetShard {
    let primary = try await startPrimary(ServerPlan(shard: shard, number: 0, in: folder))
    progress("\(primary.instance): primary of \(shard) on 127.0.0.1:\(primary.port)")
    try await run(
      ServerConfiguration.contents(tenants: tenants), on: primary, name: "\(shard)-contents")
    let plans = (0..<options.replicasPerShard).map {
      ServerPlan(shard: shard, number: $0 + 1, in: folder)
    }
    let replicas = try await concurrently(plans) { plan throws(FleetError) in
      let replica = try await startReplica(plan, of: primary)
      progress("\(replica.instance): replica of \(shard) on 127.0.0.1:\(replica.port)")
      return replica
    }
    try await waitUntilStreaming(replicas.count, from: primary)
    return FleetShard(id: shard, primary: primary, replicas: replicas)
  }

  private func startPrimary(_ plan: ServerPlan) async throws(FleetError) -> PostgresServer {
    let initdb = Launch(
      programs["initdb"],
      [
        "-D", plan.dataFolder, "-U", FleetRole.superuser, "--locale=C", "--encoding=UTF8",
        "--auth=trust", "--no-sync",
      ])
    try await folder.run(initdb, name: "initdb-\(plan.instance)", asServer: true)
    try configure(plan.dataFolder)
    return try await start(plan)
  }

  private func startReplica(
    _ plan: ServerPlan, of primary: PostgresServer
  ) async throws(FleetError) -> PostgresServer {
    try await copy(primary, to: plan.dataFolder, of: plan.instance)
    return try await start(plan)
  }

  /// Copies a running server's data into a folder that isn't there, for a replica that follows it.
  func copy(
    _ primary: PostgresServer, to dataFolder: String, of instance: String
  ) async throws(FleetError) {
    // -R makes it a standby of the server it is copied from.
    let backup = Launch(
      programs["pg_basebackup"],
      [
        "-D", dataFolder, "-R", "-c", "fast", "--no-sync", "-h", primary.dataFolder,
        "-p", "\(primary.port)", "-U", FleetRole.superuser,
      ])
    try await folder.run(backup, name: "backup-\(instance)", asServer: true)
    try configure(dataFolder)
  }

  /// Starts a server, on another port when somebody else has just taken its own.
  private func start(_ plan: ServerPlan) async throws(FleetError) -> PostgresServer {
    var attempt = 1
    while true {
      let server = PostgresServer(
        plan: plan, port: try LoopbackPort.free(), folder: folder, programs: programs,
        environment: options.environment)
      do {
        try await server.start()
        return server
      } catch {
        guard case .serverNotReady(_, _, let log) = error, attempt < Self.portAttempts,
          log.contains("Address already in use")
        else { throw error }
        attempt += 1
      }
    }
  }

  /// Adds the fleet's settings; the copy a replica gets names the primary's folder in them, and
  /// the last value of a setting counts.
  private func configure(_ dataFolder: String) throws(FleetError) {
    let settings = ServerConfiguration.settings(
      options: options, certificate: certificate, socketFolder: dataFolder)
    try append(settings, to: "\(dataFolder)/postgresql.conf", keepsContent: true)
    try append(
      ServerConfiguration.clientAuthentication, to: "\(dataFolder)/pg_hba.conf",
      keepsContent: false)
  }

  /// Writes into a file that is there, so that it goes on to belong to the servers' account.
  private func append(_ text: String, to path: String, keepsContent: Bool) throws(FleetError) {
    do {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      if keepsContent { try file.seekToEnd() } else { try file.truncate(atOffset: 0) }
      try file.write(contentsOf: Data(text.utf8))
      try file.close()
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
  }

  private func waitUntilStreaming(
    _ count: Int, from primary: PostgresServer
  ) async throws(FleetError) {
    // The server waits, which takes one connection instead of one for each look.
    let wait = """
      DO $$ BEGIN
        FOR turn IN 1..6000 LOOP
          EXIT WHEN (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming') >= \(count);
          PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
          IF turn = 6000 THEN RAISE 'the replicas do not stream'; END IF;
        END LOOP;
      END $$;
      """
    try await run(wait, on: primary, name: "\(primary.shard)-streaming")
  }

  private func run(
    _ statements: String, on server: PostgresServer, name: String
  ) async throws(FleetError) {
    var launch = Launch(
      programs["psql"],
      ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.superuserConninfo().text])
    launch.input = .text(statements)
    try await folder.run(launch, name: name)
  }
}
