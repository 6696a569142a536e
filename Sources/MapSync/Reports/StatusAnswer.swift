internal import FoundationEssentials
public import ShardMap

/// What the control plane answers to a report that tells of a router's shares.
public struct StatusAnswer: Codable, Hashable, Sendable {
  /// What the router is to go by until it is told something else.
  public struct Shares: Codable, Hashable, Sendable {
    /// Grows whenever the shares change.
    public var grant: UInt64
    /// Of every tenant that is not named, in parts per million.
    public var standard: UInt32
    /// Of tenants by id, in parts per million.
    public var tenants: [String: UInt32]
  }

  /// The shares.
  public var shares: Shares?
  /// The number of the last event that was taken.
  public var eventsTaken: UInt64?

  /// Longest answer that is read, in bytes.
  public static let limit = 64 << 10

  /// Reads the body of an answer; nil for one of a control plane that knows nothing of shares.
  public init?(body: [UInt8]) {
    guard !body.isEmpty, body.count <= Self.limit,
      let read = try? JSONDecoder().decode(StatusAnswer.self, from: Data(body))
    else { return nil }
    self = read
  }

  /// What the router is to read, when `before` is what stands there now; nil when that is all there is
  /// to say.
  public func news(after before: GrantedShares?, for report: RouterReport) -> GrantedShares? {
    var granted = before ?? GrantedShares()
    granted.eventsTaken = max(granted.eventsTaken, eventsTaken ?? 0)
    if let shares, shares.standard <= 1_000_000 {
      granted.grant = shares.grant
      granted.standard = shares.standard
      let tenants = shares.tenants.filter { $0.value <= 1_000_000 }
      granted.tenants = Dictionary(
        tenants.map { (Array($0.key.utf8), $0.value) }, uniquingKeysWith: { one, _ in one })
    }
    // A router that has begun anew goes by what is written after its start.
    let isHeard = granted.grant == report.grant || granted.grant == 0
    return granted == before && isHeard ? nil : granted
  }
}
