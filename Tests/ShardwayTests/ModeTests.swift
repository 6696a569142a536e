import ArgumentParser
import ControlClient
import MapDocument
import MapExchange
import ShardMap
import Testing

@testable import shardway

@Suite("shardway shard mode and tenant mode")
struct ModeTests {
  private static let shard = ResourceKey(kind: .shard, id: "s1")
  private static let tenant = ResourceKey(kind: .tenant, id: "acme")
  /// 2026-11-29T10:00:00.250Z.
  private static let now = IssueTime(millisecondsSince1970: 1_795_946_400_250)

  @Test("a mode that ends says so to the control plane, to people and to programs")
  func timed() {
    let wish = ModeWish(
      Self.shard, .readOnly, for: 600, why: "disk nearly full", now: Self.now)
    #expect(
      wish.patch == [
        "mode": .string("read-only"), "modeUntil": .string("2026-11-29T10:10:01Z"),
        "modeCause": .string("disk nearly full"),
      ])
    #expect(
      wish.outcome(now: Self.now)
        == "shard/s1 is read-only (disk nearly full) until 2026-11-29T10:10:01Z, for 10m; "
        + "then it is normal by itself")
    #expect(
      wish.json(version: 3, mapVersion: 12)
        == .object([
          "key": .string("shard/s1"), "mode": .string("read-only"),
          "modeUntil": .string("2026-11-29T10:10:01Z"),
          "modeCause": .string("disk nearly full"), "endsByItself": .boolean(true),
          "version": .integer(3), "mapVersion": .integer(12),
        ]))
  }

  @Test("a mode without an end says how it is ended, and takes an earlier end away")
  func endless() {
    let wish = ModeWish(Self.tenant, .paused, for: nil, why: "unpaid", now: Self.now)
    #expect(wish.patch == ["mode": .string("paused"), "modeUntil": .null])
    #expect(
      wish.outcome(now: Self.now)
        == "tenant/acme is paused until it is ended: shardway tenant mode acme normal")
  }

  @Test("normal takes the end and the cause away")
  func normal() {
    let wish = ModeWish(Self.shard, .normal, for: nil, why: "disk replaced", now: Self.now)
    #expect(
      wish.patch == ["mode": .string("normal"), "modeUntil": .null, "modeCause": .null])
    #expect(wish.outcome(now: Self.now) == "shard/s1 is normal")
  }

  @Test(
    "a command line that can't be meant is refused",
    arguments: [
      ("s1", false), ("s1 asleep", false), ("s1 normal --for 10m", false),
      ("s1 paused --for soon", false), ("s1 paused --why \u{1b}", false), ("s1 paused", true),
      ("s1 eventual-only --for 90s --why full --json", true), ("s1 normal --why over", true),
    ])
  func arguments(line: String, isSound: Bool) async {
    let words = line.split(separator: " ").map(String.init)
    let command = try? await ModeCommand<Commanded.Shard>.asyncParse(words)
    #expect((command != nil) == isSound)
  }
}
