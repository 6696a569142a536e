import ConfigurationFile
import Foundation
import MapExchange
import Testing

@testable import shardway_sidecar

@Suite("The sidecar's check")
struct SidecarCheckTests {
  private static let key = SigningKey.generate().publicKey.text

  /// The configuration of a sidecar whose token, state and map are in a folder.
  private static func file(
    in folder: TemporaryFolder, state: String = "new/state", tokenMode: Int = 0o600
  ) throws -> SidecarFile {
    let token = try folder.write(Array("secret".utf8), to: "token", mode: tokenMode)
    let text = """
      id: side-1
      controlPlanes: ["https://control.example.com:7400"]
      tokenFile: "\(token)"
      trustedKeys: ["\(key)"]
      files: { map: "\(folder.file("map.swmap"))", state: "\(folder.file(state))" }
      """
    return try SidecarFile.load(folder.write(Array(text.utf8), to: "sidecar.yaml"))
  }

  @Test("is content with folders that can be made, and makes none")
  func good() throws {
    let folder = try TemporaryFolder()
    try SidecarCheck.run(Self.file(in: folder))
    #expect(!FileManager.default.fileExists(atPath: folder.file("new")))
    let made = try Self.file(in: folder, state: "made")
    try FileManager.default.createDirectory(
      atPath: folder.file("made"), withIntermediateDirectories: false)
    try SidecarCheck.run(made)
  }

  @Test("names a folder in whose place there is a file")
  func fileInPlace() throws {
    let folder = try TemporaryFolder()
    for state in ["token", "token/deeper/state"] {
      let file = try Self.file(in: folder, state: state)
      let fault = #expect(throws: StateFolder.Fault.self) { try SidecarCheck.run(file) }
      #expect(
        fault?.description
          == "the folder \(folder.file(state)) can't be made: \(folder.file("token")) is no folder")
    }
  }

  @Test(
    "names a folder in which this user may not write",
    .enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func readOnly() throws {
    let folder = try TemporaryFolder()
    let closed = folder.file("closed")
    try FileManager.default.createDirectory(
      atPath: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o500])
    for (state, words) in [("closed", "can't be written in"), ("closed/new", "can't be made in")] {
      let file = try Self.file(in: folder, state: state)
      let fault = #expect(throws: StateFolder.Fault.self) { try SidecarCheck.run(file) }
      #expect(fault?.description.contains("\(folder.file(state)) \(words)") == true)
    }
  }

  @Test("tells a token that others may read with the line that names it")
  func openToken() throws {
    let folder = try TemporaryFolder()
    let file = try Self.file(in: folder, tokenMode: 0o644)
    let error = #expect(throws: ConfigurationError.self) { try SidecarCheck.run(file) }
    #expect(error?.line == 3)
    #expect(
      error?.text == "tokenFile: \(folder.file("token")) can be read by others: chmod 600 it")
  }
}
