import ArgumentParser
import ControlClient
import Foundation
import MapDocument
import MapExchange

/// `shardway map pull`
struct PullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Fetch the newest map from the control plane, as a document.",
    discussion: """
      The document is what `map validate`, `map compile` and `map diff` read. With --trusted-key the seal is \
      verified as a sidecar does it; without, only that the content is what was sealed by whomever.

      EXAMPLES
        shardway map pull --trusted-key signing.pub --output map.json
        shardway map pull | jq '.tenants | length'
      """)

  @OptionGroup var connection: ControlOptions

  @Option(
    help: "A file with a public key that may have sealed the map; twice while keys are rotated.",
    completion: .file())
  var trustedKey: [String] = []

  @Option(
    name: .shortAndLong, help: "Where to write the document. (default: standard output)",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Option(help: "Also keep the snapshot as it came, sealed and compressed.", completion: .file())
  var snapshot: String?

  func validate() throws {
    guard trustedKey.count <= ExchangeLimits.trustedKeys else {
      throw ValidationError("--trusted-key can be given twice at most")
    }
  }

  func run() async throws {
    let verifier = try CommandOutput.orFail { try self.verifier() }
    let pulled = try await ControlFailure.explained {
      try await connection.client().snapshot()
    }
    guard let pulled else { throw ExitCode.unusable }
    let document = try CommandOutput.orFail { () throws(ExchangeError) in
      var state = MapState()
      try state.replace(withSnapshot: pulled.bytes, verifier: verifier)
      return try state.document()
    }
    try CommandOutput.orFail {
      if let snapshot {
        try Data(pulled.bytes).write(to: URL(fileURLWithPath: snapshot), options: .atomic)
      }
      guard let output else {
        return FileHandle.standardOutput.write(Data(document.encoded() + [UInt8(ascii: "\n")]))
      }
      try Data(document.encoded()).write(to: URL(fileURLWithPath: output), options: .atomic)
      let seal = trustedKey.isEmpty ? "seal not verified" : "sealed by a trusted key"
      print(
        "\(output): map version \(document.mapVersion), \(document.tenants.count) tenants, \(seal)")
    }
  }

  private func verifier() throws -> SealVerifier {
    guard !trustedKey.isEmpty else { return .anybody }
    return SealVerifier(
      trusted: try trustedKey.map { path in
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let key = TrustedKey(text) else { throw UnusableKey(path: path) }
        return key
      })
  }
}

/// A file that holds no public key.
private struct UnusableKey: Error, CustomStringConvertible {
  var path: String
  var description: String { "\(path) holds no public key like shardway-public-key:BASE64" }
}
