import Testing
import TestSupport
import Wire

@Suite("Answers that the router gives by itself")
struct RouterAnswerTests {
  @Test(
    "a message without a body is its type and a length",
    arguments: [
      (.parseComplete, "1"), (.bindComplete, "2"), (.closeComplete, "3"), (.noData, "n"),
      (.portalSuspended, "s"), (.emptyQueryResponse, "I"),
    ] as [(CompletionMessage, Character)])
  func completions(message: CompletionMessage, type: Character) throws {
    #expect(message.encoded() == Packets.message(type))
    let appended = try written(room: CompletionMessage.byteCount) {
      (output) throws(MessageWriteError) in try message.append(to: &output)
    }
    #expect(appended == Packets.message(type))
    #expect(throws: MessageWriteError.noRoom(needed: 5, free: 4)) {
      try written(room: 4) { (output) throws(MessageWriteError) in try message.append(to: &output) }
    }
  }

  @Test("the types of the completions are those of the server's messages")
  func completionTypes() {
    #expect(
      CompletionMessage.allCases.map(\.rawValue) == [
        BackendMessageType.parseComplete, BackendMessageType.bindComplete,
        BackendMessageType.closeComplete, BackendMessageType.noData,
        BackendMessageType.portalSuspended, BackendMessageType.emptyQueryResponse,
      ])
  }

  @Test("columns are described as a server describes those of no table")
  func rowDescription() {
    let encoded = RowDescription.encoded([
      RowDescription.Column("a\0b"), RowDescription.Column("n", .int8),
      RowDescription.Column("", .bool),
    ])
    let body =
      hex("0003") + Packets.text("ab") + hex("00000000 0000 00000019 ffff ffffffff 0000")
      + Packets.text("n") + hex("00000000 0000 00000014 0008 ffffffff 0000")
      + Packets.text("") + hex("00000000 0000 00000010 0001 ffffffff 0000")
    #expect(encoded == Packets.message("T", body))
  }

  @Test("a row tells NULL from empty, and keeps zero bytes")
  func dataRow() {
    let encoded = DataRow.encoded([nil, [], [1, 0, 2]])
    #expect(
      encoded == Packets.message("D", hex("0003 ffffffff 00000000 00000003 010002")))
    #expect(DataRow.encoded([]) == Packets.message("D", hex("0000")))
  }

  @Test("the types of parameters are given by their oids")
  func parameterDescription() {
    #expect(ParameterDescription.encoded(types: []) == Packets.message("t", hex("0000")))
    #expect(
      ParameterDescription.encoded(types: [25, .max])
        == Packets.message("t", hex("0002 00000019 ffffffff")))
  }

  @Test("a notice is laid out as an error")
  func notice() throws {
    let notice = ErrorResponse(
      severity: .notice, sqlState: .featureNotSupported, message: "m", hint: "h")
    let encoded = notice.encodedNotice()
    #expect(encoded.first == UInt8(ascii: "N"))
    #expect(encoded.dropFirst() == notice.encoded().dropFirst())
    #expect(try ErrorResponse.decode(Array(encoded.dropFirst(5))) == notice)
  }

  @Test("a table is description, rows and tag")
  func resultSet() {
    let columns = [RowDescription.Column("a"), RowDescription.Column("b", .int8)]
    var table = ResultSet(columns: columns)
    let description = RowDescription.encoded(columns)
    #expect(
      table.encoded(as: .select)
        == description + Packets.message("C", Packets.text("SELECT 0")))
    table.append(["é", "1"])
    table.append([nil, "2"])
    let rows =
      DataRow.encoded([Array("é".utf8), [0x31]]) + DataRow.encoded([nil, [0x32]])
    #expect(
      table.encoded(as: .select)
        == description + rows + Packets.message("C", Packets.text("SELECT 2")))
    #expect(table.encodedDescription() == description)
    #expect(table.encodedRows(as: .show) == rows + Packets.message("C", Packets.text("SHOW")))
  }
}
