internal import LoadScenario
internal import LocalFleet

/// One way from the clients to the tenant's database that is measured.
struct Contender: Sendable {
  /// The column of the comparison a contender stands in: variants of one proxy are one family.
  enum Family: String, Sendable, Codable {
    case router
    case pgbouncer
    case haproxy
    /// A peer of the user's own.
    case other
    /// No proxy at all: what the server and the clients can do by themselves.
    case direct
  }

  /// Its name in tables.
  let name: String
  let family: Family
  /// Where the clients connect to.
  let target: LoadTarget
  /// The proxy's processes, whose processor time is measured; none for `direct`.
  var processes: [ChildProcess] = []
  /// Whether it is a variant for large rows, which the small transactions need not be run with.
  var isForBulk = false
  /// Whether a prepared statement finds its server though clients share them.
  var preparesShared = true

  /// Whether it can take part in a workload.
  func takesPart(in workload: Workload) -> Bool {
    if isForBulk, !workload.isBulk { return false }
    // Nobody shares the server's connections for these clients.
    if family == .direct, !workload.fitsSessions { return false }
    return !cannotPrepare(in: workload)
  }

  /// Whether the workload's prepared statements would not be found.
  func cannotPrepare(in workload: Workload) -> Bool {
    !preparesShared && workload.setting.pooling == .transaction && workload.mode == .prepared
  }
}
