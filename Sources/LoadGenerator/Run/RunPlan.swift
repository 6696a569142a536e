import LoadClient
import LoadModel
import LoadScenario

/// What the workers of a run do: the scenario with everything worked out that doesn't change. Times
/// are in nanoseconds.
struct RunPlan: Sendable {
  let seed: UInt64
  let workers: Int
  let warmUp: Int64
  let duration: Int64
  let window: Int64
  let windowCount: Int
  let connectTimeout: Int64
  let transactionTimeout: Int64
  let target: LoadTarget
  let address: TargetAddress
  let loads: [PlannedLoad]

  /// Works out a run of the scenario's loads with these names; nil: of all.
  init(
    _ scenario: Scenario, target: LoadTarget, password: String?, loads wanted: Set<String>?
  ) throws(LoadError) {
    if let name = wanted?.first(where: { name in !scenario.loads.contains { $0.name == name } }) {
      throw .noSuchLoad(name)
    }
    seed = scenario.seed
    workers = max(scenario.workers, 1)
    warmUp = scenario.warmUp.wholeNanoseconds
    duration = max(scenario.duration.wholeNanoseconds, 1)
    window = max(
      scenario.window.wholeNanoseconds, 1, duration / Int64(GeneratorLimits.windows))
    windowCount = Int((duration + window - 1) / window)
    connectTimeout = scenario.connectTimeout.wholeNanoseconds
    transactionTimeout = scenario.transactionTimeout.wholeNanoseconds
    self.target = target
    address = try TargetAddress(host: target.host, port: target.port)
    var loads: [PlannedLoad] = []
    for (number, load) in scenario.loads.enumerated() where wanted?.contains(load.name) ?? true {
      loads.append(
        try PlannedLoad(
          load, number: number, seed: scenario.seed, target: target, password: password,
          tables: scenario.tables))
    }
    guard !loads.isEmpty else { throw .noSuchLoad("") }
    self.loads = loads
  }

  /// Connections of all loads.
  var connections: Int { loads.reduce(0) { $0 + $1.tenants.count } }

  /// Where one worker's choices for one load come from; different for each.
  func random(load: Int, worker: Int, _ purpose: RandomPurpose) -> RandomSource {
    RandomSource.of(seed: seed, load: load, worker: worker, purpose)
  }
}

/// A load of a run with the messages of its clients, and the tenant of each of its connections.
struct PlannedLoad: Sendable {
  let load: Load
  /// Its place in the scenario.
  let number: Int
  let client: ClientPlan
  /// The tenants' names.
  let names: [String]
  /// Tenants by connection, over all workers.
  let tenants: [Int]

  init(
    _ load: Load, number: Int, seed: UInt64, target: LoadTarget, password: String?,
    tables: TableSizes
  ) throws(LoadError) {
    self.load = load
    self.number = number
    do throws(ClientPlanError) {
      client = try ClientPlan(load, target: target, password: password, tables: tables)
    } catch {
      throw .badLoad(name: load.name, error)
    }
    names = load.tenants.names
    var random = RandomSource.of(seed: seed, load: number, worker: 0, .assignment)
    tenants = TenantDraw(load.tenants).assignment(connections: load.connections, random: &random)
  }

  /// The tenants of one worker's connections: it has every n-th. Loads begin at different workers,
  /// so that small ones are spread.
  func tenants(ofWorker worker: Int, of workers: Int) -> [Int] {
    tenants.indices.filter { ($0 + number) % workers == worker }.map { tenants[$0] }
  }
}

/// What random numbers are for: each purpose has a stream of its own.
enum RandomPurpose: UInt64 {
  case assignment, arrivals, choices, connections
}

extension RandomSource {
  static func of(
    seed: UInt64, load: Int, worker: Int, _ purpose: RandomPurpose
  ) -> RandomSource {
    // The seed's first number, so that neighbouring seeds don't share streams.
    var source = RandomSource(seed: seed)
    let stream = UInt64(load) << 40 | UInt64(worker) << 8 | purpose.rawValue
    return RandomSource(seed: source.next() ^ stream)
  }
}
