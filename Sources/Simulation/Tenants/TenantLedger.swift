import Routing
import ShardMap

/// What tenants were given, as their servers and clients see it, and whether that was too much.
final class TenantLedger {
  /// How much sooner a server may see a transaction than the router's clock has it due, and the other way round: sessions that were let in
  /// wait for a server, and what a worker has taken of a rate it may use a moment later. In seconds.
  private static let unevenness = 0.1

  /// What one tenant has had.
  struct Account {
    /// Transactions of sessions that share servers: each of them is asked for.
    var shared = RateJudge(rate: .infinity, burst: .infinity)
    /// All transactions. Sessions with servers of their own are only slowed when theirs have run.
    var begun = RateJudge(rate: .infinity, burst: .infinity)
    var logins = RateJudge(rate: .infinity, burst: .infinity)
    var transactions = 0
    /// Transactions that servers work on.
    var underWay = 0
    /// Of these, those of sessions that share servers.
    var sharedUnderWay = 0
    /// Clients that are in.
    var connections = 0
    var refusals: [String: Int] = [:]
    /// The longest that a client has waited for an answer, in nanoseconds.
    var longestWait: UInt64 = 0
    /// The sum of the waits for answers, and how many there were.
    var waits: UInt64 = 0
    var answers = 0

    /// The mean wait for an answer, in nanoseconds.
    var meanWait: UInt64 { answers == 0 ? 0 : waits / UInt64(answers) }
  }

  let world: SimulatedWorld
  private let plan: TenantPlan
  private(set) var accounts: [Account]
  /// Transactions and refusals up to now.
  private(set) var workCount = 0

  init(world: SimulatedWorld, plan: TenantPlan) {
    (self.world, self.plan) = (world, plan)
    accounts = plan.envelopes.indices.map { tenant in
      Self.account(of: plan.envelopes[tenant], in: plan, keepers: plan.keepers(of: tenant))
    }
  }

  private static func account(
    of envelope: Envelope, in plan: TenantPlan, keepers: Int
  ) -> Account {
    var account = Account()
    if let rate = envelope.transactionsPerSecond.map(Double.init) {
      let burst = Double(envelope.transactionBurst) + 1 + rate * unevenness
      account.shared = RateJudge(rate: rate, burst: burst)
      // Where nothing may wait, nothing slows them.
      if keepers == 0 || envelope.maxDelayMilliseconds > 0 {
        let delay = Double(max(envelope.maxDelayMilliseconds, 1)) / 1000
        account.begun = RateJudge(
          rate: rate + Double(keepers) / delay,
          burst: burst + Double(keepers) * (1 + unevenness / delay))
      }
    }
    if let rate = envelope.connectionAttemptsPerSecond.map(Double.init) {
      account.logins = RateJudge(rate: rate, burst: rate + 1 + rate * unevenness)
    }
    return account
  }

  /// Whether a tenant's limits are in force: the map that changes takes those of some away.
  private func isLimited(_ tenant: Int) -> Bool {
    !(plan.changesMap && TenantMaps.isRelaxed(tenant) && world.now >= plan.mapChangeNanoseconds)
  }

  // MARK: Servers

  /// A server begins a transaction, of a session that shares servers or of one that has it for itself.
  func began(_ tenant: Int, isShared: Bool) {
    workCount += 1
    accounts[tenant].transactions += 1
    accounts[tenant].underWay += 1
    if isShared { accounts[tenant].sharedUnderWay += 1 }
    guard isLimited(tenant) else { return }
    let isWithin = !isShared || accounts[tenant].shared.observe(at: world.now)
    if !accounts[tenant].begun.observe(at: world.now) || !isWithin {
      world.violate(
        "tenant t\(tenant) begins more transactions than its envelope allows, "
          + "\(accounts[tenant].transactions) until now: \(plan.summary(of: tenant))")
    }
    guard isShared, let limit = plan.envelopes[tenant].serverConnections else { return }
    if accounts[tenant].sharedUnderWay > limit {
      world.violate("\(accounts[tenant].sharedUnderWay) servers work for tenant t\(tenant)")
    }
  }

  /// A server has answered a transaction, or lost it.
  func ended(_ tenant: Int, isShared: Bool) {
    accounts[tenant].underWay -= 1
    if isShared { accounts[tenant].sharedUnderWay -= 1 }
  }

  // MARK: Clients

  /// A client was let in.
  func letIn(_ tenant: Int) {
    accounts[tenant].connections += 1
    guard isLimited(tenant) else { return }
    if !accounts[tenant].logins.observe(at: world.now) {
      world.violate("tenant t\(tenant) connects more often than its envelope allows")
    }
    guard let limit = plan.envelopes[tenant].clientConnections else { return }
    if accounts[tenant].connections > limit {
      world.violate("\(accounts[tenant].connections) clients of tenant t\(tenant) are in")
    }
  }

  /// A client that was let in is about to leave.
  func leaves(_ tenant: Int) { accounts[tenant].connections -= 1 }

  /// A client was refused, with an SQLSTATE.
  func refused(_ tenant: Int, _ sqlState: String) {
    workCount += 1
    accounts[tenant].refusals[sqlState, default: 0] += 1
    if !["53300", "53400", "57P01", "57P03"].contains(sqlState) {
      world.violate("a client of tenant t\(tenant) was told \(sqlState)")
    }
  }

  /// A client has got an answer that it has waited for since a time, in which what it asked and was answered went through in so many pieces.
  func answered(_ tenant: Int, since: UInt64, pieces: Int) {
    let waited = world.now - since
    accounts[tenant].longestWait = max(accounts[tenant].longestWait, waited)
    accounts[tenant].waits += waited
    accounts[tenant].answers += 1
    let envelope = plan.envelopes[tenant]
    // Where bytes are limited, work rests behind each piece, too, and behind the last of the answer before.
    let delays =
      envelope.bytesInPerSecond == nil && envelope.bytesOutPerSecond == nil ? 1 : 2 + pieces
    let limit =
      UInt64(delays) * UInt64(envelope.maxDelayMilliseconds) * 1_000_000 + plan.serviceNanoseconds
    if waited > limit {
      world.violate(
        "a client of tenant t\(tenant) has waited \(waited / 1_000_000) ms: "
          + plan.summary(of: tenant))
    }
  }

  // MARK: The end

  /// Everything has gone: nothing may be under way.
  func close() {
    for (tenant, account) in accounts.enumerated() where account.underWay != 0 {
      world.violate("\(account.underWay) transactions of tenant t\(tenant) are under way for ever")
    }
  }
}

extension TenantPlan {
  /// What a tenant may do and who works for it, in a line.
  func summary(of tenant: Int) -> String {
    let envelope = envelopes[tenant]
    func text(_ limit: UInt32?) -> String { limit.map { "\($0)" } ?? "any number" }
    let bytes = [envelope.bytesInPerSecond, envelope.bytesOutPerSecond].map {
      $0.map { "\($0)" } ?? "any number"
    }
    let behaviours = clients.filter { $0.tenant == tenant }.map {
      "\($0.behaviour)" + ($0.keepsServer ? " with a server" : "")
    }
    return
      "\(text(envelope.transactionsPerSecond)) a second, \(envelope.transactionBurst) at once, "
      + "\(text(envelope.serverConnections)) servers, \(bytes[0]) bytes in and \(bytes[1]) out, "
      + "delays of \(envelope.maxDelayMilliseconds) ms; \(workers) workers, statements of "
      + "\(statementNanoseconds / 1_000) µs, \(changesMap ? "two maps" : "one map"), clients: "
      + behaviours.sorted().joined(separator: ", ")
  }

  /// Clients of a tenant that have servers of their own.
  func keepers(of tenant: Int) -> Int {
    clients.count { $0.tenant == tenant && $0.keepsServer }
  }

  /// What an answer takes at most beside what the envelope has it wait for: three statements, each way there and back, a login to a server
  /// that is new, and the workers' turns.
  var serviceNanoseconds: UInt64 { UInt64(4 * statementNanoseconds) + 100_000_000 }
}
