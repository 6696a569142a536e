/// What a router tells its sidecar beyond the freshness page: its shares of regional limits, what its
/// tenants want, and events for the control plane.
public struct RouterReport: Hashable, Sendable {
  /// What one tenant wants.
  public struct Demand: Hashable, Sendable {
    /// The tenant.
    public var tenant: [UInt8]
    /// What it wanted lately, in parts per million of its regional limit; may be above a million.
    public var wanted: UInt32
    /// Its share there, in parts per million.
    public var share: UInt32

    /// A demand from its parts.
    public init(tenant: [UInt8], wanted: UInt32, share: UInt32) {
      self.tenant = tenant
      self.wanted = wanted
      self.share = share
    }
  }

  /// Something that the router has done or wants.
  public struct Event: Hashable, Sendable {
    /// Grows with each event of the router's, over its restarts, too.
    public var number: UInt64
    /// When it was, in milliseconds since 1970.
    public var atMilliseconds: Int64
    /// What it is, by its stable name.
    public var kind: String
    /// The tenant it is about, or empty.
    public var tenant: String
    /// The shard it is about, or empty.
    public var shard: String
    /// Why, for people.
    public var text: String

    /// An event from its parts.
    public init(
      number: UInt64, atMilliseconds: Int64, kind: String, tenant: String = "", shard: String = "",
      text: String = ""
    ) {
      self.number = number
      self.atMilliseconds = atMilliseconds
      self.kind = kind
      self.tenant = tenant
      self.shard = shard
      self.text = text
    }
  }

  /// The pool that it runs for; empty for none.
  public var pool: String
  /// The name that the map's pool gives it; empty for none.
  public var name: String
  /// The number of the shares that it goes by; 0 for those that it gave itself.
  public var grant: UInt64
  /// Its share of every tenant that it was told no other one of, in parts per million.
  public var standard: UInt32
  /// What tenants want, the neediest first; at most ``RouterExchangeLimits/tenants``.
  public var demands: [Demand]
  /// Events that nobody has taken yet, the oldest first; at most ``RouterExchangeLimits/events``.
  public var events: [Event]
  /// Events that were dropped because nobody took them in time.
  public var eventsDropped: UInt64

  /// A report from its parts.
  public init(
    pool: String = "", name: String = "", grant: UInt64 = 0, standard: UInt32 = 1_000_000,
    demands: [Demand] = [], events: [Event] = [], eventsDropped: UInt64 = 0
  ) {
    self.pool = pool
    self.name = name
    self.grant = grant
    self.standard = standard
    self.demands = demands
    self.events = events
    self.eventsDropped = eventsDropped
  }
}

// MARK: The file

extension RouterReport {
  private static let title = "shardway-router-report 1"

  /// The file's bytes. What is over a limit is left out.
  public var encoded: [UInt8] {
    typealias Word = ExchangeText.Word
    let head = [
      [Word("router"), Word(pool), Word(name)],
      [Word("shares"), Word(grant), Word(standard)], [Word("dropped"), Word(eventsDropped)],
    ]
    let wanted = demands.prefix(RouterExchangeLimits.tenants).map {
      [Word("demand"), Word($0.tenant), Word($0.wanted), Word($0.share)]
    }
    let told = events.prefix(RouterExchangeLimits.events).map {
      [
        Word("event"), Word($0.number), Word($0.atMilliseconds), Word($0.kind), Word($0.tenant),
        Word($0.shard), Word(Array($0.text.utf8.prefix(RouterExchangeLimits.eventTextBytes))),
      ]
    }
    return ExchangeText.file(Self.title, head + wanted + told)
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
    let words = line.dropFirst()
    func at(_ place: Int) -> ExchangeText.Word { line[place] }
    switch (line.first?.text, words.count) {
    case ("router", 2...): (pool, name) = (at(1).text, at(2).text)
    case ("shares", 2...):
      guard let grant: UInt64 = at(1).number(), let standard: UInt32 = at(2).number() else {
        return false
      }
      (self.grant, self.standard) = (grant, standard)
    case ("dropped", 1...):
      guard let dropped: UInt64 = at(1).number() else { return false }
      eventsDropped = dropped
    case ("demand", 3...):
      guard let wanted: UInt32 = at(2).number(), let share: UInt32 = at(3).number(),
        demands.count < RouterExchangeLimits.tenants
      else { return false }
      demands.append(Demand(tenant: at(1).bytes, wanted: wanted, share: share))
    case ("event", 6...):
      guard let number: UInt64 = at(1).number(), let time: Int64 = at(2).number(),
        events.count < RouterExchangeLimits.events
      else { return false }
      events.append(
        Event(
          number: number, atMilliseconds: time, kind: at(3).text, tenant: at(4).text,
          shard: at(5).text, text: at(6).text))
    case ("router", _), ("shares", _), ("dropped", _), ("demand", _), ("event", _): return false
    default: break
    }
    return true
  }
}
