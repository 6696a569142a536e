import Foundation
import TLS
import Testing

@Suite("The certificate that a client is shown")
struct CertificateChoiceTests {
  let certificates: Certificates

  init() throws { certificates = try Certificates.shared.get() }

  /// The common names of the certificates are all "test", so that they are told apart by what they bind to.
  func shown(to name: String?, names: [[String]]) throws -> Int? {
    let files = [
      Certificates.Files(certificate: certificates.certificate, key: certificates.key),
      certificates.acme, certificates.client,
    ]
    let read = try zip(files, names).map { (files, names) in try files.read(names) }
    let server = try TLSContext(server: TLSContext.ServerSettings(certificates: read))
    let client = try TLSContext(client: TLSContext.ClientSettings(verification: .require))
    var pair = try MemoryPair(client: client, server: server, serverName: name)
    let facts = try pair.facts()
    #expect(facts.client.serverEndPoint == facts.server.serverEndPoint)
    #expect(facts.server.serverName == name.map { Array($0.utf8) })
    return try files.firstIndex { files in
      try Digest.of(files.certificate, "sha256", certificates) == facts.client.serverEndPoint
    }
  }

  static let choices: [(String?, Int)] = [
    (nil, 0), ("nobody.example.org", 0), ("acme.example.com", 1), ("ACME.Example.COM", 1),
    ("beta.example.com", 2), ("x.beta.example.com", 0), ("example.com", 0), ("a", 0),
    ("both.example.com", 1),
  ]

  @Test("is the one of its name, else of its parent's pattern, else the first", arguments: choices)
  func choice(name: String?, place: Int) throws {
    let names = [
      ["first.example.com"], ["Acme.example.com", "both.example.com"],
      ["*.Example.com", "both.example.com"],
    ]
    #expect(try shown(to: name, names: names) == place)
  }

  @Test("is for the names it has where none are given")
  func ownNames() throws {
    #expect(try certificates.acme.read().names == ["acme.example.com"])
    #expect(try shown(to: "acme.example.com", names: [[], [], []]) == 1)
    #expect(try shown(to: "acme.clients", names: [[], [], []]) == 2)
    #expect(try shown(to: "x.db.localhost", names: [[], [], []]) == 0)
  }
}

/// Digests of certificates as the `openssl` command computes them.
enum Digest {
  static func of(_ path: String, _ name: String, _ certificates: Certificates) throws -> [UInt8] {
    let text = try certificates.openSSL(["x509", "-in", path, "-noout", "-fingerprint", "-\(name)"])
    let hex = text.split(separator: "=").last?.split(separator: ":") ?? []
    return hex.compactMap { UInt8($0.trimmingCharacters(in: .whitespacesAndNewlines), radix: 16) }
  }
}
