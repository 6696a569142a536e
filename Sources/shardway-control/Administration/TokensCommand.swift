public import ArgumentParser
import ConfigurationFile
public import ControlPlane
import Foundation

extension Role: ExpressibleByArgument {}

/// `tokens`: who may do what.
struct TokensCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens", abstract: "Makes bearer tokens.",
    discussion: """
      Example:
        shardway-control tokens create --name ann --role operator --file /etc/shardway/tokens.yaml
      """,
    subcommands: [Create.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a token: it is printed once, and only its SHA-256 is kept.",
      discussion: """
        With --file the entry is added to a token file, which a running server reads again within a
        second. Without it the entry is printed, to be added by hand.

        Examples:
          shardway-control tokens create --name ann --role operator --file /etc/shardway/tokens.yaml
          shardway-control tokens create --name router-host-1 --role sidecar --json
        """)

    @Option(help: "Whom it is for: the actor of events in the log.")
    var name: String
    @Option(help: "reader, sidecar, operator or admin.")
    var role: Role
    @Option(help: "The token file to add it to.")
    var file: String?
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      guard TokenYAML.isName(name) else {
        throw ValidationError(
          "a name is 1 to \(ControlLimits.tokenBytes) letters, digits and ._@-")
      }
    }

    func run() async throws {
      try await ConsoleError.telling {
        let token = AccessToken.generate()
        let entry = TokenYAML.text(name: name, role: role, token: token)
        if let file { try TokenFile.add(entry, name: name, to: file) }
        if json {
          JSONOutput.print([
            "name": .string(name), "role": .string(role.rawValue),
            "sha256": .string(token.digestText), "token": .string(token.text),
          ])
        } else {
          print(token.text)
          if file == nil {
            print("\nadd to the token file, under tokens:\n\(entry)", terminator: "")
          }
        }
      }
    }
  }
}

/// The file that tokens are added to.
enum TokenFile {
  /// Replaces the file in one step, so that a server never reads half of it.
  static func add(_ entry: String, name: String, to path: String) throws {
    var text = "tokens:\n"
    if FileManager.default.fileExists(atPath: path) {
      let list = try TokenYAML.load(path)
      guard !list.entries.contains(where: { $0.caller.name == name }) else {
        throw PlainError("\(path) has a token named \(name) already")
      }
      text = try String(contentsOfFile: path, encoding: .utf8)
      if list.entries.isEmpty { text = "tokens:\n" }
      if !text.hasSuffix("\n") { text += "\n" }
    }
    let new = path + ".new"
    try? FileManager.default.removeItem(atPath: new)
    try SecretFile.create(new, text + entry.dropLast())
    _ = try TokenYAML.load(new)
    guard rename(new, path) == 0 else {
      throw PlainError("\(path) can't be replaced: \(String(cString: strerror(errno)))")
    }
  }
}
