internal import ArgumentParser
internal import LoadScenario

/// One load, described by options.
struct SimpleLoadOptions: ParsableArguments {
  /// What is sent.
  enum Transaction: String, ExpressibleByArgument, CaseIterable {
    case selectOnly = "select-only"
    case tpcbLike = "tpcb-like"
    case payload
  }

  @Option(help: "Client connections. (default: 64)")
  var connections: Int?

  @Option(help: "A tenant; may be repeated. (default: acme)")
  var tenant: [String] = []

  @Option(help: "What is sent. (default: select-only)")
  var transaction: Transaction?

  @Option(help: "Bytes of the row of --transaction payload. (default: 1024)")
  var bytes: Int?

  @Option(help: "How statements are sent. (default: prepared)")
  var mode: QueryMode?

  /// How long it is measured unless the command line says it.
  private static let usualDuration = Duration.seconds(10)

  func validate() throws {
    guard bytes == nil || transaction == .payload else {
      throw ValidationError("--bytes goes with --transaction payload")
    }
  }

  /// Whether any of them was given.
  var isUsed: Bool {
    connections != nil || !tenant.isEmpty || transaction != nil || bytes != nil || mode != nil
  }

  /// The scenario of this one load, a closed loop.
  ///
  /// - Throws: `BenchError.field` when it can't be run.
  func scenario(_ edition: ScenarioEdition) throws(BenchError) -> Scenario {
    let transaction = transaction ?? .selectOnly
    let kind: TransactionKind =
      switch transaction {
      case .selectOnly: .selectOnly
      case .tpcbLike: .tpcbLike
      case .payload: .payload(bytes: bytes ?? 1024)
      }
    var load = Load(
      name: transaction.rawValue, tenants: .uniform(tenant.isEmpty ? ["acme"] : tenant),
      connections: connections ?? 64, arrivals: .closed(pause: .zero),
      mix: [WeightedTransaction(kind)])
    load.mode = mode ?? .prepared
    var scenario = Scenario(
      name: transaction.rawValue, duration: edition.duration ?? Self.usualDuration, loads: [load])
    scenario.workers = edition.workers ?? 1
    do { try scenario.check() } catch { throw .field(error) }
    return scenario
  }
}
