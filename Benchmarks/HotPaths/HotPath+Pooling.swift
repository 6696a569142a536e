import Pooling

extension HotPath {
  /// What transaction pooling looks up and compares.
  static let pooling = [
    tables("client-statement") { Int(truncatingIfNeeded: $0.lookUpNames($1)) },
    tables("touch-link-statement") { $0.touchStatements($1) },
    tables("server-name") { $0.findServerNames($1) },
    tables("rewrite-bind") { try $0.rewriteBinds($1) },
    tables("compare-settings") { $0.compareSettings($1) },
    tables("wait-and-serve") { $0.waitAndServe($1) },
    tables("intern-statement") { Int(truncatingIfNeeded: try $0.intern($1)) },
    HotPath("pooling/instance-cap") {
      let cap = InstanceCap(limit: 100, workers: 2)
      return { count in
        var taken = 0
        for _ in 0..<count where cap.take(0) {
          taken += 1
          _ = cap.giveBack(0)
        }
        return taken
      }
    },
  ]

  private static func tables(
    _ name: String, _ work: @escaping @Sendable (inout PoolingTables, Int) throws -> Int
  ) -> HotPath {
    HotPath("pooling/\(name)", { try PoolingTables() }, work: work)
  }
}
