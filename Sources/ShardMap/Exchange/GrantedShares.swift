/// What a sidecar tells a router beyond the freshness page: the shares that the control plane leases it,
/// and which of its events have been taken.
public struct GrantedShares: Hashable, Sendable {
  /// The number of these shares; 0 while the control plane has granted none.
  public var grant: UInt64
  /// Of every tenant that is not named, in parts per million.
  public var standard: UInt32
  /// Of tenants by id, in parts per million; at most ``RouterExchangeLimits/tenants``.
  public var tenants: [[UInt8]: UInt32]
  /// The number of the last event that the control plane has.
  public var eventsTaken: UInt64

  /// Shares from their parts.
  public init(
    grant: UInt64 = 0, standard: UInt32 = 1_000_000, tenants: [[UInt8]: UInt32] = [:],
    eventsTaken: UInt64 = 0
  ) {
    self.grant = grant
    self.standard = standard
    self.tenants = tenants
    self.eventsTaken = eventsTaken
  }
}

// MARK: The file

extension GrantedShares {
  private static let title = "shardway-router-shares 1"

  /// The file's bytes: the same for the same shares. What is over a limit is left out.
  public var encoded: [UInt8] {
    typealias Word = ExchangeText.Word
    let head = [
      [Word("shares"), Word(grant), Word(standard)], [Word("events"), Word(eventsTaken)],
    ]
    let sorted = tenants.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let named = sorted.prefix(RouterExchangeLimits.tenants).map {
      [Word("tenant"), Word($0.key), Word($0.value)]
    }
    return ExchangeText.file(Self.title, head + named)
  }

  /// Reads a file's bytes.
  public init(encoded bytes: [UInt8]) throws(ExchangeFileError) {
    self.init()
    for (place, line) in try ExchangeText.lines(of: bytes, titled: Self.title).enumerated() {
      guard read(line) else { throw .badLine(place + 2) }
    }
  }

  /// Takes a line in; false when it can't be right.
  private mutating func read(_ line: [ExchangeText.Word]) -> Bool {
    func share(_ place: Int) -> UInt32? {
      let share: UInt32? = line[place].number()
      return share.flatMap { $0 <= 1_000_000 ? $0 : nil }
    }
    switch (line.first?.text, line.count - 1) {
    case ("shares", 2...):
      guard let grant: UInt64 = line[1].number(), let standard = share(2) else { return false }
      (self.grant, self.standard) = (grant, standard)
    case ("events", 1...):
      guard let taken: UInt64 = line[1].number() else { return false }
      eventsTaken = taken
    case ("tenant", 2...):
      guard let share = share(2), tenants.count < RouterExchangeLimits.tenants else { return false }
      tenants[line[1].bytes] = share
    case ("shares", _), ("events", _), ("tenant", _): return false
    default: break
    }
    return true
  }
}
