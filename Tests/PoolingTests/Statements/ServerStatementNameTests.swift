import Testing

@testable import Pooling

@Suite struct ServerStatementNameTests {
  @Test(
    arguments: [
      (0, "shardway_0"), (1, "shardway_1"), (0xF, "shardway_f"), (0x10, "shardway_10"),
      (0x1F, "shardway_1f"), (0xABCD_EF01, "shardway_abcdef01"),
      (0xFFF_FFFF_FFFF, "shardway_fffffffffff"),
    ] as [(UInt64, String)])
  func `a name is the prefix and the number in hexadecimal digits`(number: UInt64, text: String) {
    let name = ServerStatementName(number: number)
    #expect(name.text == text)
    #expect(name.byteCount == text.utf8.count)
    #expect(name.byteCount <= ServerStatementName.maximumBytes)
    for (offset, byte) in text.utf8.enumerated() { #expect(name[offset] == byte) }
  }

  @Test func `the number is the statement's, not that of its place`() {
    let id = StatementID(number: 0x2A, index: 0xF_FFFF)
    #expect(id.index == 0xF_FFFF)
    #expect(id.serverName.text == "shardway_2a")
  }

  @Test func `the Close message closes a statement, not a portal`() {
    let message = ServerStatementName(number: 0x1F).closeMessage()
    #expect(message == Array("C\0\0\0\u{11}Sshardway_1f\0".utf8))
  }
}
