import Foundation
import LocalFleet
import Testing

@Suite("A publisher that is killed")
struct KillPublisherTests {
  @Test("never leaves a bad map, an older one, or its temporary file")
  func kills() async throws {
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("shardway-kill-publisher")
    let result = try await Command.result(
      of: Launch(program.path, ["--kills", "50", "--tenants", "500"]))
    #expect(result.status.isSuccess, "\(result.output)\(result.errorOutput)")
    #expect(result.output.contains("50 kills"), "\(result.output)")
    #expect(
      result.output.contains(": 0 bad maps, 0 versions that went back"), "\(result.output)")
  }
}
