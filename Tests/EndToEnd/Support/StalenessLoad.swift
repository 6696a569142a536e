import Foundation
import LocalFleet
import Synchronization

/// A writer that counts, and readers of a tier with a bound, who remember what they saw and when they asked.
///
/// One clock takes part, this process's. The writer remembers when it was told of each commit: from
/// then on it was there for sure.
final class StalenessLoad: Sendable {
  struct Read: Sendable {
    var askedAt: ContinuousClock.Instant
    var count: Int
    var isReplica: Bool
  }

  /// What the readers' answers were worth.
  struct Verdict {
    var reads = 0
    var readsOnReplica = 0
    /// Reads that lacked a commit which had been told of longer ago than the bound.
    var tooOld = 0
    /// The greatest age of what a read lacked.
    var oldest: Duration = .zero
    var commits = 0
  }

  private static let readers = 4

  private let port: UInt16
  private let tenant: FleetTenant
  private let isStopping = Atomic(false)
  private let running = Atomic(0)
  private let commits = Mutex<[ContinuousClock.Instant]>([])
  private let reads = Mutex<[Read]>([])
  private let firstErrors = Mutex<[String]>([])

  init(of tenant: FleetTenant, through router: LocalRouter, in fleet: Fleet) async throws {
    self.tenant = tenant
    port = router.postgresPort
    _ = try await fleet.query(
      "CREATE TABLE counter (count int); INSERT INTO counter VALUES (0)",
      at: router.conninfo(to: tenant))
  }

  /// Starts the writer, and readers of the tier, such as `bounded:500ms`.
  func start(tier: String) {
    run { [self] in try write() }
    for _ in 0..<Self.readers { run { [self] in try read(tier) } }
  }

  /// What failed, for messages; nothing may.
  var errors: String { firstErrors.withLock { $0.joined(separator: "\n") } }

  /// How many reads there have been so far.
  var readCount: Int { reads.withLock { $0.count } }

  /// How many reads there have been so far on the primary, or on the replica: the smaller number.
  var readsOfRarerKind: Int {
    reads.withLock { reads in
      let onReplica = reads.count { $0.isReplica }
      return min(onReplica, reads.count - onReplica)
    }
  }

  /// Ends the load, and judges each read by the writer's log.
  func stop(bound: Duration) async throws -> Verdict {
    isStopping.store(true, ordering: .relaxed)
    try await eventually(within: BlockingClient.patience + .seconds(60), "the end of all clients") {
      running.load(ordering: .relaxed) == 0
    }
    let commits = commits.withLock { $0 }
    var verdict = Verdict(commits: commits.count)
    for read in reads.withLock({ $0 }) {
      verdict.reads += 1
      if read.isReplica { verdict.readsOnReplica += 1 }
      // The first commit that it lacked, if the writer had been told of it by then.
      guard read.count < commits.count else { continue }
      let age = commits[read.count].duration(to: read.askedAt)
      verdict.oldest = max(verdict.oldest, age)
      if age > bound { verdict.tooOld += 1 }
    }
    return verdict
  }

  private func run(_ body: @escaping @Sendable () throws -> Void) {
    running.add(1, ordering: .relaxed)
    Thread.detachNewThread { [self] in
      do { try body() } catch { firstErrors.withLock { $0.append("\(error)") } }
      running.subtract(1, ordering: .relaxed)
    }
  }

  private func write() throws {
    let client = try BlockingClient(port: port, tenant: tenant.id)
    while !isStopping.load(ordering: .relaxed) {
      let answer = try client.query("UPDATE counter SET count = count + 1 RETURNING count")
      if let error = answer.error { throw error }
      let count = commits.withLock { commits in
        commits.append(.now)
        return commits.count
      }
      guard answer.rows.first?.first == "\(count)" else { throw Missing(what: "commit \(count)") }
      usleep(4_000)
    }
  }

  private func read(_ tier: String) throws {
    let client = try BlockingClient(
      port: port, tenant: tenant.id, options: "-c shardway.consistency=\(tier)")
    while !isStopping.load(ordering: .relaxed) {
      let asked = ContinuousClock.now
      let answer = try client.query("SELECT count, pg_is_in_recovery() FROM counter")
      if let error = answer.error { throw error }
      guard let row = answer.rows.first, let count = Int(row[0]) else {
        throw Missing(what: "a row")
      }
      reads.withLock {
        $0.append(Read(askedAt: asked, count: count, isReplica: row[1] == "t"))
      }
      usleep(2_000)
    }
  }
}
