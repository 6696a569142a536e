internal import LocalFleet

/// One way from pgbench to the tenant's database that is measured.
struct Contender: Sendable {
  /// The column of the comparison a contender stands in: variants of one proxy are one family.
  enum Family: String, Sendable, Codable {
    case router
    case pgbouncer
    case haproxy
    /// No proxy at all: what the server and pgbench can do by themselves.
    case direct
  }

  /// Its name in tables.
  let name: String
  let family: Family
  /// Where pgbench connects to.
  let conninfo: Conninfo
  /// The proxy's processes, whose processor time is measured; none for `direct`.
  let processes: [ChildProcess]
  /// Whether it is a variant for large rows, which the small transactions need not be run with.
  let isForBulk: Bool
  /// Whether a prepared statement finds its server though clients share them.
  let preparesShared: Bool

  init(
    _ name: String, _ family: Family, _ conninfo: Conninfo, processes: [ChildProcess] = [],
    isForBulk: Bool = false, preparesShared: Bool = true
  ) {
    self.name = name
    self.family = family
    // The servers offer TLS, which would be most of what is measured.
    self.conninfo = conninfo.with("sslmode", "disable")
    self.processes = processes
    self.isForBulk = isForBulk
    self.preparesShared = preparesShared
  }

  /// Whether it can take part in a workload.
  func takesPart(in workload: Workload) -> Bool {
    if isForBulk, workload.kind != .bulk { return false }
    return !cannotPrepare(in: workload)
  }

  /// Whether the workload's prepared statements would not be found.
  func cannotPrepare(in workload: Workload) -> Bool {
    !preparesShared && workload.pooling == .transaction && workload.protocolMode == .prepared
  }

  /// Waits until queries through this contender are answered by `server`.
  ///
  /// - Throws: `FleetError.command` with what the client was told last, or by whom it was answered.
  func waitUntilReady(in fleet: Fleet, server: PostgresServer) async throws(FleetError) {
    let answer = try await firstAnswer(in: fleet)
    guard answer == server.instance else {
      throw .command(name, outcome: "leads to \(answer), not to \(server.instance)", output: "")
    }
  }

  private func firstAnswer(in fleet: Fleet) async throws(FleetError) -> String {
    let deadline = ContinuousClock.now + FleetLimits.routerStart
    while true {
      do throws(FleetError) {
        return try await fleet.query("SELECT current_setting('cluster_name')", at: conninfo)
      } catch {
        let isRunning = processes.allSatisfy(\.isRunning)
        guard case .command = error, isRunning, ContinuousClock.now < deadline else { throw error }
      }
      do { try await Task.sleep(for: .milliseconds(50)) } catch { throw .cancelled }
    }
  }
}
