import ArgumentParser
import Testing

@testable import shardway

@Suite struct DoctorCommandTests {
  @Test func `what is given is passed on to the router's doctor`() throws {
    let least = try DoctorCommand.parse(["--config", "r.yaml"])
    #expect(least.words("program") == ["program", "--config", "r.yaml", "--doctor"])
    let all = try DoctorCommand.parse([
      "--config", "r.yaml", "--pool", "premium-1", "--router-name", "r1", "--json", "--router", "x",
    ])
    #expect(
      all.words("x") == [
        "x", "--config", "r.yaml", "--doctor", "--pool", "premium-1", "--router-name", "r1",
        "--json",
      ])
  }
}
