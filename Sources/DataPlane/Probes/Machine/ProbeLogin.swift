import Wire

/// How a probe proves who it is: told each message of the server, from the startup packet on, until the server is ready.
protocol ProbeLogin: Sendable {
  /// Takes the next message and says what follows.
  mutating func receive(type: UInt8, body: RawSpan) -> ProbeLoginStep
}

/// What a login wants.
enum ProbeLoginStep: Equatable {
  /// The next message.
  case wait
  /// These bytes sent to the server.
  case send([UInt8])
  /// Nothing more: the server takes queries.
  case ready
  /// Nothing more: it has failed.
  case failed(ProbeFailure)
}

/// The login of a role that the server trusts.
struct TrustLogin: ProbeLogin {
  private var isAuthenticated = false

  mutating func receive(type: UInt8, body: RawSpan) -> ProbeLoginStep {
    do throws(MessageBodyError) {
      switch type {
      case BackendMessageType.authentication:
        let request = try AuthenticationRequest.decode(body)
        guard request == .ok else { return .failed(.loginNeeds(request.method)) }
        isAuthenticated = true
      case BackendMessageType.readyForQuery where isAuthenticated:
        _ = try ReadyForQuery.decode(body)
        return .ready
      case BackendMessageType.errorResponse:
        let error = try ErrorResponse.decode(body)
        return .failed(.loginRefused(error.sqlState, error.message))
      case BackendMessageType.parameterStatus, BackendMessageType.backendKeyData,
        BackendMessageType.noticeResponse, BackendMessageType.negotiateProtocolVersion:
        break
      default:
        return .failed(.malformed(.unexpected(type: type)))
      }
      return .wait
    } catch {
      return .failed(.malformed(.body(error)))
    }
  }
}

extension AuthenticationRequest {
  /// What it asks for, as `pg_hba.conf` names it where it does.
  fileprivate var method: String {
    switch self {
    case .ok: "nothing"
    case .kerberosV5: "krb5"
    case .cleartextPassword: "password"
    case .md5Password: "md5"
    case .gss, .gssContinue: "gss"
    case .sspi: "sspi"
    case .sasl, .saslContinue, .saslFinal: "scram-sha-256"
    case .unknown(let code): "authentication method \(code)"
    }
  }
}
