import Authentication
import Wire

/// A probe's login, told each message of the server from the startup packet on until the server is ready.
struct ProbeLogin: Sendable {
  private var machine: ServerLogin

  /// Any login as `user`.
  init(_ machine: ServerLogin) { self.machine = machine }

  /// The login that the settings ask for: as a role that servers trust, or with a password by SCRAM-SHA-256.
  init(_ settings: ProbeSettings) {
    self.init(
      ServerLogin(
        user: Array(settings.user.utf8), credential: settings.credential,
        clientNonce: Nonces.scram()))
  }

  /// Takes the next message and says what follows; a proof by password takes milliseconds.
  mutating func receive(type: UInt8, body: RawSpan) throws(ProbeFailure) -> Step {
    do throws(ServerLoginError) {
      switch try machine.receive(type: type, body: body) {
      case .wait, .authenticated, .parameter, .key: return .wait
      case .send(let bytes): return .send(bytes)
      case .ready: return .ready
      }
    } catch {
      switch error {
      case .refused(let response): throw .loginRefused(response.sqlState, response.message)
      case .credentialMissing(let method): throw .loginNeeds(method)
      default: throw .loginFailed(error)
      }
    }
  }

  /// What a login wants.
  enum Step: Equatable {
    /// The next message.
    case wait
    /// These bytes sent to the server.
    case send([UInt8])
    /// Nothing more: the server takes queries.
    case ready
  }
}
