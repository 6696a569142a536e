public import ShardMap

/// A map as it is told from others.
public struct MapEdition: Hashable, Sendable {
  /// Commit order of the control plane.
  public var version: UInt64
  /// The digest of its records.
  public var root: MapRoot

  /// A map by its version and root.
  public init(version: UInt64, root: MapRoot) {
    self.version = version
    self.root = root
  }
}

/// What a sidecar finds when it begins.
public struct SyncStart: Hashable, Sendable {
  /// The map in use; never replaced by an older one.
  public var published: MapEdition?
  /// The map whose records are at hand, so that a delta can be applied to them.
  public var stored: MapEdition?
  /// When the map in use was last confirmed.
  public var confirmed: FreshnessClock?
  /// The page's count of wishes for a confirmation.
  public var refreshWanted: UInt32
  /// The wish that was answered last.
  public var refreshAnswered: UInt32

  /// What was found; nothing by default.
  public init(
    published: MapEdition? = nil, stored: MapEdition? = nil, confirmed: FreshnessClock? = nil,
    refreshWanted: UInt32 = 0, refreshAnswered: UInt32 = 0
  ) {
    self.published = published
    self.stored = stored
    self.confirmed = confirmed
    self.refreshWanted = refreshWanted
    self.refreshAnswered = refreshAnswered
  }
}

/// Something that happened to a sidecar.
public enum SyncEvent: Hashable, Sendable {
  /// Time has passed.
  case clock
  /// The answer to a request is complete. Its body, if it has one, is kept by whoever asked.
  case answered(RequestID, SyncAnswer)
  /// Part of an answer has come.
  case progress(RequestID)
  /// What `apply` or `publish` was asked for is on disk, compiled and in place.
  case applied(RequestID, MapEdition)
  /// What `apply` was asked for can't be used: the old map stays.
  case refused(RequestID, SyncRefusal)
  /// What `apply` or `publish` was asked for is genuine, but could not be put in place: a full disk,
  /// say. `stored` is the map whose records are at hand now.
  case notPublished(RequestID, SyncRefusal, stored: MapEdition?)
  /// Routers want a confirmation: the count of the page.
  case refreshWanted(UInt32)
  /// The stream of events is open.
  case eventsOpened
  /// The stream of events ended, or could not be opened.
  case eventsEnded
  /// An event came: its sequence number.
  case hint(UInt64)
  /// The file with the token has another content than before.
  case tokenChanged
}

/// A request's number, never used twice by one machine.
public struct RequestID: Hashable, Comparable, Sendable {
  /// Counts from 1.
  public let number: UInt64

  /// The earlier one first.
  public static func < (one: RequestID, other: RequestID) -> Bool { one.number < other.number }
}

/// What a control plane answered.
public enum SyncAnswer: Hashable, Sendable {
  /// A delta or a snapshot, whole but not looked at; how long the control plane says it had waited.
  case document(waited: Duration)
  /// Nothing newer than this map.
  case nothingNew(MapEdition, waited: Duration)
  /// The version asked from is too old for a delta.
  case tooFarBehind
  /// The version asked from is newer than anything this control plane knows.
  case versionAhead(String)
  /// Another answer than expected: code and text of the problem.
  case problem(code: String, text: String)
  /// No answer: what happened on the way.
  case failed(String)
}

/// Why something was not used.
public struct SyncRefusal: Hashable, Sendable {
  /// What to ask for after a refusal.
  public enum Remedy: Hashable, Sendable {
    /// The same again: it may have been damaged on its way, or is of no use to this program.
    case again
    /// A snapshot: the delta doesn't lead on from here.
    case snapshot
  }

  /// A stable code, such as `wrong-root`.
  public var code: String
  /// What happened, to what, and what to do.
  public var text: String
  /// The version that was refused, if it is known.
  public var mapVersion: UInt64?
  /// What to ask for next.
  public var remedy: Remedy

  /// A refusal from its parts.
  public init(code: String, text: String, mapVersion: UInt64? = nil, remedy: Remedy = .again) {
    self.code = code
    self.text = text
    self.mapVersion = mapVersion
    self.remedy = remedy
  }
}
