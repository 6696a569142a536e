import LoadScenario
import NullServer
import Testing

@testable import LoadGenerator

@Suite("Statements in order")
struct StatementRunnerTests {
  @Test("each statement is run, and then the connection is closed")
  func run() throws {
    let server = try NullServer()
    try server.start()
    defer { server.stop() }
    try StatementRunner.run(
      ["SELECT 1", "UPDATE t SET a = 1", "SELECT repeat('x', 1000000)"], tenant: "acme",
      at: Scenarios.target(server.port), password: nil)
    #expect(server.counters.statements == 3)
    #expect(server.counters.connections == 1)
  }

  @Test("the first one that fails ends it, and the error says which and why")
  func failure() throws {
    let server = FaultyServer(.fails)
    defer { server.stop() }
    let error = #expect(throws: LoadError.self) {
      try StatementRunner.run(
        ["CREATE TABLE t ()", "SELECT 2"], tenant: "acme", at: Scenarios.target(server.port),
        password: nil)
    }
    let text = try #require(error).description
    #expect(text.contains("42P01") && text.contains("CREATE TABLE t") && text.contains("acme"))
    #expect(text.contains("no such table"))
  }

  @Test("nobody who listens, and a login that is refused, are no connection")
  func noConnection() throws {
    let server = FaultyServer(.refusesLogin)
    let refused = #expect(throws: LoadError.self) {
      try StatementRunner.run(
        [], tenant: "acme", at: Scenarios.target(server.port), password: nil)
    }
    #expect(try #require(refused).description.contains("28P01"))
    server.stop()
    let gone = #expect(throws: LoadError.self) {
      try StatementRunner.run(
        [], tenant: "acme", at: Scenarios.target(server.port), password: nil)
    }
    #expect(try #require(gone).description.contains("connect: refused"))
  }
}
