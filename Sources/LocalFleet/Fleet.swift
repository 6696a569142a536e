internal import Foundation
internal import Processes
internal import Synchronization

/// Real PostgreSQL servers on loopback: shards with replicas, and the databases of tenants; where
/// the options ask for it, the control plane and the sidecar that bring routers their map.
///
/// ```swift
/// let fleet = try await Fleet.start(FleetOptions()) { print($0) }
/// let answer = try await fleet.query("SELECT 1", at: fleet.shards[0].primary.conninfo(…))
/// await fleet.stop()
/// ```
///
/// Nothing outlives the process that started the fleet: when it ends without `stop`, even by
/// SIGKILL, a guardian process stops the servers and deletes the folder.
public final class Fleet: Sendable {
  /// What the fleet was made from.
  public let options: FleetOptions
  /// The shards, `s1` to `sN`.
  public let shards: [FleetShard]
  /// The tenants.
  public let tenants: [FleetTenant]
  /// The PostgreSQL programs in use.
  public let programs: PostgresPrograms
  /// The control plane, where the options ask for one.
  public let control: LocalControl?
  /// The sidecar beside it.
  public let sidecar: LocalSidecar?
  let folder: FleetFolder
  let certificate: SelfSignedCertificate
  /// Milliseconds since 1970.
  let startedAt = Int64(Date().timeIntervalSince1970 * 1000)

  private init(
    options: FleetOptions, shards: [FleetShard], tenants: [FleetTenant],
    programs: PostgresPrograms, folder: FleetFolder, certificate: SelfSignedCertificate,
    control: LocalControl?, sidecar: LocalSidecar?
  ) {
    self.options = options
    self.shards = shards
    self.tenants = tenants
    self.programs = programs
    self.folder = folder
    self.certificate = certificate
    self.control = control
    self.sidecar = sidecar
  }

  /// Starts a fleet and returns when every server accepts connections and every replica streams.
  ///
  /// Takes about 2 seconds for two shards with a replica each. When it fails or its task is
  /// cancelled, whatever had been started is stopped and deleted before the error is thrown.
  /// - Parameters:
  ///   - options: what to start.
  ///   - progress: gets a line, without a newline, for each thing done.
  /// - Returns: the running fleet.
  /// - Throws: `FleetError`.
  public static func start(
    _ options: FleetOptions = FleetOptions(),
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(FleetError) -> Fleet {
    try options.validate()
    let programs = try PostgresPrograms.find()
    let account = try ServerAccount.current()
    var attempt = 1
    while true {
      let folder = try FleetFolder(in: options.parentFolder, account: account)
      progress("data in \(folder.path)")
      do {
        return try await start(options, programs: programs, in: folder, progress: progress)
      } catch {
        await folder.remove()
        // Servers get another port by themselves; the control plane's is in what it was made with.
        guard case .serviceNotReady(_, _, let log) = error, options.control?.port == 0,
          log.contains("Address already in use"), attempt < FleetBuilder.portAttempts
        else { throw error }
        attempt += 1
      }
    }
  }

  private static func start(
    _ options: FleetOptions, programs: PostgresPrograms, in folder: FleetFolder,
    progress: @escaping @Sendable (String) -> Void
  ) async throws(FleetError) -> Fleet {
    let certificate = try await SelfSignedCertificate.make(in: folder)
    // Before the servers: programs that are missing are told at once.
    var control: LocalControl?
    var sidecar: LocalSidecar?
    if let options = options.control {
      let prepared = try await LocalControl(options, certificate: certificate, in: folder)
      sidecar = try LocalSidecar(options, control: prepared, in: folder)
      control = prepared
    }
    let builder = FleetBuilder(
      options: options, programs: programs, folder: folder, certificate: certificate,
      progress: progress)
    let names = (1...options.shards).map { "s\($0)" }
    let tenants = FleetTenant.deal(options.tenants, to: names)
    let shards = try await concurrently(names) { name throws(FleetError) in
      // Where records can be moved, their databases are there already.
      try await builder.startShard(
        name, tenants: options.control == nil ? tenants.filter { $0.shard == name } : tenants)
    }
    let fleet = Fleet(
      options: options, shards: shards, tenants: tenants, programs: programs, folder: folder,
      certificate: certificate, control: control, sidecar: sidecar)
    if control == nil {
      try fleet.publish(fleet.mapDocument)
    } else {
      try await fleet.bringUp(progress: progress)
    }
    return fleet
  }

  /// Who makes servers like the fleet's own.
  func builder(progress: @escaping @Sendable (String) -> Void) -> FleetBuilder {
    FleetBuilder(
      options: options, programs: programs, folder: folder, certificate: certificate,
      progress: progress)
  }

  /// Stops every process of the fleet, deletes its folder, and returns when that is done.
  ///
  /// Harmless when repeated.
  public func stop() async { await folder.remove() }

  /// Stops the fleet when this process exits in order, before it is gone.
  ///
  /// For programs such as test runners that end without a place to call `stop` from. The fleet
  /// lives until then. Call it at most once a process.
  public func stopAtExit() {
    Self.atExit.withLock { $0.append(self) }
    atexit { Fleet.atExit.withLock { $0 }.forEach { $0.folder.removeBlocking() } }
  }

  private static let atExit = Mutex<[Fleet]>([])

  /// The folder of all data, named in progress lines; it is gone after `stop`.
  public var path: String { folder.path }

  /// The certificate the servers show, in PEM form: what `sslrootcert` takes.
  ///
  /// Valid for `TENANT.db.localhost`.
  public var certificatePath: String { certificate.certificatePath }

  /// The key of that certificate, readable by the servers' account.
  public var keyPath: String { certificate.keyPath }

  /// All servers, shard by shard, each primary first.
  public var servers: [PostgresServer] { shards.flatMap { [$0.primary] + $0.replicas } }

  /// The shard with an id.
  public func shard(_ id: String) -> FleetShard? { shards.first { $0.id == id } }
}

/// A shard of a fleet.
public struct FleetShard: Sendable {
  /// The shard's id in the map.
  public let id: String
  /// The server that takes writes.
  public let primary: PostgresServer
  /// The servers that follow it.
  public let replicas: [PostgresServer]
}
