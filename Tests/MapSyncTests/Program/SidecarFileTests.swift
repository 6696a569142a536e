import ConfigurationFile
import Foundation
import Logging
import MapExchange
import MapSync
import Testing

@testable import shardway_sidecar

@Suite("The sidecar's configuration file")
struct SidecarFileTests {
  private static let key = SigningKey.generate().publicKey.text

  private static let least = """
    id: side-1
    controlPlanes: ["https://control.example.com:7400"]
    tokenFile: /etc/shardway/token
    trustedKeys: ["\(key)"]
    files: { map: /var/map.swmap, state: /var/state }
    """

  private func load(_ text: String) throws -> SidecarFile {
    let folder = try TemporaryFolder()
    return try SidecarFile.load(folder.write(Array(text.utf8), to: "sidecar.yaml"))
  }

  @Test("has a default for what it need not say")
  func defaults() throws {
    let file = try load(Self.least)
    #expect(file.sync == SyncSettings(controlPlanes: 1))
    #expect(file.files.page == "/var/map.page")
    #expect(file.files.status == "/var/state/sidecar.status")
    #expect(file.limits == .standard && file.logLevel == .info)
    #expect(file.reportInterval == .seconds(30))
  }

  @Test("every setting arrives where it belongs")
  func everything() throws {
    let file = try load(
      """
      id: side-1
      controlPlanes: ["https://a", "https://[::1]:1", "http://127.0.0.1:2/", "http://localhost"]
      tokenFile: t
      tls: { caFile: ca, certificateFile: c, keyFile: k }
      trustedKeys: ["\(Self.key)", "\(SigningKey.generate().publicKey.text)"]
      poll: { interval: 5s, wait: 20s, longPoll: false, events: false }
      report: { interval: 7s }
      files: { map: m, page: p, state: s, status: x }
      limits: { compressedMiB: 3, expandedMiB: 4 }
      log: { level: trace }
      """)
    #expect(file.controlPlanes.map(\.description)[2] == "http://127.0.0.1:2")
    #expect(file.tls == TLSFiles(caFile: "ca", certificateFile: "c", keyFile: "k"))
    #expect(file.trustedKeys.count == 2)
    #expect(
      file.sync
        == SyncSettings(
          controlPlanes: 4, interval: .seconds(5), wait: .seconds(20), longPoll: false,
          events: false))
    #expect(file.files == SidecarPaths(map: "m", page: "p", state: "s", status: "x"))
    #expect(file.limits.snapshotCompressedBytes == 3 << 20)
    #expect(file.limits.snapshotExpandedBytes == 4 << 20)
    #expect(file.limits.deltaExpandedBytes == 4 << 20 && file.logLevel == .trace)
  }

  @Test("the sample configuration is right, but for its key")
  func sample() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try SidecarFile.load("Config/sidecar.yaml")
    }
    #expect(error.text.hasPrefix("trustedKeys[0]"), "\(error)")
  }

  @Test(
    "the examples of a pool are right, once key and machine are filled in",
    arguments: ["premium", "shared"])
  func examples(name: String) throws {
    let path = "Config/terraform/examples/\(name)/sidecar.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacing("${map_key}", with: Self.key)
      .replacing("@INSTANCE_ID@", with: "i-0123456789abcdef0")
    let file = try load(text)
    #expect(file.id == "i-0123456789abcdef0" && file.trustedKeys.count == 1)
  }

  /// A fault: a line that takes the place of the one that begins alike, and the field that is named.
  private static let faults: [(line: String, field: String)] = [
    (#"id: "a/b""#, "id"), (#"id: """#, "id"), ("controlPlanes: []", "controlPlanes"),
    (#"controlPlanes: ["http://control.example.com"]"#, "controlPlanes[0]"),
    (#"controlPlanes: ["https://a", "https://a"]"#, "controlPlanes[1]"),
    (#"controlPlanes: ["https://a/path"]"#, "controlPlanes[0]"),
    (#"controlPlanes: ["https://u@a"]"#, "controlPlanes[0]"),
    (#"controlPlanes: ["https://a:0"]"#, "controlPlanes[0]"),
    (#"controlPlanes: ["https://a:x"]"#, "controlPlanes[0]"),
    (#"controlPlanes: ["ftp://a"]"#, "controlPlanes[0]"),
    ("trustedKeys: []", "trustedKeys"), (#"trustedKeys: ["x"]"#, "trustedKeys[0]"),
    (#"trustedKeys: ["\#(key)", "\#(key)"]"#, "trustedKeys[1]"),
    ("tokenFile: ''", "tokenFile"), ("files: { map: m }", "files.state"),
    ("files: { map: m, state: s, folder: f }", "files.folder"),
  ]

  @Test("a fault is told with file, line and field", arguments: faults)
  func telling(line: String, field: String) throws {
    let name = line.prefix { $0 != ":" }
    let lines = Self.least.split(separator: "\n").map { $0.hasPrefix(name) ? line : String($0) }
    let error = try #require(throws: ConfigurationError.self) {
      try load(lines.joined(separator: "\n"))
    }
    #expect(error.text.hasPrefix("\(field):"), "\(error)")
    #expect(error.line == lines.firstIndex(of: line).map { $0 + 1 })
  }

  private static let more: [(line: String, field: String)] = [
    ("poll: { interval: 1ms }", "poll.interval"), ("poll: { wait: 10m }", "poll.wait"),
    ("poll: { longPoll: maybe }", "poll.longPoll"), ("report: { interval: 0s }", "report.interval"),
    ("limits: { compressedMiB: 0 }", "limits.compressedMiB"), ("log: { level: loud }", "log.level"),
    ("tls: { keyFile: k }", "tls.certificateFile"), ("tls: { verify: no }", "tls.verify"),
    ("interval: 5s", "interval"),
  ]

  @Test("a fault of what need not be there, too", arguments: more)
  func tellingMore(line: String, field: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try load(Self.least + "\n" + line)
    }
    #expect(error.text.hasPrefix("\(field):") && error.line == 6, "\(error)")
  }
}
