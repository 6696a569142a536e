internal import ControlClient
internal import MapDocument
internal import MapExchange
internal import ShardMap

/// A mode that somebody wants a shard or a tenant to be in.
struct ModeWish: Sendable {
  let key: ResourceKey
  let mode: ServiceMode
  /// When it ends by itself, in whole seconds; nil for not before somebody ends it.
  let until: IssueTime?
  /// Why, for people; only a shard keeps it, and only with a mode that isn't `normal`.
  let cause: String?

  /// A wish that ends so many seconds after `now`, rounded up to a whole second.
  init(
    _ key: ResourceKey, _ mode: ServiceMode, for seconds: Double?, why: String?, now: IssueTime
  ) {
    self.key = key
    self.mode = mode
    until = seconds.map { seconds in
      let end = now.millisecondsSince1970 + Int64((seconds * 1000).rounded(.up))
      return IssueTime(millisecondsSince1970: (end + 999) / 1000 * 1000)
    }
    cause = key.kind == .shard && mode != .normal ? why : nil
  }

  /// The merge patch that fulfils it: what an earlier mode left goes, too.
  var patch: [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "mode": .string(mode.name), "modeUntil": until.map { .string("\($0)") } ?? .null,
    ]
    if key.kind == .shard { fields["modeCause"] = cause.map { .string($0) } ?? .null }
    return fields
  }

  /// What is in force once it is fulfilled, and when and how it ends, in one line.
  func outcome(now: IssueTime) -> String {
    guard mode != .normal else { return "\(key) is normal" }
    let why = cause.map { " (\($0))" } ?? ""
    guard let until else {
      return "\(key) is \(mode.name)\(why) until it is ended: "
        + "shardway \(key.kind.rawValue) mode \(key.id) normal"
    }
    let rest = Double(until.millisecondsSince1970 - now.millisecondsSince1970) / 1000
    return "\(key) is \(mode.name)\(why) until \(until), for \(DurationText.short(rest)); "
      + "then it is normal by itself"
  }

  /// The same for programs, with the versions of the resource and of the map that say so.
  func json(version: UInt64?, mapVersion: UInt64?) -> JSONValue {
    .object([
      "key": .string("\(key)"), "mode": .string(mode.name),
      "modeUntil": until.map { .string("\($0)") } ?? .null,
      "modeCause": cause.map { .string($0) } ?? .null,
      "endsByItself": .boolean(until != nil),
      "version": version.map { .integer(Int64(clamping: $0)) } ?? .null,
      "mapVersion": mapVersion.map { .integer(Int64(clamping: $0)) } ?? .null,
    ])
  }
}
