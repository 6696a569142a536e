import Admission
import Routing
import ShardMap
import Telemetry
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
  case tenantPaused(tenant: [UInt8])
  case modeRefused(tenant: [UInt8], ModeInForce)
  case modeChanged
  case noPrimary(for: Duration)
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
  case drainedAtDeadline
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
  case foreignTenant([UInt8], pool: [UInt8], own: [UInt8])
  case poolWithoutAddress(tenant: [UInt8], pool: [UInt8])
  case relayedAstray(tenant: [UInt8], pool: [UInt8], own: [UInt8])
  case encryptedElsewhere(tenant: [UInt8], pool: [UInt8])
  case poolUnreachable(tenant: [UInt8], pool: [UInt8], tried: Int)
  case ownPoolGone([UInt8])
  case shed(OverloadLevel, cause: OverloadCause, isLogin: Bool)
  case droppedFromQueue(target: Duration)
  case tooManyAttempts(tenant: [UInt8], retryMilliseconds: UInt64)
  case tooManyOfTenant(tenant: [UInt8], limit: Int)
  case overRate(tenant: [UInt8], retryMilliseconds: UInt64)
  case tooManyInFlight(tenant: [UInt8], after: Duration)
  case failedTransaction
  case bytesBeforeTLS
  case encryptionRequired
  case noApplicationProtocol
  case tooManyEncrypted
  case serverNotTrusted(tenant: [UInt8], reason: String)
  case poolWithoutTLS(tenant: [UInt8], pool: [UInt8])
  case poolNotTrusted(tenant: [UInt8], pool: [UInt8], reason: String)
  case foreignEndpoint(tenant: [UInt8], owner: [UInt8])

  /// The message PostgreSQL clients show when their session ends.
  var response: ErrorResponse { response(.fatal) }

  /// The message PostgreSQL clients show.
  func response(_ severity: ErrorResponse.Severity) -> ErrorResponse {
    if case .loginRejected(let response) = self { return response }
    return ErrorResponse(
      severity: severity, sqlState: sqlState, message: text.message, detail: text.detail,
      hint: text.hint)
  }

  /// Whether it may be over in a little while, so that work may wait for that.
  var isPause: Bool {
    switch self {
    case .shardPaused, .tenantPaused, .pausedByOperator: true
    default: false
    }
  }

  /// Whether the router is short of something: then a session need not end with its transaction.
  var isForOverload: Bool { if case .shed = self { true } else { false } }

  /// Whether its tenant comes too often, so that saying so has to cost next to nothing.
  var isOfMany: Bool {
    switch self {
    case .tooManyAttempts, .tooManyOfTenant: true
    default: false
    }
  }

  /// How a request ends that is refused so: what a tenant's own envelope keeps back is told apart.
  var requestOutcome: RequestOutcome {
    switch self {
    case .overRate, .tooManyInFlight, .tooManyAttempts, .tooManyOfTenant: .limited
    default: .refused
    }
  }

  /// The class of the refusal, as clients and drivers act on it.
  var sqlState: SQLState {
    switch self {
    case .malformedStartup, .repeatedNegotiation, .malformedHello, .malformedProof, .badRequest,
      .bytesBeforeTLS, .noApplicationProtocol:
      .protocolViolation
    case .noTenant, .tenantSuspended, .unencrypted, .noServerName, .foreignTenant,
      .encryptedElsewhere, .encryptionRequired:
      .connectionRejected
    case .unknownTenant, .foreignServerName: .invalidCatalogName
    case .identitiesDisagree, .foreignEndpoint: .invalidAuthorization
    case .unknownTier, .badSetting: .invalidParameterValue
    case .noPrimary: .readOnlyTransaction
    case .shardPaused, .tenantPaused, .modeRefused, .noHealthyInstance, .serverWithoutTLS,
      .permissionsExpired,
      .noReplicaFreshEnough, .primaryBudgetSpent, .databaseRenamed, .unreachable,
      .pausedByOperator, .poolWithoutAddress, .relayedAstray, .poolUnreachable, .ownPoolGone,
      .serverNotTrusted, .poolWithoutTLS, .poolNotTrusted:
      .cannotConnectNow
    case .tooManyConnections, .tooManyWaiting, .noServerInTime, .tooManyPools, .tooManyOfTenant,
      .tooManyInFlight, .droppedFromQueue, .tooManyEncrypted:
      .tooManyConnections
    case .tooManyAttempts, .overRate: .configurationLimitExceeded
    case .shed(_, _, let isLogin): isLogin ? .tooManyConnections : .configurationLimitExceeded
    case .failedTransaction: .inFailedTransaction
    case .loginTimedOut, .serverNonsense, .noAnswerAboutVerifier: .connectionFailure
    case .serverRefused(let response), .loginRejected(let response): response.sqlState
    case .serverLost(let mayHaveCommitted):
      mayHaveCommitted ? .transactionResolutionUnknown : .connectionFailure
    case .noAuthQuery, .authQueryFailed: .internalError
    case .loginThrottled: .invalidAuthorization
    case .idleTooLong: .idleSessionTimeout
    case .stopping, .drainedAtDeadline, .tenantMoved, .modeChanged, .killed: .adminShutdown
    }
  }

  /// The same as a TLS alert (RFC 8446 section 6), for a client that has begun a handshake.
  var alert: [UInt8] {
    let description: UInt8 =
      switch self {
      case .noServerName, .foreignServerName, .unknownTenant: 112  // unrecognized_name
      case .malformedHello: 50  // decode_error
      case .noApplicationProtocol: 120  // no_application_protocol
      // access_denied
      case .tenantSuspended, .foreignTenant, .encryptedElsewhere, .foreignEndpoint: 49
      default: 80  // internal_error
      }
    return [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, description]
  }
}
