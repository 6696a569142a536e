import ConfigurationFile
import Foundation
import Testing

@testable import shardway_sidecar

@Suite("The token file")
struct TokenFileTests {
  @Test("is read again when it has changed")
  func changes() throws {
    let folder = try TemporaryFolder()
    let file = TokenFile(path: try folder.write(Array(" first\n".utf8), to: "token"))
    #expect(try file.token() == "first" && !file.hasChanged)
    _ = try folder.write(Array("second one\n".utf8), to: "token")
    #expect(file.hasChanged)
    #expect(try file.token() == "second" && !file.hasChanged)
  }

  @Test("is read again when what a link leads to is another file")
  func links() throws {
    let folder = try TemporaryFolder()
    let files = FileManager.default
    for name in ["one", "other"] { _ = try folder.write(Array(name.utf8), to: name) }
    let link = folder.file("current")
    try files.createSymbolicLink(atPath: link, withDestinationPath: folder.file("one"))
    try files.createSymbolicLink(atPath: folder.file("token"), withDestinationPath: link)
    let file = TokenFile(path: folder.file("token"))
    #expect(try file.token() == "one" && !file.hasChanged)
    try files.removeItem(atPath: link)
    try files.createSymbolicLink(atPath: link, withDestinationPath: folder.file("other"))
    #expect(file.hasChanged)
    #expect(try file.token() == "other")
  }

  @Test("that is missing, empty or no token is told")
  func faults() throws {
    let folder = try TemporaryFolder()
    let file = TokenFile(path: folder.file("token"))
    #expect(throws: FieldError.self) { try file.token() }
    for bytes in [[], Array("\n\n".utf8), [0xff, 0xfe], Array("t\u{7}".utf8)] as [[UInt8]] {
      _ = try folder.write(bytes, to: "token")
      #expect(throws: FieldError.self) { try file.token() }
    }
    _ = try folder.write(Array("good".utf8), to: "token")
    #expect(try file.token() == "good")
  }

  @Test("that others may read is refused, as the router refuses its secrets")
  func readableByOthers() throws {
    let folder = try TemporaryFolder()
    for mode in [0o644, 0o640, 0o604] {
      let path = try folder.write(Array("secret".utf8), to: "token", mode: mode)
      let fault = FieldError("tokenFile", "\(path) can be read by others: chmod 600 it")
      #expect(throws: fault) { try TokenFile(path: path).token() }
    }
  }
}

@Suite("The sidecar's key")
struct SidecarKeyTests {
  @Test("is refused where others may read it")
  func readableByOthers() throws {
    let folder = try TemporaryFolder()
    let key = try folder.write([], to: "sidecar.key", mode: 0o644)
    let files = TLSFiles(certificateFile: folder.file("sidecar.pem"), keyFile: key)
    #expect(throws: FieldError("tls.keyFile", "\(key) can be read by others: chmod 600 it")) {
      _ = try files.configuration()
    }
  }
}
