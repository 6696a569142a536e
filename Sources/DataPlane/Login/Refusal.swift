import Routing
import ShardMap
import Wire

/// Why a client is not let through, in words for the person at its end.
enum Refusal: Error, Equatable {
  case malformedStartup(StartupPacketError)
  case repeatedNegotiation
  case noTenant
  case unknownTenant([UInt8])
  case identitiesDisagree(IdentitySource, [UInt8], IdentitySource, [UInt8])
  case tenantSuspended([UInt8])
  case shardPaused(tenant: [UInt8])
  case noHealthyInstance(tenant: [UInt8], tried: Int)
  case permissionsExpired(tenant: [UInt8], age: MapAge, limitMilliseconds: UInt32)
  case noReplicaFreshEnough(tenant: [UInt8])
  case primaryBudgetSpent(tenant: [UInt8])
  case databaseRenamed(tenant: [UInt8])
  case tenantMoved
  case unknownTier([UInt8])
  case serverWithoutTLS(tenant: [UInt8])
  case tooManyConnections(limit: Int)
  case loginTimedOut(after: Duration)
  case idleTooLong(Duration)
  case stopping
  case malformedHello(ClientHelloError)
  case unencrypted
  case noServerName
  case foreignServerName([UInt8], suffix: String)
  case tooManyWaiting(limit: Int)
  case unreachable(for: Duration)
  case noServerInTime(after: Duration)
  case serverRefused(ErrorResponse)
  case serverNonsense(String)
  case serverLost(mayHaveCommitted: Bool)
  case malformedProof(String)
  case loginRejected(ErrorResponse)
  case loginThrottled(Duration)
  case badSetting(String)
  case badRequest(String)
  case noAuthQuery
  case authQueryFailed(ErrorResponse)
  case noAnswerAboutVerifier
  case tooManyPools
  case pausedByOperator(tenant: [UInt8])
  case killed

  /// The message PostgreSQL clients show.
  var response: ErrorResponse {
    if case .loginRejected(let response) = self { return response }
    return ErrorResponse(
      severity: .fatal, sqlState: sqlState, message: text.message, detail: text.detail,
      hint: text.hint)
  }

  /// Whether it may be over in a little while, so that work may wait for that.
  var isPause: Bool {
    switch self {
    case .shardPaused, .pausedByOperator: true
    default: false
    }
  }

  /// The class of the refusal, as clients and drivers act on it.
  var sqlState: SQLState {
    switch self {
    case .malformedStartup, .repeatedNegotiation, .malformedHello, .malformedProof, .badRequest:
      .protocolViolation
    case .noTenant, .tenantSuspended, .unencrypted, .noServerName: .connectionRejected
    case .unknownTenant, .foreignServerName: .invalidCatalogName
    case .identitiesDisagree: .invalidAuthorization
    case .unknownTier, .badSetting: .invalidParameterValue
    case .shardPaused, .noHealthyInstance, .serverWithoutTLS, .permissionsExpired,
      .noReplicaFreshEnough, .primaryBudgetSpent, .databaseRenamed, .unreachable,
      .pausedByOperator:
      .cannotConnectNow
    case .tooManyConnections, .tooManyWaiting, .noServerInTime, .tooManyPools: .tooManyConnections
    case .loginTimedOut, .serverNonsense, .noAnswerAboutVerifier: .connectionFailure
    case .serverRefused(let response), .loginRejected(let response): response.sqlState
    case .serverLost(let mayHaveCommitted):
      mayHaveCommitted ? .transactionResolutionUnknown : .connectionFailure
    case .noAuthQuery, .authQueryFailed: .internalError
    case .loginThrottled: .invalidAuthorization
    case .idleTooLong: .idleSessionTimeout
    case .stopping, .tenantMoved, .killed: .adminShutdown
    }
  }

  private var text: (message: String, detail: String?, hint: String?) {
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
        "The \(first.rawValue) names \"\(quoted(tenant))\", the \(second.rawValue) \"\(quoted(other))\".",
        "Name the same tenant in both, or only in one."
      )
    case .tenantSuspended(let tenant):
      ("tenant \"\(quoted(tenant))\" is suspended", nil, "Ask the operator of this service.")
    case .shardPaused(let tenant):
      (
        "tenant \"\(quoted(tenant))\" can't be reached now", "Its shard is paused.",
        "Try again in a little while."
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
    case .malformedHello(let error):
      ("malformed TLS ClientHello", "\(error)", nil)
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
    case .foreignServerName(let name, let suffix):
      (
        "no tenant in the TLS server name \"\(quoted(name))\"", "Names here end in \"\(suffix)\".",
        nil
      )
    }
  }

  /// The same as a TLS alert (RFC 8446 section 6), for a client that has begun a handshake.
  var alert: [UInt8] {
    let description: UInt8 =
      switch self {
      case .noServerName, .foreignServerName, .unknownTenant: 112  // unrecognized_name
      case .malformedHello: 50  // decode_error
      case .tenantSuspended: 49  // access_denied
      default: 80  // internal_error
      }
    return [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, description]
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
