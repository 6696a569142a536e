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

  let kind: Kind
  let clients: Int

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

  /// What is measured, in this order.
  static let all =
    [1, 8, 64].map { Workload(kind: .select, clients: $0) }
    + [1, 4].map { Workload(kind: .bulk, clients: $0) }

  /// The headline of its table.
  var title: String {
    let who = clients == 1 ? "1 client" : "\(clients) clients"
    return switch kind {
    case .select: "pgbench -S, \(who)"
    case .bulk: "rows of 1 MiB, \(who)"
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
