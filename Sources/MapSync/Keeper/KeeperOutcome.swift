public import MapExchange
internal import ShardMap

/// What came of taking a map in.
public enum KeeperOutcome: Hashable, Sendable {
  /// It is kept, compiled and in its place.
  case applied(MapEdition)
  /// It can't be used: everything is as it was.
  case refused(SyncRefusal)
  /// It could not be put in its place; the old map is there. `stored` is what is kept.
  case notPublished(SyncRefusal, stored: MapEdition?)

  /// The event that tells the machine.
  public func event(_ id: RequestID) -> SyncEvent {
    switch self {
    case .applied(let edition): .applied(id, edition)
    case .refused(let refusal): .refused(id, refusal)
    case .notPublished(let refusal, let stored): .notPublished(id, refusal, stored: stored)
    }
  }
}

extension KeeperOutcome {
  /// What comes of a document whose reception ended with this fault; `stored` is what is kept.
  public init(_ fault: StoreFault, mapVersion: UInt64? = nil, stored: MapEdition?) {
    switch fault {
    case .exchange(let error): self = .refused(SyncRefusal(error, mapVersion: mapVersion))
    case .file(let error):
      self = .notPublished(
        SyncRefusal(unusable: "\(error)", mapVersion: mapVersion), stored: stored)
    }
  }
}

extension SyncRefusal {
  /// A refusal of a document.
  public init(_ error: ExchangeError, mapVersion: UInt64? = nil) {
    let remedy: Remedy =
      switch error {
      case .wrongRoot, .notFrom, .malformed, .tooLarge, .invalidMap: .snapshot
      case .badSignature, .unknownKey, .older, .truncated, .unsupportedFeature,
        .unsupportedFormat, .compression:
        .again
      }
    self.init(
      code: error.code, text: error.description, mapVersion: mapVersion, remedy: remedy)
  }

  /// Something on this machine that keeps a good map from its place.
  init(unusable text: String, mapVersion: UInt64? = nil) {
    self.init(code: SyncCodes.unusableFile, text: text, mapVersion: mapVersion)
  }
}

/// Stable codes of what goes wrong beside the refusals of ``MapExchange/ExchangeError``.
public enum SyncCodes {
  /// A file of this machine can't be read or written.
  public static let unusableFile = "unusable-file"
  /// No answer in time.
  public static let timeout = "timeout"
  /// No answer at all.
  public static let noAnswer = "no-answer"
  /// An older version than the one in use.
  public static let olderVersion = "older-version"
  /// The version in use with another content.
  public static let wrongRoot = "wrong-root"
}
