import DataPlane
import Routing
import TLS

/// What encryption is like in one seed's world, and how often each thing goes wrong with it, in thousandths.
struct SecurePlan {
  /// A limit on handshakes under way that no run reaches.
  static let ampleHandshakes = 1024
  /// What one handshake is taken to need, in bytes.
  private static let handshakeBytes = 64 << 10

  /// The newest version that clients speak, and that servers do.
  var clientVersion = TLSVersion.tls13
  var serverVersion = TLSVersion.tls13
  /// How often a client begins without an SSLRequest.
  var directClients = 300
  /// How often ciphertext goes out in pieces.
  var pieces = 200
  var handshakeTimeout: Duration = .seconds(10)
  /// Handshakes that may be under way at the worker.
  var mostHandshakes = SecurePlan.ampleHandshakes

  /// How often a client never comes to the end of its handshake.
  var halfOpenClients = 0
  /// How often a server's end of a handshake is a bad one.
  var badServers = 0
  /// How often an end that breaks does so by a record that is none, or without a good-bye.
  var badRecords = 0

  /// The world of a seed, whose other faults are drawn already.
  init(random: inout RandomSource, faults: FaultPlan) {
    clientVersion = random.pick(TLSVersion.allCases)
    serverVersion = random.pick(TLSVersion.allCases)
    directClients = random.pick([0, 300, 1000])
    pieces = random.pick([0, 200, 800])
    handshakeTimeout = random.pick([.seconds(2), .seconds(10)])
    mostHandshakes = random.pick([3] + Array(repeating: Self.ampleHandshakes, count: 3))
    halfOpenClients = random.pick([0, 200, 500])
    badServers = faults.connectFails > 0 ? random.pick([0, 100, 300]) : 0
    badRecords = random.pick([0, 500, 900])
  }

  /// A world in which nothing goes wrong.
  init() {}

  /// What the worker and the prober are told.
  func material(_ certificates: SimulatedCertificates) -> TLSMaterial {
    var clients = ClientTLSSettings(
      serving: TLSContext.ServerSettings(certificates: [certificates.good]))
    clients.handshakeTimeout = handshakeTimeout
    clients.handshakeMemoryBytes = mostHandshakes * Self.handshakeBytes
    let servers = ServerTLSSettings(clients: [
      TLSContext.ClientSettings(authorities: certificates.authorities)
    ])
    return TLSMaterial(clients: clients, servers: servers)
  }
}
