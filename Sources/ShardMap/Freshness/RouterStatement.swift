/// What a router counts for its sidecar to pass on, in the order of the page.
public enum RouterCounter: Int, NamedValue {
  case sessionsRouted, mapHits, staleServes, unknownTenants, negativeHits, refusedStalePermissions
  case refreshesWanted, staleRouteEvidence, sessionsMoved, sessionsMovedByForce
  /// Milliseconds since the map was confirmed; the largest number when nobody knows.
  case mapAgeMilliseconds
  /// The alarm of each class: 0 fresh, 1 stale, 2 near `maxStale`, 3 past it.
  case routingAlarm, envelopeAlarm, permissionsAlarm
  /// The longest time that a new map has kept a worker from its sessions, in microseconds.
  case longestMapPauseMicroseconds

  /// The counter's stable name.
  public var name: String {
    switch self {
    case .sessionsRouted: "sessionsRouted"
    case .mapHits: "mapHits"
    case .staleServes: "staleServes"
    case .unknownTenants: "unknownTenants"
    case .negativeHits: "negativeHits"
    case .refusedStalePermissions: "refusedStalePermissions"
    case .refreshesWanted: "refreshesWanted"
    case .staleRouteEvidence: "staleRouteEvidence"
    case .sessionsMoved: "sessionsMoved"
    case .sessionsMovedByForce: "sessionsMovedByForce"
    case .mapAgeMilliseconds: "mapAgeMilliseconds"
    case .routingAlarm: "routingAlarm"
    case .envelopeAlarm: "envelopeAlarm"
    case .permissionsAlarm: "permissionsAlarm"
    case .longestMapPauseMicroseconds: "longestMapPauseMicroseconds"
    }
  }
}

/// What a router tells its sidecar.
public struct RouterStatement: Hashable, Sendable {
  /// The router's name, a number of its own choosing.
  public var routerID: UInt64
  /// The router's process; the page fills it in when it is read.
  public internal(set) var pid: Int32 = 0
  /// The version that every worker uses; 0 while there is none.
  public var appliedVersion: UInt64 = 0
  /// The root of that version.
  public var appliedRoot: MapRoot = .none
  /// When the last worker began to use it, in microseconds since 1970.
  public var appliedAtWallMicroseconds: Int64 = 0
  /// The version of a map that was refused after that; 0 when none was, or when it isn't known.
  public var refusedVersion: UInt64 = 0
  /// The stable code of the refusal, at most 31 bytes; empty when there was none.
  public var refusalCode: String = ""
  /// Why it was refused, cut at 127 bytes.
  public var refusalText: String = ""

  private var counters: [UInt64]

  /// A statement that tells no more than who makes it.
  public init(routerID: UInt64) {
    self.routerID = routerID
    counters = Array(repeating: 0, count: RouterCounter.allCases.count)
  }

  /// A counter's value.
  public subscript(counter: RouterCounter) -> UInt64 {
    get { counters[counter.rawValue] }
    set { counters[counter.rawValue] = newValue }
  }
}

extension RouterStatement {
  private static let codeWords = 4
  private static let textWords = 16
  private static let firstCounter = 28
  static let wordCount = firstCounter + RouterCounter.allCases.count

  var words: [UInt64] {
    let head = [routerID, appliedVersion] + appliedRoot.pageWords
    return head + [UInt64(bitPattern: appliedAtWallMicroseconds), refusedVersion]
      + PageText(refusalCode, wordCount: Self.codeWords).words
      + PageText(refusalText, wordCount: Self.textWords).words
      + counters
  }

  init(words: [UInt64], pid: Int32) {
    self.init(routerID: words[0])
    self.pid = pid
    appliedVersion = words[1]
    appliedRoot = MapRoot(pageWords: words[2..<6])
    appliedAtWallMicroseconds = Int64(bitPattern: words[6])
    refusedVersion = words[7]
    refusalCode = PageText.text(in: words[8..<12])
    refusalText = PageText.text(in: words[12..<28])
    counters = Array(words[Self.firstCounter...])
  }
}
