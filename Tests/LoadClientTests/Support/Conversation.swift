import LoadClient
import LoadModel
import LoadScenario

/// A client and a server in memory that talk to each other, what the server says cut as a test
/// wants it.
final class Conversation {
  /// How the server's bytes are cut.
  enum Cut {
    case whole, byteAtATime
    case atRandom(seed: UInt64)
  }

  /// Time that goes by with each exchange.
  static let step: Int64 = 1_000_000

  let plan: ClientPlan
  var ledger: ConsistencyLedger
  var client: ClientMachine
  var server = ScriptedServer()
  var cut = Cut.whole
  var now: Int64 = 0
  private var out: [UInt8] = []
  private var random = RandomSource(seed: 0)
  private var seed: UInt64 = 0

  init(
    _ load: Load, target: LoadTarget = LoadTarget(host: "127.0.0.1", port: 5432),
    password: String? = nil, tables: TableSizes = TableSizes(), worker: Int = 0, tenant: Int = 0,
    connection: Int = 0
  ) throws {
    plan = try ClientPlan(load, target: target, password: password, tables: tables)
    ledger = ConsistencyLedger(load, number: 0, worker: worker)
    client = ClientMachine(tenant: tenant, connection: connection, seed: 7)
  }

  /// Opens the session.
  func open() -> [ClientEvent] {
    client.open(plan, into: &out)
    return talk()
  }

  /// Runs a transaction of the mix; pauses are over at once.
  func run(_ kind: Int = 0) -> [ClientEvent] {
    client.begin(kind, at: now, plan, &ledger, into: &out)
    return talk()
  }

  /// Begins a transaction, and loses what is sent.
  func begin(_ kind: Int = 0) {
    client.begin(kind, at: now, plan, &ledger, into: &out)
    out.removeAll()
  }

  /// The session takes leave.
  func close() {
    client.close(into: &out)
    _ = talk()
  }

  /// The client is given bytes, and what it says is lost.
  func hear(_ bytes: [UInt8]) -> [ClientEvent] {
    defer { out.removeAll() }
    return feed(bytes)
  }

  /// The client is given bytes, and asked once more for what it has not told yet; also what it
  /// says.
  func listen(_ bytes: [UInt8]) -> (events: [ClientEvent], sent: [UInt8]) {
    defer { out.removeAll() }
    return (feed(bytes) + feed([]), out)
  }

  /// Exchanges bytes until neither has more to say.
  private func talk() -> [ClientEvent] {
    var events: [ClientEvent] = []
    while !out.isEmpty {
      let sent = out
      out.removeAll(keepingCapacity: true)
      now += Self.step
      let new = feed(server.receive(sent))
      events += new
      if new.last == .thinks { client.goOn(at: now, plan, into: &out) }
    }
    return events
  }

  private func feed(_ bytes: [UInt8]) -> [ClientEvent] {
    var events: [ClientEvent] = []
    for piece in pieces(of: bytes) {
      let event = client.receive(
        RawSpan(_elements: piece.span), at: now, plan, &ledger, into: &out)
      if event != .pending { events.append(event) }
    }
    return events
  }

  private func pieces(of bytes: [UInt8]) -> [[UInt8]] {
    switch cut {
    case .whole: return [bytes]
    case .byteAtATime: return bytes.isEmpty ? [bytes] : bytes.map { [$0] }
    case .atRandom(let seed):
      if seed != self.seed {
        self.seed = seed
        random = RandomSource(seed: seed)
      }
      var pieces: [[UInt8]] = bytes.isEmpty ? [bytes] : []
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...12, using: &random))
        pieces.append(Array(piece))
        rest = rest.dropFirst(piece.count)
      }
      return pieces
    }
  }
}

extension Load {
  /// A load of one tenant with a mix, for tests.
  static func of(
    _ mix: WeightedTransaction..., mode: QueryMode = .prepared, tier: String? = nil,
    thinkTime: Duration = .zero
  ) -> Load {
    var load = Load(
      name: "test", tenants: .uniform(["acme", "birch"]), connections: 4,
      arrivals: .closed(pause: .zero), mix: mix)
    load.mode = mode
    load.tier = tier
    load.thinkTime = thinkTime
    return load
  }
}
