/// What `shardway pool plan` tells.
struct PoolPlanReport: Encodable {
  struct Router: Encodable {
    let name: String
    let tenants: Int
  }

  struct Overlap: Encodable {
    /// Routers that two tenants have in common.
    let shared: Int
    /// The share of pairs of tenants, 0...1.
    let pairs: Double
    /// What it would be by chance.
    let expected: Double
  }

  struct Load: Encodable {
    let min: Int
    let max: Int
    let mean: Double
  }

  struct Worst: Encodable {
    /// Tenants that lose all their routers, the one that takes them down among them.
    let tenants: Int
    /// Their part of all.
    let share: Double
  }

  struct Asked: Encodable {
    let id: String
    let isOfPool: Bool
    let routers: [String]
  }

  let pool: String
  let tenants: Int
  let perTenant: Int
  let routers: [Router]
  let load: Load
  let overlap: [Overlap]
  /// The share of pairs that share all their routers.
  let shareAll: Double
  /// The share of pairs that share none.
  let shareNone: Double
  /// What the worst tenant does when it takes its routers down.
  let worst: Worst
  /// Nil when no tenant was asked for.
  let tenant: Asked?

  init(_ plan: PoolPlan, tenant id: String?) {
    pool = plan.pool
    tenants = plan.tenants.count
    perTenant = plan.perTenant
    routers = zip(plan.routers, plan.load).map { Router(name: $0, tenants: $1) }
    load = Load(
      min: plan.load.min() ?? 0, max: plan.load.max() ?? 0,
      mean: Double(plan.load.reduce(0, +)) / Double(plan.routers.count))
    overlap = plan.overlap.shares.enumerated().map { shared, pairs in
      Overlap(
        shared: shared, pairs: pairs,
        expected: PoolOverlap.expected(
          sharing: shared, each: plan.perTenant, of: plan.routers.count))
    }
    shareAll = plan.overlap.shares.last ?? 0
    shareNone = plan.overlap.shares.first ?? 0
    worst = Worst(tenants: plan.worstLoss, share: plan.worstShare)
    tenant = id.map {
      Asked(id: $0, isOfPool: plan.tenants.contains($0), routers: plan.routers(of: $0))
    }
  }
}

extension PoolPlanReport {
  /// Above so many routers, only the spread of their load is told.
  private static let listedRouters = 16

  /// The report for people.
  var text: String {
    var lines = [
      "pool \(pool): \(tenants) tenants, each on \(perTenant) of \(routers.count) routers",
      "  pairs that share all their routers   \(Self.percent(shareAll))",
      "  pairs that share none                \(Self.percent(shareNone))",
      "  tenants a router                     \(load.min) to \(load.max), "
        + "\(NumberText.significant(load.mean, digits: 3)) on the average",
      "  the worst tenant takes down          \(worst.tenants) of \(tenants) tenants "
        + "(\(Self.percent(worst.share))), itself among them",
    ]
    lines += Self.table(
      [["routers in common", "pairs of tenants", "by chance"]]
        + overlap.map {
          ["\($0.shared)", Self.percent($0.pairs), Self.percent($0.expected)]
        })
    if routers.count <= Self.listedRouters {
      lines += Self.table(
        [["router", "tenants"]] + routers.map { [$0.name, "\($0.tenants)"] })
    }
    if let tenant {
      let stranger = tenant.isOfPool ? "" : " (not a tenant of this pool)"
      lines += ["", "tenant \(tenant.id)\(stranger): \(tenant.routers.joined(separator: ", "))"]
    }
    return lines.joined(separator: "\n")
  }

  private static func percent(_ share: Double) -> String {
    "\(NumberText.significant(share * 100, digits: 3)) %"
  }

  /// Rows as columns that line up, below an empty line.
  private static func table(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return [""]
      + rows.map { row in
        let cells = zip(row, widths).map { cell, width in
          cell + String(repeating: " ", count: width - cell.count)
        }
        let line = "  " + cells.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
      }
  }
}
