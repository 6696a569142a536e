import ConfigurationFile
import ControlPlane

/// The token file as it is written.
struct TokenYAML: ConfigurationYAML {
  struct Entry: Decodable {
    var name: String
    var role: String
    var sha256: String
  }

  var tokens: [Entry]

  static let knownKeys: [String: Set<String>] = [
    "": ["tokens"], "tokens": ["name", "role", "sha256"],
  ]

  /// Reads and checks a token file.
  static func load(_ path: String) throws(ConfigurationError) -> AccessList {
    try ConfigurationReader.load(path, as: TokenYAML.self) { yaml throws(FieldError) in
      try yaml.checked()
    }
  }

  private func checked() throws(FieldError) -> AccessList {
    guard tokens.count <= ControlLimits.tokens else {
      throw FieldError("tokens", "there may be \(ControlLimits.tokens) at most")
    }
    var names: Set<String> = []
    var entries: [AccessEntry] = []
    for (index, entry) in tokens.enumerated() {
      let path = "tokens[\(index)]"
      guard Self.isName(entry.name) else {
        throw FieldError(
          "\(path).name",
          "\"\(entry.name)\" should be 1 to \(ControlLimits.tokenBytes) letters, digits and ._@-")
      }
      guard names.insert(entry.name).inserted else {
        throw FieldError("\(path).name", "\"\(entry.name)\" is there twice")
      }
      guard let role = Role(rawValue: entry.role) else {
        throw FieldError("\(path).role", "must be one of \(Configured.names(Role.allCases))")
      }
      let caller = Caller(name: entry.name, role: role)
      guard let checked = AccessEntry(caller: caller, digest: entry.sha256) else {
        throw FieldError(
          "\(path).sha256", "must be the 64 hexadecimal digits that `tokens create` prints")
      }
      entries.append(checked)
    }
    return AccessList(entries)
  }

  /// Names are actors in the log.
  static func isName(_ text: String) -> Bool {
    (1...ControlLimits.tokenBytes).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
          || (0x61...0x7a).contains(byte) || "._@-".utf8.contains(byte)
      }
  }

  /// An entry as the file has it.
  static func text(name: String, role: Role, token: AccessToken) -> String {
    "  - name: \(name)\n    role: \(role.rawValue)\n    sha256: \(token.digestText)\n"
  }
}
