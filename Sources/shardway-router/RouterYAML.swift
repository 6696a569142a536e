import DataPlane
import Logging
import ShardMap
import Uring
import Yams

/// The configuration file as it is written.
struct RouterYAML: Decodable {
  struct Location: Decodable {
    var region: String?
    var zone: String?
  }
  struct Listener: Decodable {
    var address: String
    var `protocol`: String
    var identity: [String]?
    var sniSuffix: String?
  }
  struct Limits: Decodable {
    var clientConnections: Int?
    var relayMiBPerWorker: Int?
  }
  struct Timeouts: Decodable {
    var login: String?
    var connect: String?
    var idle: String?
    var stop: String?
  }
  struct KeepAliveYAML: Decodable {
    var idle: String?
    var interval: String?
    var count: Int?
    var userTimeout: String?
  }
  struct Log: Decodable { var level: String? }
  struct RingYAML: Decodable { var without: [String]? }

  var map: String
  var location: Location?
  var workers: Workers?
  var listeners: [Listener]
  var limits: Limits?
  var timeouts: Timeouts?
  var keepAlive: KeepAliveYAML?
  var log: Log?
  var ring: RingYAML?

  /// `auto`, or how many.
  enum Workers: Decodable {
    case auto
    case count(Int)
    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let count = try? value.decode(Int.self) {
        self = .count(count)
      } else if try value.decode(String.self) == "auto" {
        self = .auto
      } else {
        throw DecodingError.dataCorruptedError(
          in: value, debugDescription: "must be auto or a number")
      }
    }
  }

  /// What each mapping may hold; a misspelt key is a fault, not a default.
  private static let known: [String: Set<String>] = [
    "": [
      "map", "location", "workers", "listeners", "limits", "timeouts", "keepAlive", "log", "ring",
    ],
    "location": ["region", "zone"],
    "listeners": ["address", "protocol", "identity", "sniSuffix"],
    "limits": ["clientConnections", "relayMiBPerWorker"],
    "timeouts": ["login", "connect", "idle", "stop"],
    "keepAlive": ["idle", "interval", "count", "userTimeout"],
    "log": ["level"],
    "ring": ["without"],
  ]

  static func rejectUnknownKeys(_ root: Node?) throws(FieldError) {
    guard let mapping = root?.mapping else { throw FieldError("", "must be a mapping of settings") }
    try reject(mapping, section: "", path: "")
    for (key, value) in mapping {
      guard let name = key.string else { continue }
      if let section = value.mapping { try reject(section, section: name, path: name + ".") }
      for (index, item) in (value.sequence ?? []).enumerated() {
        if let entry = item.mapping { try reject(entry, section: name, path: "\(name)[\(index)].") }
      }
    }
  }

  private static func reject(_ mapping: Node.Mapping, section: String, path: String)
    throws(FieldError)
  {
    let names = known[section] ?? []
    for key in mapping.keys {
      let name = key.string ?? "?"
      guard names.contains(name) else {
        throw FieldError(
          path + name, "is not a setting; known here: \(names.sorted().joined(separator: ", "))")
      }
    }
  }
}
