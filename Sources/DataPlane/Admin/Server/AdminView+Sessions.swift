import AdminConsole
import Routing
import ShardMap

/// Tables of who is connected: clients, servers and pools.
extension AdminView {
  // MARK: SHOW CLIENTS

  func clients() -> [[String?]] {
    answers.flatMap { answer in answer.clients.map { client($0, answer) } }
  }

  private func client(_ row: ClientRow, _ answer: AdminAnswer) -> [String?] {
    let names = names(row.instance)
    let waited = waited(since: row.isWaiting ? row.lastActivity : nil)
    let account = row.account.flatMap { answer.accounts[$0] }
    let local = context.addresses[row.listener]
    let own = row.hasOwnServer ? "s\(Self.id(answer.worker, row.handle))" : nil
    let link = row.link.map { Self.sharedID(answer.worker, $0) } ?? own
    return [
      "C", Self.text(account?.user),
      Self.text(account?.database) ?? database(ofTenant: row.tenant), row.state, row.peer?.host,
      row.peer.map { "\($0.port)" }, local.host, "\(local.port)",
      wallTime(row.acceptedAt), wallTime(row.lastActivity), waited.seconds, waited.microseconds,
      "0", Self.id(answer.worker, row.handle), link, nil, row.tls, nil, "\(row.statements)",
      Self.text(row.tenant), names.shard, names.instance,
      row.epoch == 0 ? nil : "\(row.epoch)", "\(answer.worker)", row.isPinned ? "yes" : "no",
    ]
  }

  // MARK: SHOW SERVERS

  func servers() -> [[String?]] {
    answers.flatMap { answer in
      answer.links.map { link($0, answer) }
        + answer.clients.filter(\.hasOwnServer).map { ownServer($0, answer) }
    }
  }

  /// A server connection that sessions share. Those of sessions that have their own are named after their clients, with an `s`.
  private static func sharedID(_ worker: Int, _ handle: SlabHandle) -> String {
    "l\(id(worker, handle))"
  }

  private func link(_ row: LinkRow, _ answer: AdminAnswer) -> [String?] {
    let names = names(row.instance)
    let account = answer.accounts[row.account]
    return [
      "S", Self.text(account?.user), Self.text(account?.database), row.state, row.instance.host,
      "\(row.instance.port)", nil, nil, wallTime(row.connectedAt), wallTime(row.idleSince), "0",
      "0", "0", Self.sharedID(answer.worker, row.handle),
      row.session.map { Self.id(answer.worker, $0) }, row.processID.map { "\($0)" }, row.tls, nil,
      "\(row.statements)", Self.text(row.tenant), names.shard, names.instance, "\(row.epoch)",
      "\(answer.worker)",
    ]
  }

  /// The server connection of a session that has its own: it is known by its client.
  private func ownServer(_ row: ClientRow, _ answer: AdminAnswer) -> [String?] {
    let names = names(row.instance)
    let id = Self.id(answer.worker, row.handle)
    return [
      "S", nil, database(ofTenant: row.tenant), "active", row.instance?.host,
      row.instance.map { "\($0.port)" }, nil, nil, wallTime(row.acceptedAt),
      wallTime(row.lastActivity), "0", "0", "0", "s\(id)", id, nil, row.serverTLS, nil, nil,
      Self.text(row.tenant), names.shard, names.instance, row.epoch == 0 ? nil : "\(row.epoch)",
      "\(answer.worker)",
    ]
  }

  // MARK: SHOW POOLS

  func pools() -> [[String?]] {
    answers.flatMap { answer in sharedPools(answer) + ownPools(answer) }
  }

  /// What is counted of the clients of a pool.
  private struct Clients {
    var active = 0
    var waiting = 0
    var waitingSince: MonotonicTime?
    var tenant: String?
    var hasTenants = false

    mutating func count(_ row: ClientRow) {
      if row.isWaiting {
        waiting += 1
        waitingSince = min(waitingSince ?? row.lastActivity, row.lastActivity)
      } else if row.isIn {
        active += 1
      }
      let name = AdminView.text(row.tenant)
      // One of many tenants is none.
      tenant = hasTenants && tenant != name ? nil : name
      hasTenants = true
    }
  }

  private func sharedPools(_ answer: AdminAnswer) -> [[String?]] {
    var clients: [Int: Clients] = [:]
    for row in answer.clients {
      if let pool = row.pool { clients[pool, default: Clients()].count(row) }
    }
    return answer.pools.map { pool in
      let own = clients[pool.place] ?? Clients()
      let account = answer.accounts[pool.account]
      return poolRow(
        database: Self.text(account?.database), user: Self.text(account?.user), own,
        servers: (pool.lent, pool.idle, pool.coming), mode: PoolingMode.transaction,
        instance: pool.instance, epoch: pool.epoch, answer.worker, isPaused: pool.isPaused)
    }
  }

  /// Sessions that have a server connection each: a row for each tenant and instance.
  private func ownPools(_ answer: AdminAnswer) -> [[String?]] {
    struct Key: Hashable {
      let tenant: [UInt8]
      let instance: SocketAddress
      let epoch: UInt64
    }
    var groups: [Key: (name: TenantName, clients: Clients)] = [:]
    for row in answer.clients where row.hasOwnServer {
      guard let instance = row.instance, row.tenant.count > 0 else { continue }
      let key = Key(tenant: row.tenant.array, instance: instance, epoch: row.epoch)
      groups[key, default: (row.tenant, Clients())].clients.count(row)
    }
    let sorted = groups.sorted { $0.key.tenant.lexicographicallyPrecedes($1.key.tenant) }
    return sorted.map { key, group in
      poolRow(
        database: database(ofTenant: group.name), user: nil, group.clients,
        servers: (group.clients.active, 0, 0), mode: .session, instance: key.instance,
        epoch: key.epoch, answer.worker, isPaused: isPaused(tenant: key.tenant))
    }
  }

  private func poolRow(
    database: String?, user: String?, _ clients: Clients,
    servers: (lent: Int, idle: Int, coming: Int), mode: PoolingMode, instance: SocketAddress,
    epoch: UInt64, _ worker: Int, isPaused: Bool
  ) -> [String?] {
    let names = names(instance)
    let waited = waited(since: clients.waitingSince)
    let isPaused = isPaused || self.isPaused(instance: names.instance ?? "", shard: names.shard)
    return [
      database, user, "\(clients.active)", "\(clients.waiting)", "0", "0", "\(servers.lent)", "0",
      "0", "\(servers.idle)", "0", "0", "\(servers.coming)", waited.seconds, waited.microseconds,
      mode.rawValue, clients.tenant, names.shard, names.instance, "\(epoch)", "\(worker)",
      Self.flag(isPaused),
    ]
  }
}

extension ClientRow {
  /// In PgBouncer's words where it has one.
  var state: String {
    switch phase {
    case .relaying, .lent: "active"
    case .parked: "idle"
    case .queued: "waiting"
    case .greeting, .answering, .connecting, .requestingTLS, .awaitingTLS, .forwarding,
      .authenticating:
      "login"
    case .holding: "held"
    case .departing, .refusing, .lingering, .closing: "closing"
    }
  }
}

extension LinkRow {
  /// In PgBouncer's words where it has one.
  var state: String {
    switch phase {
    case .connecting, .encrypting, .loggingIn: "login"
    case .idle: "idle"
    case .lent, .asking: "active"
    case .cleaning, .checking: "tested"
    case .cooling: "being_canceled"
    case .closing: "closing"
    }
  }
}
