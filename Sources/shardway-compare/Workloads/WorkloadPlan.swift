/// Which cells are measured: by default one dimension is varied at a time, from a common cell.
struct WorkloadPlan: Sendable {
  /// Values of each dimension; nil leaves it to the standard plan.
  struct Choice: Sendable {
    var servers: [Workload.Server]?
    var poolings: [Workload.Pooling]?
    var encryptions: [Workload.Encryption]?
    var clients: [Int]?
    var bytes: [Int]?
    var modes: [Workload.Mode]?
    var connections: [Workload.Connections]?

    /// Whether a dimension was chosen that the standard plan varies inside a setting.
    var namesCells: Bool { clients != nil || bytes != nil || modes != nil }
  }

  /// The cells, those of a setting together.
  let workloads: [Workload]

  /// The standard plan, or every combination of what was chosen.
  init(_ choice: Choice) {
    let standard = Self.standard.filter { workload in
      choice.servers?.contains(workload.setting.server) ?? true
        && choice.poolings?.contains(workload.setting.pooling) ?? true
        && choice.encryptions?.contains(workload.setting.encryption) ?? true
        && choice.connections?.contains(workload.connections) ?? true
    }
    workloads = choice.namesCells ? Self.combinations(choice) : standard
  }

  /// The cells by setting, in order.
  var settings: [(setting: Workload.Setting, workloads: [Workload])] {
    var order: [Workload.Setting] = []
    for workload in workloads where !order.contains(workload.setting) {
      order.append(workload.setting)
    }
    return order.map { setting in (setting, workloads.filter { $0.setting == setting }) }
  }

  /// Many and few clients, small and large rows, with and without sharing and encryption.
  private static let standard: [Workload] = {
    typealias Setting = Workload.Setting
    func cells(
      _ setting: Setting, _ all: [(clients: Int, transaction: Workload.Transaction)],
      _ mode: Workload.Mode = .simple
    ) -> [Workload] {
      all.map {
        Workload(setting: setting, clients: $0.clients, transaction: $0.transaction, mode: mode)
      }
    }
    func connecting(_ setting: Setting) -> [Workload] {
      [.anew, .resumed].map {
        Workload(setting: setting, clients: 8, transaction: .row(bytes: 64), connections: $0)
      }
    }
    let shared = Setting(server: .null, pooling: .transaction)
    let realShared = Setting(server: .postgres, pooling: .transaction)
    return cells(
      Setting(server: .null),
      [1, 8, 64, 1_000, 5_000].map { ($0, .row(bytes: 64)) }
        + [4 << 10, 64 << 10, 1 << 20].map { (8, .row(bytes: $0)) })
      + cells(shared, [64, 1_000, 5_000].map { ($0, .row(bytes: 64)) })
      + cells(shared, [(64, .row(bytes: 64))], .extended)
      + cells(
        Setting(server: .null, encryption: .on),
        [(64, .row(bytes: 64)), (8, .row(bytes: 64 << 10)), (8, .row(bytes: 1 << 20))])
      + cells(
        Setting(server: .null, encryption: .ends),
        [(64, .row(bytes: 64)), (8, .row(bytes: 64 << 10))])
      + cells(
        Setting(server: .null, pooling: .transaction, encryption: .ends), [(64, .row(bytes: 64))])
      + connecting(Setting(server: .null, pooling: .transaction, encryption: .ends))
      + connecting(Setting(server: .null, encryption: .direct))
      + cells(Setting(server: .postgres), [1, 8, 64].map { ($0, .select) })
      + cells(Setting(server: .postgres), [1, 4].map { ($0, .row(bytes: 1 << 20)) })
      + cells(realShared, [64, 1_000].map { ($0, .select) })
      + cells(realShared, [(64, .select)], .extended)
      + cells(Setting(server: .postgres, encryption: .on), [(64, .select)])
  }()

  private static func combinations(_ choice: Choice) -> [Workload] {
    var all: [Workload] = []
    for server in choice.servers ?? [.null] {
      for pooling in choice.poolings ?? [.session] {
        for encryption in choice.encryptions ?? [.off] {
          all += combinations(
            Workload.Setting(server: server, pooling: pooling, encryption: encryption), choice)
        }
      }
    }
    return all.filter(\.isPossible)
  }

  private static func combinations(
    _ setting: Workload.Setting, _ choice: Choice
  ) -> [Workload] {
    var all: [Workload] = []
    for bytes in choice.bytes ?? [64] {
      for mode in choice.modes ?? [.simple] {
        for connections in choice.connections ?? [.kept] {
          all += (choice.clients ?? [64]).map {
            Workload(
              setting: setting, clients: $0, transaction: .row(bytes: bytes), mode: mode,
              connections: connections)
          }
        }
      }
    }
    return all
  }
}

extension Workload {
  /// Whether the servers can carry it, and there are sessions to resume where they are to be.
  var isPossible: Bool {
    guard setting.pooling == .transaction || fitsSessions else { return false }
    return connections != .resumed || setting.encryption.endsAtProxy
  }

  /// Whether each client can have a server connection of its own: a PostgreSQL server has not a
  /// process for each of thousands.
  var fitsSessions: Bool {
    setting.server == .null || clients <= ComparisonLimits.postgresSessions
  }
}
