import Testing
import Wire

@testable import DataPlane

@Suite("Scratch")
struct ScratchTests {
  private struct Refused: Error, Equatable {}

  private func content(_ scratch: borrowing Scratch) -> [UInt8] { Array(scratch.bytes) }

  @Test("has what was written last, and nothing of what was before")
  func writing() throws {
    var scratch = Scratch()
    let before = content(scratch)
    scratch.write { (output: inout OutputSpan<UInt8>) in
      for byte in 1...5 as ClosedRange<UInt8> { output.append(byte) }
    }
    let first = content(scratch)
    scratch.write { (output: inout OutputSpan<UInt8>) in output.append(9) }
    let second = content(scratch)
    scratch.write { (_: inout OutputSpan<UInt8>) in }
    let third = content(scratch)
    #expect(before == [] && first == [1, 2, 3, 4, 5] && second == [9] && third == [])
  }

  @Test("has room for its bytes, and no more")
  func room() {
    var scratch = Scratch()
    var room = 0
    scratch.write { (output: inout OutputSpan<UInt8>) in
      room = output.freeCapacity
      while !output.isFull { output.append(7) }
    }
    let written = content(scratch)
    #expect(room == Scratch.byteCount)
    #expect(written == [UInt8](repeating: 7, count: Scratch.byteCount))
  }

  @Test("has nothing after a writer that failed")
  func failing() {
    var scratch = Scratch()
    scratch.write { (output: inout OutputSpan<UInt8>) in output.append(1) }
    var fault: Refused?
    do throws(Refused) {
      try scratch.write { (output: inout OutputSpan<UInt8>) throws(Refused) in
        output.append(2)
        throw Refused()
      }
    } catch {
      fault = error
    }
    let written = content(scratch)
    #expect(fault == Refused() && written == [])
  }

  @Test("holds a Bind whose names are as long as what is gathered of one")
  func longestBind() throws {
    let statement = String(repeating: "s", count: RequestReader.prefixBytes / 2)
    let portal = String(repeating: "p", count: RequestReader.prefixBytes / 2 - 8)
    let body = Packets.text(portal) + Packets.text(statement) + [0, 0, 0, 0, 0, 0]
    let decoded = try BindMessage.decodePrefix(body.span.bytes, bodyLength: body.count)
    let prefix = try #require(decoded)
    let name = Array("s2".utf8)
    var scratch = Scratch()
    try scratch.write { (output: inout OutputSpan<UInt8>) throws(MessageWriteError) in
      try prefix.appendRenamed(
        statement: name.span.bytes, of: body.span.bytes, bodyLength: body.count, to: &output)
    }
    let written = content(scratch)
    #expect(written.starts(with: Array("B".utf8)))
    #expect(Array(written[5...]) == Packets.text(portal) + Packets.text("s2"))
  }
}
