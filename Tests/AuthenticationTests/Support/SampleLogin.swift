@testable import Authentication

/// A role, its password and what belongs to them; few rounds, so that tests are quick.
enum Sample {
  static let user = [UInt8](text: "amanda")
  static let password = [UInt8](text: "correct horse")
  static let salt = [UInt8](0..<16)
  static let iterations = 3
  static let keys = ScramKeys(password: password, salt: salt, iterations: iterations)
  static let verifier = ScramVerifier(password: password, salt: salt, iterations: iterations)
  static let mock = ScramVerifier.mock(
    user: user, secret: [UInt8](repeating: 7, count: 32), iterations: iterations)
  static let clientNonce = [UInt8](repeating: 1, count: 18)
  static let serverNonce = [UInt8](repeating: 2, count: 18)
  static let certificate = ChannelBinding.tlsServerEndPoint(certificateHash: hash)
  static let hash = [UInt8](100..<132)

  static func server(
    _ verifier: ScramVerifier = verifier, isMock: Bool = false,
    channelBinding: ChannelBinding = .none
  ) -> ScramServer {
    ScramServer(
      verifier: verifier, isMock: isMock, serverNonce: serverNonce, channelBinding: channelBinding)
  }
}

/// A client and a server that talk until one of them has made up its mind.
struct Handshake {
  enum Outcome: Equatable {
    case accepted(ScramKeys)
    case rejected(ScramServer.Rejection)
    case serverThrew(ScramError)
    case clientThrew(ScramError)
    /// The server has accepted, and the client does not believe it.
    case clientDistrusts(ScramError)
  }

  var client: ScramClient
  var server: ScramServer

  /// Lets them talk; `tamper` changes the bodies on their way: 0 and 2 the client's, 1 and 3 the data of
  /// the server's.
  mutating func run(tamper: (Int, [UInt8]) -> [UInt8] = { $1 }) -> Outcome {
    var trusted = false
    do throws(ScramError) {
      let offered = server.mechanisms.map { [UInt8](text: $0) }
      let first = tamper(0, Message.split(try client.start(mechanisms: offered))[0].body)
      var answer: ScramServer.Answer
      do throws(ScramError) {
        answer = try server.receiveInitial(first)
      } catch {
        return .serverThrew(error)
      }
      guard case .send(let challenge) = answer else { return .serverThrew(.outOfOrder) }
      let data = tamper(1, Array(Message.split(challenge)[0].body.dropFirst(4)))
      let proof = tamper(2, Message.split(try client.receiveContinue(data))[0].body)
      do throws(ScramError) {
        answer = try server.receiveFinal(proof)
      } catch {
        return .serverThrew(error)
      }
      switch answer {
      case .send: return .serverThrew(.outOfOrder)
      case .rejected(let rejection): return .rejected(rejection)
      case .accepted(let message, let keys):
        trusted = true
        let data = tamper(3, Array(Message.split(message)[0].body.dropFirst(4)))
        try client.receiveFinal(data)
        return .accepted(keys)
      }
    } catch {
      return trusted ? .clientDistrusts(error) : .clientThrew(error)
    }
  }
}
