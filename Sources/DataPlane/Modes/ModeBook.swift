public import Routing
public import ShardMap
import Synchronization

/// Which shards are not normal, as the workers of a router know it together: for the console, and for
/// what the control plane is told.
///
/// The map's modes come from one worker, evidence from each. Off the hot path, so a lock will do.
public final class ModeBook: Sendable {
  /// A mode of a shard.
  public struct Entry: Hashable, Sendable {
    /// The mode.
    public let mode: ServiceMode
    /// Where it comes from.
    public let cause: ModeCause
    /// Why, in people's words; empty where nobody said.
    public let why: String
    /// Milliseconds since 1970; 0 for when a newer map, or evidence, ends it.
    public let untilMilliseconds: UInt64
  }

  /// A shard that is not normal.
  public struct Row: Hashable, Sendable {
    /// The shard's id.
    public let shard: String
    /// Its mode.
    public let entry: Entry
    /// Milliseconds since 1970.
    public let sinceMilliseconds: UInt64
  }

  private struct Shard {
    var byMap: Entry?
    /// The workers that know of no primary.
    var lackedBy: Set<Int> = []
    /// What was told last.
    var told: Entry?
    var sinceMilliseconds: UInt64 = 0

    var inForce: Entry? {
      guard !lackedBy.isEmpty, byMap.map({ $0.mode < .readOnly }) ?? true else { return byMap }
      return Entry(mode: .readOnly, cause: .noPrimary, why: "", untilMilliseconds: 0)
    }
  }

  private let shards = Mutex<[String: Shard]>([:])

  /// A book in which every shard is normal.
  public init() {}

  /// Notes the shards that the map has in a mode; all others are normal by it. What that changes, for
  /// the control plane.
  func note(byMap modes: [String: Entry], atMilliseconds now: UInt64) -> [RouterEvent] {
    shards.withLock { shards in
      for name in shards.keys where modes[name] == nil { shards[name]!.byMap = nil }
      for (name, entry) in modes { shards[name, default: Shard()].byMap = entry }
      return Self.settle(&shards, now)
    }
  }

  /// Notes the shards of which a worker knows no primary; it knows one of all others. What that
  /// changes, for the control plane.
  func note(
    lackedBy worker: Int, _ names: Set<String>, atMilliseconds now: UInt64
  ) -> [RouterEvent] {
    shards.withLock { shards in
      for name in shards.keys where !names.contains(name) {
        shards[name]!.lackedBy.remove(worker)
      }
      for name in names { shards[name, default: Shard()].lackedBy.insert(worker) }
      return Self.settle(&shards, now)
    }
  }

  /// The shards that are not normal, by name.
  var rows: [Row] {
    shards.withLock { shards in
      shards.compactMap { name, shard in
        shard.told.map {
          Row(shard: name, entry: $0, sinceMilliseconds: shard.sinceMilliseconds)
        }
      }.sorted { $0.shard < $1.shard }
    }
  }

  private static func settle(_ shards: inout [String: Shard], _ now: UInt64) -> [RouterEvent] {
    var events: [RouterEvent] = []
    for name in shards.keys.sorted() {
      let (old, new) = (shards[name]!.told, shards[name]!.inForce)
      guard old != new else { continue }
      if let old, old.mode != new?.mode || old.cause != new?.cause {
        events.append(event(.modeLeft, name, old))
      }
      if let new { events.append(event(.modeEntered, name, new)) }
      if new == nil {
        shards[name] = nil
      } else {
        shards[name]!.told = new
        shards[name]!.sinceMilliseconds = now
      }
    }
    return events
  }

  private static func event(
    _ kind: RouterEvent.Kind, _ shard: String, _ entry: Entry
  ) -> RouterEvent {
    let why = entry.why.isEmpty ? entry.cause.explanation : entry.why
    return RouterEvent(
      kind: kind, shard: shard, text: "\(entry.mode.name) (\(entry.cause.name)): \(why)")
  }
}
