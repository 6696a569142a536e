internal import LocalFleet

/// What pgbench does in a block.
struct Workload: Sendable, Codable {
  /// What one transaction is.
  enum Kind: String, Sendable, Codable {
    /// `pgbench -S`: one row of some hundred bytes by its key.
    case select
    /// One row of 1 MiB.
    case bulk
  }

  /// How pgbench talks to the server.
  enum ProtocolMode: String, Sendable, Codable, CaseIterable {
    case simple, extended, prepared
  }

  /// How clients and server connections belong together.
  enum Pooling: String, Sendable, Codable, CaseIterable {
    /// A server connection for each client.
    case session
    /// Clients borrow one for each transaction.
    case transaction
  }

  let kind: Kind
  let clients: Int
  var protocolMode = ProtocolMode.simple
  var pooling = Pooling.session

  /// Bytes of a large row.
  static let bulkRowBytes = 1 << 20

  /// Variables that make glibc keep the memory of a large row for the next one.
  ///
  /// Otherwise server and pgbench give it back to the kernel after each row, and take 750 page
  /// faults for the next: then they, and not the proxies, are what is measured.
  static let keepsMemory = [
    "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_TOP_PAD_": "16777216",
  ]

  /// What is measured where each client has a server connection, in this order.
  static func ofSessions(_ mode: ProtocolMode) -> [Workload] {
    [1, 8, 64].map { Workload(kind: .select, clients: $0, protocolMode: mode) }
      + [1, 4].map { Workload(kind: .bulk, clients: $0, protocolMode: mode) }
  }

  /// What is measured where clients share server connections.
  static func ofSharers(_ modes: [ProtocolMode]) -> [Workload] {
    modes.map {
      Workload(kind: .select, clients: 64, protocolMode: $0, pooling: .transaction)
    }
  }

  /// The headline of its table.
  var title: String {
    let who = clients == 1 ? "1 client" : "\(clients) clients"
    let mode = protocolMode == .simple && pooling == .session ? "" : " -M \(protocolMode.rawValue)"
    let sharing =
      pooling == .session ? "" : " over \(ComparisonLimits.sharedServers) server connections"
    return switch kind {
    case .select: "pgbench -S\(mode), \(who)\(sharing)"
    case .bulk: "rows of 1 MiB\(mode), \(who)"
    }
  }

  /// What is counted: a transaction of the bulk workload is 1 MiB.
  var unit: String { kind == .select ? "tx" : "MiB" }

  /// The arguments of pgbench that choose the transaction.
  func arguments(scripts: Scripts) -> [String] {
    switch kind {
    case .select: ["-S"]
    case .bulk: ["-f", scripts.bulk]
    }
  }

  /// Files that pgbench reads its transactions from.
  struct Scripts: Sendable {
    let bulk: String

    /// Writes them into a fleet's folder.
    ///
    /// The row is made of few large pieces, and not read from a table: that costs the server least,
    /// which would otherwise be slower than any proxy.
    static func write(in fleet: Fleet) throws(FleetError) -> Scripts {
      let bulk = "SELECT repeat(repeat('x', 1024), \(Workload.bulkRowBytes / 1024));\n"
      return Scripts(bulk: try fleet.write(bulk, to: "bulk.sql"))
    }
  }
}
