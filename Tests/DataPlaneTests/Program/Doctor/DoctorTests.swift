import Testing

@testable import shardway_router

@Suite("The doctor")
struct DoctorTests {
  @Test(
    "tries every address at which the router would listen",
    arguments: [
      "admin: { address: ADDRESS, users: [olga], authentication: trust }",
      "http: { address: ADDRESS }", "health: { http: ADDRESS }", "health: { tcp: ADDRESS }",
    ])
  func addresses(section: String) throws {
    let taken = try LoopbackServer()
    let folder = try TemporaryFolder()
    let text =
      RouterFile.leastText
      + section.replacing("ADDRESS", with: "\"127.0.0.1:\(taken.port)\"")
    let path = try folder.write(Array(text.utf8), to: "router.yaml")
    let report = Doctor(path: path, override: PoolOverride()).examine()
    let facts = report.findings.filter { $0.subject == "address" }.map(\.fact)
    #expect(facts.contains("127.0.0.1:\(taken.port) is taken"), "\(report.findings)")
  }
}
