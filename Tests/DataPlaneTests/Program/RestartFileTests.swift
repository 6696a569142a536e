import ConfigurationFile
import DataPlane
import Testing

@testable import shardway_router

@Suite("The configuration of restarts")
struct RestartFileTests {
  @Test("there are none unless they are asked for")
  func none() throws {
    #expect(try RouterFile.load(sections: "").settings.restartSocket == nil)
  }

  @Test("name the socket's path")
  func path() throws {
    #expect(
      try RouterFile.load(sections: "restart: { socket: /run/shardway/restart }").settings
        .restartSocket
        == "/run/shardway/restart")
  }

  @Test(
    "are refused with the field when the path is relative, too long, or something else is said",
    arguments: [
      ("restart: { socket: restart }", "restart.socket"),
      ("restart: { socket: /\(String(repeating: "x", count: 100)) }", "restart.socket"),
      ("restart: { path: /run/restart }", "restart"),
    ])
  func refused(section: String, field: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try RouterFile.load(sections: section) }
    #expect(try #require(error).description.contains(field))
  }
}
