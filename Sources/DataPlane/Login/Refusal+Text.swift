import Admission
import Routing
import ShardMap
import Wire

extension Refusal {
  /// What the person at the client's end reads: what happened, why, and what to do.
  var text: (message: String, detail: String?, hint: String?) {
    switch self {
    case .malformedStartup(let error):
      (
        "malformed startup packet", "\(error)",
        "Connect with a PostgreSQL client, protocol 3.0 or later."
      )
    case .repeatedNegotiation:
      (
        "encryption was asked for twice", nil,
        "Connect with a PostgreSQL client, protocol 3.0 or later."
      )
    case .noTenant:
      (
        "no tenant given",
        "The startup packet names no tenant in any place this listener looks at.",
        "Give the tenant as database name, as user.tenant, or with options='-c shardway.tenant=NAME'."
      )
    case .unknownTenant(let tenant):
      (
        "tenant \"\(quoted(tenant))\" does not exist", "The shard map has no tenant of this name.",
        "Check the spelling; a tenant that was just created is known once the router has the new map."
      )
    case .identitiesDisagree(let first, let tenant, let second, let other):
      (
        "two tenants given: \"\(quoted(tenant))\" and \"\(quoted(other))\"",
        "The \(first.text) names \"\(quoted(tenant))\", the \(second.text) \"\(quoted(other))\".",
        "Name the same tenant in both, or only in one."
      )
    case .foreignEndpoint(let tenant, let owner):
      (
        "two tenants given: \"\(quoted(owner))\" and \"\(quoted(tenant))\"",
        "The VPC endpoint belongs to \"\(quoted(owner))\", the server name is of \"\(quoted(tenant))\".",
        "Connect through the tenant's own endpoint."
      )
    case .tenantSuspended(let tenant):
      ("tenant \"\(quoted(tenant))\" is suspended", nil, "Ask the operator of this service.")
    case .shardPaused(let tenant):
      (
        "tenant \"\(quoted(tenant))\" can't be reached now", "Its shard is paused.",
        "Try again in a little while."
      )
    case .tenantPaused(let tenant):
      (
        "tenant \"\(quoted(tenant))\" can't be reached now", "It is paused.",
        "Try again in a little while."
      )
    case .modeRefused(let tenant, let mode):
      (
        "tenant \"\(quoted(tenant))\" is refused in the mode \(mode.mode.name)",
        "The cause of the mode is \(mode.cause.name); the tenant, or this connection, can't be served so.",
        "Try again when the mode is over."
      )
    case .modeChanged:
      (
        "terminating connection: the mode of the tenant has changed",
        "The session has its server with other rights to write than it has now.",
        "Connect again."
      )
    case .noPrimary(let window):
      (
        "cannot write now: the tenant's shard has no primary",
        "None has answered for \(window); the mode is read-only (no-primary).",
        "SET shardway.consistency = 'eventual' to go on reading; write again in a little while."
      )
    case .noHealthyInstance(let tenant, let tried):
      (
        "tenant \"\(quoted(tenant))\" can't be reached now",
        "No instance of its shard that this session may use took the connection (tried: \(tried)).",
        "Try again in a little while."
      )
    case .permissionsExpired(let tenant, let age, let limit):
      (
        "tenant \"\(quoted(tenant))\" can't be let in now",
        "What the tenant may do was last confirmed \(age.text); new sessions are refused from "
          + "\(FreshnessText.duration(milliseconds: UInt64(limit))) on.",
        "Try again when the router's sidecar reaches its control plane; sessions that are open go on."
      )
    case .noReplicaFreshEnough(let tenant):
      (
        "no replica of tenant \"\(quoted(tenant))\" is proven fresh enough",
        "None is known to be as little behind as was asked for, and the tenant's policy has such reads refused.",
        "Ask for shardway.consistency strong or eventual."
      )
    case .primaryBudgetSpent(let tenant):
      (
        "no replica of tenant \"\(quoted(tenant))\" will do now",
        "Its primary has taken the share of such reads that the tenant's policy lets it take.",
        "Try again in a little while, or ask for shardway.consistency strong."
      )
    case .databaseRenamed(let tenant):
      (
        "tenant \"\(quoted(tenant))\" can't be reached now",
        "Its database was given another name while the session was being connected.",
        "Connect again."
      )
    case .tenantMoved:
      (
        "terminating connection: the tenant has moved",
        "Its shard, or the primary of it, is another one now.",
        "Connect again; the session will be led to the new one."
      )
    case .unknownTier(let tier):
      (
        "invalid value for shardway.consistency: \"\(quoted(tier))\"", nil,
        "Available values: \(Consistency.forms)."
      )
    case .serverWithoutTLS(let tenant):
      (
        "the server of tenant \"\(quoted(tenant))\" does not offer TLS", nil,
        "Ask the operator of this service."
      )
    case .tooManyConnections(let limit):
      (
        "too many client connections", "The router's limit is \(limit).",
        "Close connections that are not in use, or try again in a little while."
      )
    case .loginTimedOut(let limit):
      ("login took longer than \(limit)", nil, "Try again in a little while.")
    case .idleTooLong(let limit):
      ("terminating connection: idle for more than \(limit)", nil, nil)
    case .stopping:
      (
        "terminating connection: the router is stopping", nil,
        "Connect again; another router will answer."
      )
    case .drainedAtDeadline:
      (
        "terminating connection: the router stops and can wait no longer for the transaction's end",
        nil, "Connect again; another router will answer. What was not committed is rolled back."
      )
    case .malformedHello(let error):
      ("malformed TLS ClientHello", "\(error)", nil)
    case .bytesBeforeTLS:
      (
        "unencrypted bytes follow the request for encryption", nil,
        "Wait for the router's answer before the TLS handshake begins."
      )
    case .encryptionRequired:
      (
        "this address takes encrypted connections only", nil,
        "Connect with sslmode=require or stronger."
      )
    case .noApplicationProtocol:
      (
        "TLS without a request for it has to name the protocol inside",
        "The ClientHello's ALPN does not offer \"postgresql\".",
        "Connect with sslnegotiation=postgres, or with a client that offers the protocol."
      )
    case .tooManyEncrypted:
      (
        "there is no memory for another encrypted connection", nil,
        "Try again in a little while."
      )
    case .serverNotTrusted(let tenant, let reason):
      (
        tenant.isEmpty
          ? "the connection to the tenant's server can't be encrypted"
          : "the connection to the server of tenant \"\(quoted(tenant))\" can't be encrypted",
        "TLS says: \(reason).", "Ask the operator of this service."
      )
    case .poolWithoutTLS(let tenant, let pool):
      (
        "the connection to the router of tenant \"\(quoted(tenant))\" can't be encrypted",
        "A router of its pool \"\(quoted(pool))\" does not offer TLS.",
        "Ask the operator of this service: that router's listener needs tls: optional or required."
      )
    case .poolNotTrusted(let tenant, let pool, let reason):
      (
        "the connection to the router of tenant \"\(quoted(tenant))\" can't be encrypted",
        "It is one of pool \"\(quoted(pool))\". TLS says: \(reason).",
        "Ask the operator of this service."
      )
    case .unencrypted:
      (
        "this address takes encrypted connections only",
        "The tenant is read from the TLS server name; the encryption ends at the server.",
        "Connect with sslmode=require or stronger, and by host name."
      )
    case .noServerName:
      ("the TLS ClientHello names no server", nil, "Connect by host name, not by address.")
    case .tooManyWaiting(let limit):
      (
        "too many sessions wait for a server connection", "The worker's limit is \(limit).",
        "Try again in a little while."
      )
    case .unreachable(let window):
      (
        "the tenant's server can't be reached",
        "It has not taken a connection for \(window), and the shard map has no other.",
        "Try again in a little while."
      )
    case .noServerInTime(let limit):
      (
        "no server connection became free within \(limit)",
        "All that this database and user may have are in use, or all that the instance may have.",
        "Keep transactions short, or raise pooling.serversPerPool or pooling.serversPerInstance."
      )
    case .serverRefused(let response):
      (response.message, response.detail, response.hint)
    case .loginRejected(let response):
      (response.message, response.detail, response.hint)
    case .serverNonsense(let text):
      ("the tenant's server can't be used", text, "Ask the operator of this service.")
    case .serverLost(let mayHaveCommitted):
      (
        "the server closed the connection",
        mayHaveCommitted
          ? "What was under way may or may not have been committed."
          : "The transaction was rolled back.", "Connect again; look before you repeat a write."
      )
    case .malformedProof(let text): ("malformed authentication message", text, nil)
    case .loginThrottled(let wait):
      (
        "too many failed logins", "For this tenant, from this address.",
        "Try again in \(max(wait.components.seconds, 1)) s, with the right password."
      )
    case .badSetting(let text): ("a setting can't be taken", text, nil)
    case .badRequest(let text): ("malformed message", text, nil)
    case .noAuthQuery:
      (
        "clients can't be authenticated", "The router has no pooling.authQuery.",
        "Ask the operator of this service."
      )
    case .authQueryFailed(let response):
      (
        "clients can't be authenticated", "The shard answered: \(response.message)",
        "Ask the operator of this service."
      )
    case .noAnswerAboutVerifier:
      ("the tenant's shard did not say how to authenticate", nil, "Try again in a little while.")
    case .tooManyPools:
      (
        "too many pools", "One worker has at most \(PoolTable.capacity).",
        "Try again in a little while."
      )
    case .pausedByOperator(let tenant):
      (
        "tenant \"\(quoted(tenant))\" can't be reached now", "An operator has paused work there.",
        "Try again in a little while."
      )
    case .killed:
      ("terminating connection due to administrator command", nil, nil)
    case .foreignTenant(let tenant, let pool, let own):
      (
        "tenant \"\(quoted(tenant))\" is not served here",
        pool == own
          ? "It is on other routers of pool \"\(quoted(own))\"."
          : "It is in pool \"\(quoted(pool))\"; this router runs for pool \"\(quoted(own))\".",
        "Connect to an address of its pool."
      )
    case .poolWithoutAddress(let tenant, let pool):
      (
        "tenant \"\(quoted(tenant))\" can't be reached from here",
        "The map has no address of its routers, of pool \"\(quoted(pool))\".",
        "Connect to an address of its pool, or have the operator give the pool an address for each router."
      )
    case .relayedAstray(let tenant, let pool, let own):
      (
        "tenant \"\(quoted(tenant))\" is not served here",
        pool == own
          ? "Another router has relayed the session, but the tenant is on other routers of pool \"\(quoted(own))\"."
          : "Another router has relayed the session, but the tenant is in pool \"\(quoted(pool))\" and this router runs for pool \"\(quoted(own))\".",
        "Try again in a little while; if it goes on, the pool's addresses in the map are wrong."
      )
    case .encryptedElsewhere(let tenant, let pool):
      (
        "tenant \"\(quoted(tenant))\" is not served here",
        "It is in pool \"\(quoted(pool))\", and encrypted sessions are not relayed.",
        "Connect to an address of its pool."
      )
    case .poolUnreachable(let tenant, let pool, let tried):
      (
        "tenant \"\(quoted(tenant))\" can't be reached now",
        "No router of its pool \"\(quoted(pool))\" took the connection (tried: \(tried)).",
        "Try again in a little while, or connect to an address of its pool."
      )
    case .ownPoolGone(let own):
      (
        "no tenant is served here now",
        "This router runs for pool \"\(quoted(own))\", which the map in use doesn't have.",
        "Connect to another router; its operator restarts this one for a pool that the map has."
      )
    case .shed(let level, let cause, _):
      (
        "the router is overloaded: it is short of \(cause.shortage)",
        "\(level.whatIsRefused) is refused until that is over.",
        "Try again in \(OverloadThresholds.minimumStay / 1_000_000_000) s or later."
      )
    case .droppedFromQueue(let target):
      (
        "too many wait for a server connection",
        "The first in the queue have waited longer than \(target) for a while.",
        "Try again in a little while, keep transactions short, or raise pooling.serversPerPool."
      )
    case .tooManyAttempts(let tenant, let milliseconds):
      (
        "too many connections attempted by tenant \"\(quoted(tenant))\"",
        "Its envelope limits how many may be begun in a second.",
        Self.retryHint(milliseconds) + " Keep connections open and use them again."
      )
    case .tooManyOfTenant(let tenant, let limit):
      (
        "too many connections for tenant \"\(quoted(tenant))\"",
        "Its envelope lets it have \(limit) here.",
        "Close connections that are not in use, or try again in a little while."
      )
    case .overRate(let tenant, let milliseconds):
      (
        "tenant \"\(quoted(tenant))\" is over its rate",
        "It begins more transactions, or moves more bytes, than its envelope allows; this one has waited as long as it may.",
        Self.retryHint(milliseconds)
      )
    case .tooManyInFlight(let tenant, let limit):
      (
        "too many transactions of tenant \"\(quoted(tenant))\" are under way",
        "Its envelope limits the server connections that work for it; none became free within \(limit).",
        "Keep transactions short, or try again in a little while."
      )
    case .failedTransaction:
      (
        "current transaction is aborted, commands ignored until end of transaction block", nil,
        "It was refused at its first statement: send ROLLBACK."
      )
    case .foreignServerName(let name, let suffix):
      (
        "no tenant in the TLS server name \"\(quoted(name))\"", "Names here end in \"\(suffix)\".",
        nil
      )
    }
  }

  private static func retryHint(_ milliseconds: UInt64) -> String {
    "Try again in \(milliseconds) ms."
  }
}

/// Bytes of a client's as text that is safe to show: what is not printable ASCII becomes "?", and it is cut at 64.
private func quoted(_ bytes: [UInt8]) -> String {
  String(
    decoding: bytes.prefix(64).map {
      0x20..<0x7F ~= $0 && $0 != UInt8(ascii: "\"") ? $0 : UInt8(ascii: "?")
    },
    as: UTF8.self)
}

extension OverloadLevel {
  /// What the level has refused that the one before it hasn't, to be read before "is refused".
  fileprivate var whatIsRefused: String {
    switch self {
    case .none: "Nothing"
    case .background: "Work of the priority background"
    case .batch: "Work of the priority batch"
    case .boundedReads: "A bounded read that no replica is fresh enough for"
    case .delay: "What has waited too long for its turn"
    case .refuse: "All new work"
    }
  }
}

extension OverloadCause {
  /// To be read after "short of".
  fileprivate var shortage: String {
    switch self {
    case .memory: "memory"
    case .connections: "client connections"
    case .waitingWork: "room for sessions that wait"
    case .queueWait: "server connections"
    }
  }
}
