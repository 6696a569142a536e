import Testing

@testable import Telemetry

/// Lines of the log: their times, their JSON, and how many are written.
@Suite struct LogTests {
  @Test(
    "times are UTC, to the millisecond",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_795_845_906_078, "2026-11-28T06:05:06.078Z"),
      (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func times(milliseconds: Int64, text: String) {
    #expect(LogTime.text(milliseconds: milliseconds) == text)
  }

  @Test("JSON has its commas, and escapes what would end a text or a line")
  func json() {
    var text = JSONText()
    text.beginObject()
    text.add("a", "\"\\\n\r\t\u{1}\u{7f}é")
    text.beginArray("b")
    text.beginObject()
    text.add("c", -1)
    text.add(key: "d\"", "")
    text.endObject()
    text.beginObject()
    text.endObject()
    text.endArray()
    text.add("e", UInt64.max)
    text.endObject()
    #expect(
      String(decoding: text.bytes, as: UTF8.self)
        == #"{"a":"\"\\\n\r\t\u0001\u007fé","b":[{"c":-1,"d\"":""},{}],"e":18446744073709551615}"#)
  }

  @Test("so many lines of a cause are written in a second, and the others are told of")
  func throttle() {
    var throttle = LogThrottle(perCauseASecond: 2, now: 0)
    let written = (0..<5).map { _ in throttle.mayWrite("a") }
    #expect(written == [true, true, false, false, false])
    let isOtherWritten = throttle.mayWrite("b")
    #expect(isOtherWritten)
    let (early, due) = (throttle.turn(at: 999_999_999), throttle.turn(at: 1_000_000_000))
    #expect(early.isEmpty && due == [.init(cause: "a", count: 3)])
    let isWrittenAgain = throttle.mayWrite("a")
    let next = throttle.turn(at: 2_000_000_000)
    #expect(isWrittenAgain && next.isEmpty)
  }

  @Test("causes without end are not kept apart")
  func causes() {
    var throttle = LogThrottle(perCauseASecond: 1, now: 0)
    let written = (0..<10_000).count { throttle.mayWrite("\($0)") }
    #expect(written == LogThrottle.causesHeld + 1)
    let due = throttle.turn(at: 1_000_000_000)
    #expect(due == [.init(cause: LogThrottle.others, count: 10_000 - written)])
  }
}
