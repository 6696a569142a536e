import ArgumentParser
import ConfigurationFile
import ControlPlane
import MapExchange

/// `keys`: what maps are sealed with.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Makes and shows signing keys.",
    discussion: """
      Examples:
        shardway-control keys generate /etc/shardway/signing.key
        shardway-control keys show /etc/shardway/signing.key
      """,
    subcommands: [Generate.self, Show.self])

  struct Generate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a signing key and prints its public half.",
      discussion: """
        To rotate: make the new key, give its public half to all sidecars as a second trusted key,
        then name both files under `keys`, then the new one alone, then take the old public key
        from the sidecars.

        Example:
          shardway-control keys generate /etc/shardway/signing-2.key
        """)

    @Argument(help: "The file to make; it must not exist.")
    var file: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
      try await ConsoleError.telling {
        let key = SigningKey.generate()
        try SecretFile.create(file, key.secretText)
        KeysCommand.show(key.publicKey, json: json)
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the public half of a signing key.",
      discussion: """
        Example:
          shardway-control keys show /etc/shardway/signing.key > signing.pub
        """)

    @Argument(help: "The file with the private key.")
    var file: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
      try await ConsoleError.telling {
        KeysCommand.show(try KeyFile.read(file).publicKey, json: json)
      }
    }
  }

  private static func show(_ key: TrustedKey, json: Bool) {
    guard json else { return print(key.text) }
    JSONOutput.print(["keyID": .string(key.keyID), "publicKey": .string(key.text)])
  }
}

/// Output that a script reads: one JSON value a line.
enum JSONOutput {
  static func print(_ value: JSONValue) {
    Swift.print(String(decoding: value.canonical, as: UTF8.self))
  }
}
