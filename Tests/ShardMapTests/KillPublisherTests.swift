import Foundation
import Testing

@Suite("A publisher that is killed")
struct KillPublisherTests {
  @Test("never leaves a bad map, an older one, or its temporary file")
  func kills() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("shardway-kill-publisher")
    process.arguments = ["--kills", "50", "--tenants", "500"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.contains("50 kills"), "\(text)")
    #expect(text.contains(": 0 bad maps, 0 versions that went back"), "\(text)")
  }
}
