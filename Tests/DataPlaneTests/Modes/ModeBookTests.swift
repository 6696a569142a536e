import Routing
import ShardMap
import Testing

@testable import DataPlane

/// What a router's workers tell together: each change of a shard once.
@Suite("The book of modes")
struct ModeBookTests {
  private static func entry(_ mode: ServiceMode, why: String = "") -> ModeBook.Entry {
    ModeBook.Entry(mode: mode, cause: .mapShard, why: why, untilMilliseconds: 0)
  }

  private static func texts(_ events: [RouterEvent]) -> [String] {
    events.map { "\($0.kind.rawValue) \($0.shard) \($0.text)" }
  }

  @Test("a mode of the map is told when it begins, when it becomes another, and when it ends")
  func map() {
    let book = ModeBook()
    let steps: [(modes: [String: ModeBook.Entry], told: [String])] = [
      ([:], []),
      (
        ["s1": Self.entry(.readOnly, why: "an index")],
        ["mode-entered s1 read-only (map-shard): an index"]
      ),
      (["s1": Self.entry(.readOnly, why: "an index")], []),
      (
        ["s1": Self.entry(.paused)],
        [
          "mode-left s1 read-only (map-shard): an index",
          "mode-entered s1 paused (map-shard): the shard map has it for the shard",
        ]
      ),
      ([:], ["mode-left s1 paused (map-shard): the shard map has it for the shard"]),
      ([:], []),
    ]
    for (modes, told) in steps {
      #expect(Self.texts(book.note(byMap: modes, atMilliseconds: 1)) == told)
    }
    #expect(book.rows.isEmpty)
  }

  @Test("evidence counts from the first worker that has it to the last")
  func evidence() {
    let book = ModeBook()
    #expect(Self.kinds(book.note(lackedBy: 0, ["s1"], atMilliseconds: 5)) == [.modeEntered])
    #expect(book.note(lackedBy: 1, ["s1"], atMilliseconds: 6).isEmpty)
    #expect(book.rows.map(\.entry.cause) == [.noPrimary])
    #expect(book.rows.map(\.sinceMilliseconds) == [5])
    #expect(book.note(lackedBy: 0, [], atMilliseconds: 7).isEmpty)
    #expect(Self.kinds(book.note(lackedBy: 1, [], atMilliseconds: 8)) == [.modeLeft])
    #expect(book.rows.isEmpty)
  }

  @Test("what people have chosen hides evidence where it is as deep, and nowhere else")
  func both() {
    let cases: [(ServiceMode, ModeCause)] = [
      (.relaxed, .noPrimary), (.eventualOnly, .noPrimary), (.readOnly, .mapShard),
      (.paused, .mapShard),
    ]
    for (mode, cause) in cases {
      let book = ModeBook()
      _ = book.note(lackedBy: 0, ["s1"], atMilliseconds: 1)
      _ = book.note(byMap: ["s1": Self.entry(mode)], atMilliseconds: 2)
      #expect(book.rows.map(\.entry.cause) == [cause], "\(mode)")
      _ = book.note(byMap: [:], atMilliseconds: 3)
      #expect(book.rows.map(\.entry.cause) == [.noPrimary])
    }
  }

  @Test("shards are told apart, and listed by name")
  func several() {
    let book = ModeBook()
    _ = book.note(
      byMap: ["s2": Self.entry(.relaxed), "s1": Self.entry(.paused)], atMilliseconds: 1)
    #expect(book.rows.map(\.shard) == ["s1", "s2"])
    let told = book.note(byMap: ["s2": Self.entry(.relaxed)], atMilliseconds: 2)
    #expect(told.map(\.shard) == ["s1"] && Self.kinds(told) == [.modeLeft])
  }

  private static func kinds(_ events: [RouterEvent]) -> [RouterEvent.Kind] { events.map(\.kind) }
}
