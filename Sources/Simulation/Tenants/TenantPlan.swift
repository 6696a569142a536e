import Routing
import ShardMap

/// What the tenants of one seed's world are like, and what they do.
struct TenantPlan {
  /// How a client behaves.
  enum Behaviour: Hashable {
    /// Asks, waits for the answer, thinks so many nanoseconds, and asks again.
    case asks(thinking: Int)
    /// Asks for many transactions at once, again and again.
    case floods
    /// Asks for more than a socket holds, and never reads it.
    case neverReads
    /// Connects, leaves as soon as it is let in or refused, and comes again a moment later.
    case storms
  }

  /// One client.
  struct Client {
    let tenant: Int
    let behaviour: Behaviour
    /// Whether it comes to the listener where each session has a server of its own.
    let keepsServer: Bool
  }

  var workers = 1
  /// By tenant.
  var envelopes: [Envelope] = []
  var clients: [Client] = []
  /// How long a server works on a statement at most, in nanoseconds.
  var statementNanoseconds = 2_000_000
  /// When clients stop to ask, in nanoseconds.
  var runNanoseconds: UInt64 = 2_000_000_000
  /// After how many transactions and refusals they stop before that.
  var enough = Int.max
  /// Whether the map changes on the way, and with it every other tenant's envelope.
  var changesMap = false
  /// When it does, in nanoseconds.
  var mapChangeNanoseconds: UInt64 { runNanoseconds / 2 }

  init() {}

  /// The world of a seed.
  init(random: inout RandomSource) {
    enough = 4_000
    runNanoseconds = 1_000_000_000
    workers = random.number(in: 1...4)
    statementNanoseconds = random.pick([200_000, 2_000_000, 20_000_000])
    changesMap = random.chance(300)
    let tenants = random.number(in: 2...30)
    envelopes = (0..<tenants).map { _ in Self.envelope(&random) }
    let zipf = Zipf(count: tenants)
    for _ in 0..<random.number(in: 10...60) {
      add(1, of: zipf.draw(&random), .asks(thinking: random.size(in: 0...200_000_000)), &random)
    }
    if random.chance(700) {
      add(random.number(in: 1...20), of: random.index(below: tenants), .floods, &random)
    }
    if random.chance(300) {
      add(random.number(in: 1...10), of: random.index(below: tenants), .neverReads, &random)
    }
    if random.chance(400) {
      add(random.number(in: 1...20), of: random.index(below: tenants), .storms, &random)
    }
  }

  private mutating func add(
    _ count: Int, of tenant: Int, _ behaviour: Behaviour, _ random: inout RandomSource
  ) {
    for _ in 0..<count {
      var keepsServer = false
      if case .asks = behaviour { keepsServer = random.chance(150) }
      clients.append(Client(tenant: tenant, behaviour: behaviour, keepsServer: keepsServer))
    }
  }

  /// The envelope of a tenant: each limit is there or not.
  static func envelope(_ random: inout RandomSource) -> Envelope {
    Envelope(
      transactionsPerSecond: random.pick([nil, 10, 100, 1000]),
      transactionBurst: random.pick([1, 10, 100]),
      clientConnections: random.pick([nil, nil, 2, 20]),
      connectionAttemptsPerSecond: random.pick([nil, nil, 5, 50]),
      serverConnections: random.pick([nil, nil, 1, 4]),
      bytesInPerSecond: random.pick([nil, nil, 2_000, 100_000]),
      bytesOutPerSecond: random.pick([nil, nil, 20_000, 1_000_000]),
      maxDelayMilliseconds: random.pick([0, 20, 200, 1000]),
      weight: random.pick([1, 1, 3]))
  }
}

/// Places drawn so that the second comes half as often as the first, the third a third as often, and so on.
struct Zipf {
  private let sums: [Double]

  init(count: Int) {
    var sum = 0.0
    sums = (1...count).map { rank in
      sum += 1 / Double(rank)
      return sum
    }
  }

  /// A place from 0.
  func draw(_ random: inout RandomSource) -> Int {
    let share = Double(random.index(below: 1 << 20)) / Double(1 << 20)
    let reached = share * (sums.last ?? 1)
    return sums.firstIndex { $0 > reached } ?? sums.count - 1
  }
}
