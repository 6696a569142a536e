import ArgumentParser
import ConfigurationFile
import ControlPlane
import Foundation
import MapExchange

/// `init`: everything that a first start needs.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Makes a folder with a store, a signing key, tokens and a configuration.",
    discussion: """
      Example:
        shardway-control init /var/lib/shardway-control --address 192.0.2.7:7400
      """)

  @Argument(help: "The folder to make.")
  var folder: String
  @Option(help: "Where the server is to listen.")
  var address = "127.0.0.1:7400"
  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    try await ConsoleError.telling {
      let home = ControlHome(folder)
      try home.make(address: address)
      let key = try KeyFile.read(home.key).publicKey
      if json {
        JSONOutput.print(home.summary(key))
      } else {
        home.tell(key)
      }
    }
  }
}

/// The folder that `init` makes, and the names in it.
struct ControlHome {
  let folder: String

  init(_ folder: String) {
    self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
  }

  var store: String { folder + "/control.sqlite" }
  var key: String { folder + "/signing.key" }
  var publicKey: String { folder + "/signing.pub" }
  var tokens: String { folder + "/tokens.yaml" }
  var configuration: String { folder + "/control.yaml" }
  func token(_ role: Role) -> String { folder + "/\(role.rawValue).token" }

  func make(address: String) throws {
    let files = FileManager.default
    if let names = try? files.contentsOfDirectory(atPath: folder), !names.isEmpty {
      throw PlainError("\(folder) isn't empty: name a new folder")
    }
    try files.createDirectory(
      atPath: folder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    _ = try ControlStore(path: store, creating: true)
    let signingKey = SigningKey.generate()
    try SecretFile.create(key, signingKey.secretText)
    try SecretFile.create(publicKey, signingKey.publicKey.text)
    for role in Role.allCases {
      let token = AccessToken.generate()
      try SecretFile.create(self.token(role), token.text)
      try TokenFile.add(
        TokenYAML.text(name: role.rawValue, role: role, token: token), name: role.rawValue,
        to: tokens)
    }
    try SecretFile.create(configuration, configurationText(address: address))
    // What was written is read back as a server would.
    _ = try ControlFile.load(configuration)
  }

  private func configurationText(address: String) -> String {
    """
    # Made by `shardway-control init`; Config/control.yaml has every setting with its meaning.
    address: "\(address)"
    store: "\(store)"
    keys: ["\(key)"]
    tokens: "\(tokens)"
    log: { level: info }
    """
  }

  func summary(_ key: TrustedKey) -> JSONValue {
    [
      "configuration": .string(configuration), "publicKey": .string(key.text),
      "publicKeyFile": .string(publicKey), "store": .string(store),
      "tokenFiles": .object(
        Dictionary(
          uniqueKeysWithValues: Role.allCases.map { ($0.rawValue, .string(token($0))) })),
    ]
  }

  func tell(_ key: TrustedKey) {
    print(
      """
      made \(folder)

      1. Start the server:
           shardway-control serve --config \(configuration)
      2. Load a map that you have, if you have one:
           shardway-control import map.json --config \(configuration)
      3. Give each sidecar the token in \(token(.sidecar)), and this public key:
           \(key.text)
      4. Use the token in \(token(.admin)) yourself. Once you have given people tokens of their
         own (`shardway-control tokens create --file \(tokens)`), delete these files; the server
         keeps only digests.
      """)
  }
}
