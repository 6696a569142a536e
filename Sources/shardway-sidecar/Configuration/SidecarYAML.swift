import ConfigurationFile

/// The configuration file as it is written.
struct SidecarYAML: ConfigurationYAML {
  struct TLS: Decodable {
    var caFile: String?
    var certificateFile: String?
    var keyFile: String?
  }
  struct Poll: Decodable {
    var interval: String?
    var wait: String?
    var longPoll: Bool?
    var events: Bool?
  }
  struct Report: Decodable { var interval: String? }
  struct Files: Decodable {
    var map: String
    var page: String?
    var state: String
    var status: String?
  }
  struct Limits: Decodable {
    var compressedMiB: Int?
    var expandedMiB: Int?
  }
  struct Log: Decodable { var level: String? }

  var id: String
  var controlPlanes: [String]
  var tokenFile: String
  var tls: TLS?
  var trustedKeys: [String]
  var poll: Poll?
  var report: Report?
  var files: Files
  var limits: Limits?
  var log: Log?

  static let knownKeys: [String: Set<String>] = [
    "": [
      "id", "controlPlanes", "tokenFile", "tls", "trustedKeys", "poll", "report", "files", "limits",
      "log",
    ],
    "tls": ["caFile", "certificateFile", "keyFile"],
    "poll": ["interval", "wait", "longPoll", "events"],
    "report": ["interval"],
    "files": ["map", "page", "state", "status"],
    "limits": ["compressedMiB", "expandedMiB"],
    "log": ["level"],
  ]
}
