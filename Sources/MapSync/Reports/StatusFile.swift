internal import Files
internal import FoundationEssentials
public import ShardMap

/// `sidecar.status`: how the sidecar stands, for `shardway-sidecar status` and, should the page be
/// lost, for the next start.
public struct StatusFile: Codable, Hashable, Sendable {
  /// A map by version and root.
  public struct Map: Codable, Hashable, Sendable {
    /// The version.
    public var mapVersion: UInt64
    /// The root, as text.
    public var root: String
  }
  /// A moment on both clocks.
  public struct Moment: Codable, Hashable, Sendable {
    /// Nanoseconds of the boot clock.
    public var bootNanoseconds: Int64
    /// Milliseconds since 1970.
    public var wallMilliseconds: Int64
    /// The boot, 32 hexadecimal digits.
    public var bootID: String
  }
  /// An error and when it was.
  public struct Fault: Codable, Hashable, Sendable {
    /// The stable code.
    public var code: String
    /// What happened.
    public var text: String
    /// The version it is about, if it is known.
    public var mapVersion: UInt64?
    /// When it was last seen; nothing for one that is in force.
    public var at: Moment?
  }

  /// The sidecar's name.
  public var id: String
  /// Its process.
  public var pid: Int32
  /// When this was written.
  public var written: Moment
  /// The map in its place.
  public var map: Map?
  /// The last good map as it was signed.
  public var lastGood: Map?
  /// When the map was last confirmed.
  public var confirmed: Moment?
  /// How the sidecar stands with the control plane, by name.
  public var condition: String
  /// The last error, also when it is over.
  public var lastError: Fault?
  /// The refusal that is in force.
  public var refusal: Fault?
  /// The control plane in use, or tried next.
  public var controlPlane: String
  /// When the next request is sent at the latest.
  public var nextAttempt: Moment
  /// What was counted since the sidecar began.
  public var counts: [String: UInt64]

  /// A status at a moment.
  public init(
    id: String, pid: Int32, status: SyncStatus, controlPlane: String, now: FreshnessClock
  ) {
    self.id = id
    self.pid = pid
    written = Moment(now)
    map = status.published.map(Map.init)
    lastGood = status.stored.map(Map.init)
    confirmed = status.confirmed.map(Moment.init)
    condition = status.condition.name
    lastError = status.lastError.map { Fault($0, at: status.lastErrorAt.map(Moment.init)) }
    refusal = status.refusal.map { Fault($0, at: nil) }
    self.controlPlane = controlPlane
    let wait = max(status.nextAttempt, now.bootNanoseconds) - now.bootNanoseconds
    nextAttempt = Moment(
      FreshnessClock(
        bootNanoseconds: now.bootNanoseconds + wait,
        wallMilliseconds: now.wallMilliseconds + wait / 1_000_000, bootID: now.bootID))
    counts = [
      "requests": status.counts.requests, "failures": status.counts.failures,
      "refusals": status.counts.refusals, "eventsSeen": status.counts.eventsSeen,
      "eventsMissed": status.counts.eventsMissed,
    ]
  }

  /// What it remembers of the last confirmation.
  public var memory: MapMemory? {
    guard let map, let root = MapRoot(map.root), let confirmed, let clock = confirmed.clock else {
      return nil
    }
    return MapMemory(edition: MapEdition(version: map.mapVersion, root: root), confirmed: clock)
  }

  /// The file's bytes: JSON.
  public func encoded() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Nothing in it can't be encoded.
    return ((try? encoder.encode(self)).map { Array($0) } ?? []) + [UInt8(ascii: "\n")]
  }

  /// Most bytes that are read of one.
  private static let byteLimit = 64 << 10

  /// Reads the file at a path; nil when there is none, or it is no such file.
  public init?(path: String) {
    guard let bytes = SmallFile.bytes(at: path, upTo: Self.byteLimit) else { return nil }
    self.init(encoded: bytes)
  }

  /// Reads the file's bytes; nil for anything else.
  public init?(encoded bytes: [UInt8]) {
    guard let read = try? JSONDecoder().decode(StatusFile.self, from: Data(bytes)) else {
      return nil
    }
    self = read
  }
}

extension StatusFile.Map {
  init(_ edition: MapEdition) {
    self.init(mapVersion: edition.version, root: edition.root.description)
  }
}

extension StatusFile.Fault {
  init(_ refusal: SyncRefusal, at: StatusFile.Moment?) {
    self.init(code: refusal.code, text: refusal.text, mapVersion: refusal.mapVersion, at: at)
  }
}

extension StatusFile.Moment {
  init(_ clock: FreshnessClock) {
    self.init(
      bootNanoseconds: clock.bootNanoseconds, wallMilliseconds: clock.wallMilliseconds,
      bootID: Self.text(clock.bootID))
  }

  /// The moment; nil if the boot can't be read.
  public var clock: FreshnessClock? {
    guard let boot = BootID(bootID) else { return nil }
    return FreshnessClock(
      bootNanoseconds: bootNanoseconds, wallMilliseconds: wallMilliseconds, bootID: boot)
  }

  private static func text(_ boot: BootID) -> String {
    [boot.high, boot.low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
