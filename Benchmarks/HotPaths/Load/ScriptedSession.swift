import LoadClient
import LoadScenario
import Wire

/// A generating client whose session is open, and a server that gives each statement the same answer.
struct ScriptedSession: ~Copyable {
  private static let step: Int64 = 1_000

  private let plan: ClientPlan
  private var client = ClientMachine(tenant: 0, connection: 0, seed: 42)
  private var ledger: ConsistencyLedger
  private let answer: [UInt8]
  private var sent: [UInt8] = []
  private var now: Int64 = 0

  /// A session whose client sends its statements so.
  init(_ mode: QueryMode) throws {
    var load = Load(
      name: "select", tenants: .uniform(["acme"]), connections: 1,
      arrivals: .closed(pause: .zero), mix: [WeightedTransaction(.selectOnly)])
    load.mode = mode
    plan = try ClientPlan(
      load, target: LoadTarget(host: "127.0.0.1", port: 1), password: nil, tables: TableSizes())
    ledger = ConsistencyLedger(load, number: 0, worker: 0)
    answer = Self.answer(to: mode)
    client.open(plan, into: &sent)
    let welcome = AuthenticationRequest.encodedOK() + ReadyForQuery(status: .idle).encoded()
    require(.opened, after: welcome)
    // The first statement is also prepared, if at all.
    begin()
    let first = mode == .prepared ? Self.message(BackendMessageType.parseComplete) : []
    require(.completed, after: first + answer)
  }

  /// Has so many transactions asked and answered; how many bytes the client has sent.
  mutating func transact(times: Int) -> Int {
    // Of its own: the span of a part of `self` would hold all of it.
    let answer = answer
    var bytes = 0
    for _ in 0..<times {
      begin()
      bytes += sent.count
      now += Self.step
      let event = client.receive(answer.span.bytes, at: now, plan, &ledger, into: &sent)
      guard case .completed = event else { fatalError("a transaction ended as \(event)") }
    }
    return bytes
  }

  private mutating func begin() {
    sent.removeAll(keepingCapacity: true)
    client.begin(0, at: now, plan, &ledger, into: &sent)
  }

  private mutating func require(_ wanted: ClientEvent, after bytes: [UInt8]) {
    let event = client.receive(bytes.span.bytes, at: now, plan, &ledger, into: &sent)
    precondition(event == wanted, "the client says \(event) and not \(wanted)")
  }

  /// One row of one number.
  private static func answer(to mode: QueryMode) -> [UInt8] {
    let row = DataRow.encoded([Array("1234".utf8)])
    let end =
      row + CommandComplete.encoded(tag: "SELECT 1") + ReadyForQuery(status: .idle).encoded()
    let bound = message(BackendMessageType.bindComplete)
    return switch mode {
    case .simple: RowDescription.encoded([.init("abalance")]) + end
    case .extended: message(BackendMessageType.parseComplete) + bound + end
    case .prepared: bound + end
    }
  }

  private static func message(_ type: UInt8) -> [UInt8] {
    MessageEncoder.encode(type: type, body: [])
  }
}
