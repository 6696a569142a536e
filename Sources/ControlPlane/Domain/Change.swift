public import MapExchange

/// One wish to change one resource.
public struct Change: Hashable, Sendable {
  /// What is done to it.
  public enum Intent: Hashable, Sendable {
    /// It becomes this, whether it was there or not.
    case put(JSONValue)
    /// A merge patch (RFC 7396) of what is there.
    case patch(JSONValue)
    /// It goes.
    case delete
  }

  /// The resource.
  public let key: ResourceKey
  /// What is done to it.
  public let intent: Intent
  /// What must be true of it before.
  public let condition: Condition

  /// A change from its parts.
  public init(_ intent: Intent, _ key: ResourceKey, if condition: Condition = .none) {
    self.key = key
    self.intent = intent
    self.condition = condition
  }
}

/// What must be true of a resource before it is changed.
public enum Condition: Hashable, Sendable {
  /// Nothing.
  case none
  /// It isn't there: `If-None-Match: *`, `"ifVersion": 0`.
  case absent
  /// It is there, in any version: `If-Match: *`.
  case present
  /// It is there in this version: `If-Match: "3"`.
  case version(Int64)
  /// If it is there, the writer has to say which version: what HTTP requests without a
  /// precondition get.
  case stated
}

/// A resource as the log left it.
public struct StoredResource: Hashable, Sendable {
  /// The number of events about it. It goes on after a deletion, so that a version never returns.
  public var version: Int64
  /// Its newest content; that of a deleted one is what it last was.
  public var resource: MapResource
  /// False once it was deleted.
  public var isLive: Bool

  /// A state from its parts.
  public init(version: Int64, resource: MapResource, isLive: Bool) {
    self.version = version
    self.resource = resource
    self.isLive = isLive
  }
}

/// What an accepted change does: the fact that is written to the log.
public struct ResourceEvent: Hashable, Sendable {
  /// What happened to the resource. The raw value is part of the event's type.
  public enum Kind: String, Sendable, CaseIterable {
    case created, updated, deleted
  }

  /// What happened.
  public let kind: Kind
  /// The resource as it is now; for a deleted one, as it was.
  public let resource: MapResource
  /// The resource as it was, if it was there.
  public let before: MapResource?
  /// The resource's version from now on.
  public let version: Int64

  /// An event from its parts.
  public init(kind: Kind, resource: MapResource, before: MapResource?, version: Int64) {
    self.kind = kind
    self.resource = resource
    self.before = before
    self.version = version
  }
}

/// What the domain asks about the fleet. Each question is answered by an index, never by a scan.
public protocol FleetView {
  /// The resource of this key, also when it was deleted; nil if it never was.
  func stored(_ key: ResourceKey) throws -> StoredResource?
  /// How many resources of each kind name this one.
  func referrers(of key: ResourceKey) throws -> [ResourceKind: Int]
  /// Who has something that only one may have.
  func holder(of claim: Claim) throws -> ResourceKey?
  /// Resources of a kind.
  func count(of kind: ResourceKind) throws -> Int
}
