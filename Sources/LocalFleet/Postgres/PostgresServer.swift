internal import Foundation
internal import Synchronization

/// One PostgreSQL server of a fleet.
public final class PostgresServer: Sendable {
  /// What a server is to its shard.
  public enum Role: String, Sendable {
    /// Takes writes.
    case primary
    /// Follows the primary's stream, and answers reads.
    case replica
  }

  /// How a running server is asked to stop.
  public enum StopMode: Sendable {
    /// Ends sessions with 57P01 and shuts down in order.
    case fast
    /// Ends at once, as in a crash: the next start recovers.
    case immediate

    fileprivate var signal: Int32 {
      switch self {
      case .fast: SIGINT
      case .immediate: SIGQUIT
      }
    }
  }

  /// The id of the instance in the shard map; also the server's `cluster_name`.
  public let instance: String
  /// The id of its shard.
  public let shard: String
  /// What it is to its shard when the fleet starts.
  public let role: Role
  /// The TCP port on 127.0.0.1.
  public let port: UInt16
  /// The data folder, which is also the folder of its Unix socket.
  public let dataFolder: String

  private let folder: FleetFolder
  private let programs: PostgresPrograms
  private let environment: [String: String]
  private let process = Mutex<ChildProcess?>(nil)

  init(
    plan: ServerPlan, port: UInt16, folder: FleetFolder, programs: PostgresPrograms,
    environment: [String: String]
  ) {
    instance = plan.instance
    shard = plan.shard
    role = plan.role
    dataFolder = plan.dataFolder
    self.port = port
    self.folder = folder
    self.programs = programs
    self.environment = environment
  }

  /// A connection by TCP.
  public func conninfo(
    database: String, user: String = FleetRole.application
  ) -> Conninfo {
    Conninfo(port: port, user: user, database: database)
  }

  /// A connection of the superuser, by the Unix socket.
  public func superuserConninfo(database: String = "postgres") -> Conninfo {
    Conninfo(
      socketFolder: dataFolder, port: port, user: FleetRole.superuser, database: database)
  }

  /// Whether the server's process runs.
  public var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

  /// Starts the server and returns when it accepts connections.
  ///
  /// - Throws: `FleetError.serverNotReady`, `.cancelled`.
  public func start() async throws(FleetError) {
    var launch = Launch(programs["postgres"], ["-D", dataFolder, "-p", "\(port)"])
    launch.output = .appended(path: logPath)
    launch.error = .appended(path: logPath)
    launch.arguments += ["-c", "cluster_name=\(instance)"]
    launch.environment.merge(environment) { $1 }
    let started = try folder.start(launch, name: instance, stopSignal: SIGQUIT, asServer: true)
    process.withLock { $0 = started }
    try await waitUntilReady(started)
  }

  /// Stops the server and returns when its process has ended.
  public func stop(_ mode: StopMode = .fast) async {
    guard let process = process.withLock({ $0 }) else { return }
    process.signal(mode.signal)
    if await process.wait(upTo: FleetLimits.stop) == nil {
      process.signal(SIGKILL)
      _ = await process.wait()
    }
  }

  /// Ends the server and all processes of its sessions by SIGKILL, as if its machine had gone.
  ///
  /// The first process is stopped before the others are looked for, so that it starts no more; by
  /// itself they would go on for a while without it, and commit.
  public func kill() async {
    guard let process = process.withLock({ $0 }) else { return }
    process.signal(SIGSTOP)
    for child in Self.children(of: process.pid) { Glibc.kill(child, SIGKILL) }
    process.signal(SIGKILL)
    _ = await process.wait()
  }

  /// Has the server, which is stopped, follow another one from its next start on: the one that its
  /// `primary_conninfo` names.
  public func becomeStandby() throws(FleetError) {
    try folder.write("", to: "\(instance)/standby.signal")
  }

  private static func children(of parent: Int32) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { process in
      let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      // After the name, which is in parentheses: state and parent.
      let fields = text?.split(separator: ")").last?.split(separator: " ") ?? []
      return fields.count > 1 && Int32(fields[1]) == parent
    }
  }

  /// Where the server's messages go.
  public var logPath: String { folder.log(of: instance) }

  /// The server writes its state into line 8 of `postmaster.pid`; that tells more than a
  /// connection attempt, costs nothing, and leaves no line in its log.
  private func waitUntilReady(_ process: ChildProcess) async throws(FleetError) {
    let deadline = ContinuousClock.now + FleetLimits.serverStart
    while ContinuousClock.now < deadline {
      if stateLine == "ready" { return }
      if !process.isRunning {
        let status = await process.wait()
        throw failure("\(status) while starting")
      }
      do { try await Task.sleep(for: FleetLimits.poll) } catch { throw .cancelled }
    }
    throw failure("did not accept connections within \(FleetLimits.serverStart)")
  }

  private var stateLine: String? {
    let text = try? String(contentsOfFile: "\(dataFolder)/postmaster.pid", encoding: .utf8)
    let lines = text?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
    return lines.count > 7 ? lines[7].trimmingCharacters(in: .whitespaces) : nil
  }

  private func failure(_ reason: String) -> FleetError {
    .serverNotReady(instance: instance, reason: reason, log: Command.lastLines(ofFile: logPath))
  }
}

/// What is known of a server before it has a port.
struct ServerPlan: Sendable {
  let instance: String
  let shard: String
  let role: PostgresServer.Role
  let dataFolder: String

  init(shard: String, number: Int, in folder: FleetFolder) {
    let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number)))
    instance = "\(shard)-\(letter)"
    self.shard = shard
    role = number == 0 ? .primary : .replica
    dataFolder = folder[instance]
  }
}
