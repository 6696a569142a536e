import Testing
import Wire

@testable import DataPlane

@Suite("A group of requests with one answer")
struct RequestGroupTests {
  private static let query = Packets.message("Q", Packets.text("SELECT 1"))
  private static let parse = Packets.message("P", Packets.text("") + Packets.text("x") + [0, 0])
  private static let bind = Packets.message("B", [0, 0, 0, 0, 0, 0, 0, 0])
  private static let sync = Packets.message("S", [])
  private static let flush = Packets.message("H", [])
  private static let copyData = Packets.message("d", [1])

  @Test(
    "is one Query, or messages up to one Sync",
    arguments: [
      (query, true), (parse + bind + sync, true), (sync, true), (parse + flush + sync, true),
      ([], false), (query + query, false), (query + sync, false), (sync + query, false),
      (sync + sync, false), (parse + bind, false), (parse + query, false), (copyData, false),
      (parse + copyData + sync, false), (Packets.message("X", []), false),
      ([0x51, 0, 0, 0, 3], false), ([0x51, 0x7F, 0xFF, 0xFF, 0xFF, 0], false),
    ] as [([UInt8], Bool)])
  func groups(bytes: [UInt8], isWhole: Bool) {
    let found = RequestGroup.isWhole(bytes.span.bytes)
    #expect(found == isWhole)
  }

  @Test("is none while a byte of it is missing")
  func cut() {
    for group in [Self.query, Self.parse + Self.bind + Self.sync] {
      for count in 0..<group.count {
        let beginning = Array(group[..<count])
        let isWhole = RequestGroup.isWhole(beginning.span.bytes)
        #expect(!isWhole)
      }
    }
  }
}
