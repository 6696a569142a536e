internal import ConfigurationFile

/// More peers, from a YAML file: the form of `Config/peers.yaml`.
struct PeerFile: ConfigurationYAML {
  /// A peer as it is written.
  struct Entry: Decodable {
    var name: String
    var program: String
    var version: [String]?
    var arguments: [String]
    var pooling: [String]?
    var encryption: String?
    var preparesShared: Bool?
    var configuration: String
  }

  var peers: [Entry]

  static let knownKeys: [String: Set<String>] = [
    "": ["peers"],
    "peers": [
      "name", "program", "version", "arguments", "pooling", "encryption", "preparesShared",
      "configuration",
    ],
  ]

  /// Reads and checks a file.
  static func load(_ path: String) throws(ConfigurationError) -> [Peer] {
    try ConfigurationReader.load(path, as: PeerFile.self) { file throws(FieldError) in
      var peers: [Peer] = []
      for (index, entry) in file.peers.enumerated() {
        let peer = try entry.peer(at: "peers[\(index)]")
        guard !peers.contains(where: { $0.name == peer.name }) else {
          throw FieldError("peers[\(index)].name", "\"\(peer.name)\" is there twice")
        }
        peers.append(peer)
      }
      return peers
    }
  }
}

extension PeerFile.Entry {
  func peer(at path: String) throws(FieldError) -> Peer {
    let own = ["router", "direct", "pgbouncer", "haproxy"]
    guard !name.isEmpty, !own.contains(name) else {
      throw FieldError(
        "\(path).name", "must be a name of its own, not \(own.joined(separator: ", "))")
    }
    try PeerTemplate.check(configuration, "\(path).configuration")
    for (index, argument) in arguments.enumerated() {
      try PeerTemplate.check(argument, "\(path).arguments[\(index)]")
    }
    var poolings: Set<Workload.Pooling> = []
    for (index, text) in (pooling ?? ["session"]).enumerated() {
      poolings.insert(
        try Configured.name(text, "\(path).pooling[\(index)]", Workload.Pooling.session))
    }
    let template = configuration
    return Peer(
      name: name, family: .other, program: program, versionArguments: version ?? ["--version"],
      arguments: arguments, poolings: poolings,
      encryption: try Configured.name(encryption, "\(path).encryption", Peer.Encryption.none),
      preparesShared: preparesShared ?? true
    ) { PeerTemplate.fill(template, $0) }
  }
}

/// Text with placeholders such as `{port}`.
enum PeerTemplate {
  /// Where the path of the configuration's file goes, in arguments only.
  static let configurationPath = "{configuration}"

  private static func values(_ setting: Peer.Setting) -> [String: String] {
    [
      "{port}": "\(setting.port)", "{serverPort}": "\(setting.serverPort)",
      "{database}": setting.database, "{user}": setting.user,
      "{pooling}": setting.workload.pooling.rawValue, "{servers}": "\(setting.serversPerProcess)",
      "{clients}": "\(ComparisonLimits.connections)", "{certificate}": setting.certificatePath,
      "{key}": setting.keyPath, "{users}": setting.usersPath,
    ]
  }

  /// The names that may stand in braces.
  static let names = [
    "port", "serverPort", "database", "user", "pooling", "servers", "clients", "certificate", "key",
    "users", "configuration",
  ]

  /// The text with its placeholders filled.
  static func fill(_ text: String, _ setting: Peer.Setting) -> String {
    values(setting).reduce(text) { $0.replacing($1.key, with: $1.value) }
  }

  /// Throws for a placeholder that means nothing: a word in braces.
  static func check(_ text: String, _ field: String) throws(FieldError) {
    for match in text.matches(of: /\{([A-Za-z]+)\}/) {
      guard names.contains(String(match.1)) else {
        throw FieldError(
          field, "{\(match.1)} means nothing; known here: \(names.joined(separator: ", "))")
      }
    }
  }
}
