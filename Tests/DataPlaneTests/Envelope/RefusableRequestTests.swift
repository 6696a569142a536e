import Testing

@testable import DataPlane

@Suite("What can be answered with one error")
struct RefusableRequestTests {
  private static let query = Packets.message("Q", Packets.text("SELECT 1"))
  private static let sync = Packets.message("S")
  private static let group =
    Packets.message("P", Packets.text("") + Packets.text("SELECT 1") + [0, 0])
    + Packets.message("B", [0, 0, 0, 0, 0, 0, 0, 0]) + Packets.message("E", [0, 0, 0, 0, 0]) + sync

  private static let requests: [(bytes: [UInt8], byteCount: Int)] = [
    (query, query.count),
    (query + query, query.count),
    (group, group.count),
    (group + query, group.count),
    (sync + query, sync.count),
    (Packets.message("F", [1, 2, 3]) + sync, 8),
    // A server skips a Query behind what has failed in the extended protocol.
    (Packets.message("P", [0, 0, 0, 0]) + query + sync, 9 + query.count + sync.count),
    // COPY data is ignored where no COPY is under way.
    (Packets.message("d", [1]) + query, 6 + query.count),
  ]

  @Test("is a Query, a function call, or all up to a Sync", arguments: requests)
  func whole(bytes: [UInt8], byteCount: Int) {
    #expect(RefusableRequest(bytes.span.bytes) == .whole(byteCount: byteCount))
  }

  @Test("has to be there to its last byte")
  func cut() {
    for bytes in [Self.query, Self.group] {
      for count in 0..<bytes.count {
        #expect(RefusableRequest(Array(bytes[..<count]).span.bytes) == .incomplete, "\(count)")
      }
    }
  }

  @Test(
    "is nothing of a client that leaves or breaks the protocol",
    arguments: [
      Packets.message("X"), Packets.message("P", [0, 0, 0, 0]) + Packets.message("X"),
      [0x51, 0, 0, 0, 3, 0, 0, 0],
    ])
  func hopeless(bytes: [UInt8]) {
    #expect(RefusableRequest(bytes.span.bytes) == .hopeless)
  }
}
