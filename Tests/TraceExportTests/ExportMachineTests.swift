import Telemetry
import Testing
import TraceExport

/// When spans are sent, sent again and given up: events and actions, without a network.
@Suite struct ExportMachineTests {
  private static let second: UInt64 = 1_000_000_000

  /// A machine that has begun to send so many records.
  private static func sending(_ count: Int = 3) -> ExportMachine {
    var machine = ExportMachine()
    machine.take(records(count), at: 0)
    #expect(machine.next(at: second) == .send)
    return machine
  }

  /// So many records of requests that are numbered from `first` on.
  static func records(_ count: Int, from first: UInt64 = 1) -> [SpanRecord] {
    (first..<first + UInt64(count)).map { number in
      SpanRecord(
        trace: TraceID(high: 0, low: number)!, span: number, began: 1, gotServer: 2, ended: 3)
    }
  }

  @Test("nothing is sent while nothing is there")
  func empty() {
    var machine = ExportMachine()
    #expect(machine.next(at: 0) == .gather(until: 200_000_000))
    #expect(machine.next(at: 0, isEnding: true) == .gather(until: 200_000_000))
    #expect(machine.room == ExportLimits.batch)
  }

  @Test("what is there is sent when a second has passed, when the message is full, or at the end")
  func gathers() {
    var machine = ExportMachine()
    machine.take(Self.records(1), at: 0)
    #expect(machine.next(at: 0) == .gather(until: 200_000_000))
    #expect(machine.next(at: 900_000_000) == .gather(until: Self.second))
    #expect(machine.next(at: Self.second) == .send)
    #expect(machine.message.count == 1)

    var full = ExportMachine()
    full.take(Self.records(ExportLimits.batch), at: 0)
    #expect(full.room == 0 && full.next(at: 0) == .send)

    var ending = ExportMachine()
    ending.take(Self.records(1), at: 0)
    #expect(ending.next(at: 0, isEnding: true) == .send)
  }

  @Test("while a message is on its way no more is taken, so that what waits is bounded")
  func bounded() {
    var machine = Self.sending()
    #expect(machine.room == 0)
    #expect(machine.ended(.failed(retryAfter: nil), at: Self.second) == nil)
    #expect(machine.room == 0)
    #expect(machine.message.count == 3)
  }

  @Test("a message that was taken is exported, and one that is rejected is lost at once")
  func settled() {
    var taken = Self.sending()
    #expect(taken.ended(.taken, at: Self.second) == .exported(3))
    #expect(taken.message.isEmpty && taken.room == ExportLimits.batch)
    var rejected = Self.sending()
    #expect(rejected.ended(.rejected(status: 400), at: Self.second) == .lost(3))
    #expect(rejected.room == ExportLimits.batch)
  }

  @Test("a message that fails is sent again after growing pauses, and given up after four attempts")
  func retries() {
    var machine = Self.sending()
    var now = Self.second
    for pause in [500_000_000, 1_000_000_000, 2_000_000_000] as [UInt64] {
      #expect(machine.ended(.failed(retryAfter: nil), at: now) == nil)
      #expect(machine.next(at: now) == .pause(until: now + pause))
      now += pause
      #expect(machine.next(at: now) == .send)
    }
    #expect(machine.ended(.failed(retryAfter: nil), at: now) == .lost(3))
    #expect(machine.next(at: now) == .gather(until: now + 200_000_000))
  }

  @Test("pauses are shortened by chance, by half at most")
  func spread() {
    for spread in [0, 1, 249_999_999, 250_000_000, UInt64.max] {
      var machine = Self.sending()
      _ = machine.ended(.failed(retryAfter: nil), at: 0, spread: spread)
      guard case .pause(let until) = machine.next(at: 0) else {
        Issue.record("no pause")
        return
      }
      #expect(250_000_000 < until && until <= 500_000_000)
    }
  }

  @Test("a collector that says when to come again is heeded, within the longest pause")
  func retryAfter() {
    for (asked, expected) in [(3, 3), (3600, 10)] as [(UInt64, UInt64)] {
      var machine = Self.sending()
      _ = machine.ended(.failed(retryAfter: asked * Self.second), at: 0, spread: 99)
      #expect(machine.next(at: 0) == .pause(until: expected * Self.second))
    }
  }

  @Test("at the end no pause is waited for")
  func ending() {
    var machine = Self.sending()
    _ = machine.ended(.failed(retryAfter: nil), at: 0)
    #expect(machine.next(at: 0, isEnding: true) == .send)
  }
}
