import Files
import MapDocument
import Processes
import TLS

/// The certificates of simulated worlds, made with the `openssl` command once for all runs.
struct SimulatedCertificates {
  /// The router's and the servers', for all addresses of the simulated maps; signed by itself, and so its own authority.
  let good: TLSCertificate
  /// Who has signed it.
  let authorities: TLSAuthorities
  /// The same for one that nobody trusts.
  let stranger: TLSCertificate

  /// The name that clients ask for.
  static let routerName = "router.sim"

  init(_ maps: SimulatedMaps) throws {
    let disk = try FreshFolder("shardway-simulation")
    let names =
      ["DNS:\(Self.routerName)"]
      + maps.documents[0].topology.instances.compactMap { $0.address.split(separator: ":").first }
      .map { "IP:\($0)" }
    func make(_ name: String) throws -> TLSCertificate {
      let made = try SelfSignedCertificate(name, for: names, in: disk.path, key: .ed25519)
      return try TLSCertificate(certificatePath: made.certificatePath, keyPath: made.keyPath)
    }
    good = try make("good")
    stranger = try make("stranger")
    authorities = try TLSAuthorities(path: good.certificatePath)
    withExtendedLifetime(disk) {}
  }
}
