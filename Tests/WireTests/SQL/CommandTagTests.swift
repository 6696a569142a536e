import Testing
import Wire

@Suite("Tags of commands")
struct CommandTagTests {
  static let readOnly = [
    "SELECT 0", "SELECT 12345", "SELECT", "SHOW", "FETCH 5", "MOVE 3", "BEGIN", "START TRANSACTION",
    "COMMIT", "ROLLBACK", "SET", "RESET", "DISCARD ALL", "DISCARD PLANS", "DECLARE CURSOR",
    "CLOSE CURSOR", "CLOSE CURSOR ALL", "LISTEN", "UNLISTEN", "DEALLOCATE", "DEALLOCATE ALL",
    "PREPARE", "SAVEPOINT", "RELEASE",
  ]
  static let writing = [
    "INSERT 0 1", "UPDATE 1", "DELETE 1", "MERGE 1", "COPY 5", "EXPLAIN", "CREATE TABLE", "DO",
    "CALL",
    "COMMIT PREPARED", "ROLLBACK PREPARED", "PREPARE TRANSACTION", "SET CONSTRAINTS", "SELECT INTO",
    "SELECT 1 x", "DECLARE", "START", "NOTIFY", "TRUNCATE TABLE", "", " ", "1", "SELECTED 1",
  ]

  @Test("that can't have written by themselves are known", arguments: readOnly)
  func known(tag: String) {
    for bytes in [[UInt8](text: tag), Packets.text(tag), Packets.text(tag) + [1, 2]] {
      #expect(CommandComplete.isReadOnlyTag(bytes))
    }
  }

  @Test("of all others may have written", arguments: writing)
  func mayHaveWritten(tag: String) {
    for bytes in [[UInt8](text: tag), Packets.text(tag)] {
      #expect(!CommandComplete.isReadOnlyTag(bytes))
    }
  }

  @Test("stand in the body of the message")
  func decoded() throws {
    let message = CommandComplete.encoded(tag: "SELECT 1\0 2")
    #expect(message == Packets.message("C", Packets.text("SELECT 1 2")))
    let body = Array(message.dropFirst(5))
    #expect(body.text(try CommandComplete.decode(body.span.bytes).tag) == "SELECT 1 2")
  }
}
