import Foundation
import LocalFleet
import Synchronization
import Wire

/// Clients that write rows with numbers of their own choosing, and remember what they were told of each.
///
/// Half of the rows are written by a statement alone, half in a transaction of three. A number that
/// failed is not tried again: the next row has the next number.
final class WriteLoad: Sendable {
  /// What a client knows of its write.
  enum Outcome: Sendable {
    case committed
    /// It was told that nothing was done.
    case refused
    /// The connection, or the server, was gone before it was told.
    case unknown
  }

  struct Write: Sendable {
    var client: Int
    var number: Int
    var outcome: Outcome
    /// When the client knew.
    var at: ContinuousClock.Instant
  }

  /// The table of the rows.
  static let table = "writes"

  private let port: UInt16
  private let tenant: FleetTenant
  private let clients: Int
  private let isStopping = Atomic(false)
  private let committedCount = Atomic(0)
  private let ended = Mutex<[[Write]]>([])
  private let firstErrors = Mutex<[String]>([])

  /// Makes the table, and no load yet.
  init(clients: Int, of tenant: FleetTenant, through router: LocalRouter, in fleet: Fleet)
    async throws
  {
    self.clients = clients
    self.tenant = tenant
    port = router.postgresPort
    _ = try await fleet.query(
      "CREATE TABLE \(Self.table) (client int, number int)", at: router.conninfo(to: tenant))
  }

  /// Starts a thread for each client.
  func start() {
    for client in 0..<clients { Thread.detachNewThread { [self] in run(client) } }
  }

  /// How many writes have been committed so far, as far as the clients know.
  var committed: Int { committedCount.load(ordering: .relaxed) }

  /// The first errors that clients were told, for messages.
  var errors: String { firstErrors.withLock { $0.joined(separator: "\n") } }

  /// Waits until so many more writes have been committed.
  func goesOn(by count: Int, within limit: Duration = .seconds(120)) async throws {
    let goal = committed + count
    try await eventually(within: limit, "\(count) more commits; \(errors)") { committed >= goal }
  }

  /// Has the clients end after their present write.
  ///
  /// - Returns: all writes.
  func stop() async throws -> [Write] {
    isStopping.store(true, ordering: .relaxed)
    try await eventually(within: BlockingClient.patience + .seconds(60), "the end of all clients") {
      ended.withLock { $0.count } == clients
    }
    return ended.withLock { $0.flatMap(\.self) }
  }

  private func run(_ client: Int) {
    var connection: BlockingClient?
    var writes: [Write] = []
    var number = 0
    while !isStopping.load(ordering: .relaxed) {
      do {
        let open = try connection ?? BlockingClient(port: port, tenant: tenant.id)
        connection = open
        number += 1
        let outcome = write(client, number, on: open)
        writes.append(Write(client: client, number: number, outcome: outcome, at: .now))
        if outcome == .committed {
          committedCount.add(1, ordering: .relaxed)
        } else {
          connection = nil
        }
      } catch {
        // Nothing was sent: no write has failed.
        note("connecting: \(error)")
        usleep(10_000)
      }
    }
    ended.withLock { $0.append(writes) }
  }

  private func write(_ client: Int, _ number: Int, on open: BlockingClient) -> Outcome {
    let insert = "INSERT INTO \(Self.table) VALUES (\(client), \(number))"
    let statements = number.isMultiple(of: 2) ? [insert] : ["BEGIN", insert, "COMMIT"]
    for statement in statements {
      // Before the last statement nothing is committed, whatever happens.
      let isLast = statement == statements.last
      do {
        guard let error = try open.query(statement).error else { continue }
        note("\(statement): \(error.sqlState) \(error.message)")
        return isLast && Self.unknown.contains(error.sqlState.description) ? .unknown : .refused
      } catch {
        note("\(statement): the connection ended")
        return isLast ? .unknown : .refused
      }
    }
    return .committed
  }

  /// What leaves open whether the statement was done: the router's word for it, and what a server
  /// says that ends while it works.
  private static let unknown: Set = ["08007", "57P01", "57P02"]

  private func note(_ text: String) {
    firstErrors.withLock { if $0.count < 20 { $0.append(text) } }
  }
}

/// What the table says of the writes.
struct WriteVerdict {
  /// Committed, and not there.
  var lost = 0
  /// There more than once.
  var doubled = 0
  /// Said not to have been done, and there.
  var undead = 0
  /// How many of the unknown ones are there.
  var unknownThere = 0

  /// Reads the table at a server.
  init(of writes: [WriteLoad.Write], in fleet: Fleet, at conninfo: Conninfo) async throws {
    let rows = try await fleet.query(
      "SELECT client, number, count(*) FROM \(WriteLoad.table) GROUP BY 1, 2", at: conninfo)
    var counts: [[Int]: Int] = [:]
    for row in rows.split(separator: "\n") {
      let fields = row.split(separator: "|").compactMap { Int($0) }
      guard fields.count == 3 else { throw Missing(what: "three numbers in \(row)") }
      counts[Array(fields[..<2])] = fields[2]
    }
    for write in writes {
      let count = counts[[write.client, write.number]] ?? 0
      if count > 1 { doubled += 1 }
      switch write.outcome {
      case .committed: if count == 0 { lost += 1 }
      case .refused: if count > 0 { undead += 1 }
      case .unknown: unknownThere += count
      }
    }
  }
}

extension [WriteLoad.Write] {
  func count(_ outcome: WriteLoad.Outcome) -> Int { count { $0.outcome == outcome } }

  /// The longest time in which no client was told of a commit.
  var longestPause: Duration {
    let times = filter { $0.outcome == .committed }.map(\.at).sorted()
    return zip(times, times.dropFirst()).map { $0.duration(to: $1) }.max() ?? .zero
  }
}
