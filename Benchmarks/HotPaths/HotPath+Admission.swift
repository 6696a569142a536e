import ShardMap

extension HotPath {
  /// The envelope check of a transaction, with its end: where the worker has some of the tenant's rate
  /// left, and where it takes more each time. A turn in the fair queue.
  static let admission = [
    transactions("local/1", tenants: 1, plenty),
    transactions("local/1m", tenants: 1_000_000, plenty),
    transactions("borrow/1", tenants: 1, oneAtATime),
    transactions("borrow/1m", tenants: 1_000_000, oneAtATime),
    HotPath("admission/wait-and-serve", { WaitingSessions() }, work: { $0.serve($1) }),
  ]

  /// A slice of it lasts for thousands of transactions.
  private static let plenty = Envelope(
    transactionsPerSecond: 10_000_000, transactionBurst: 1_000_000, serverConnections: 100)
  /// A slice of it is one transaction.
  private static let oneAtATime = Envelope(
    transactionsPerSecond: 10_000_000, transactionBurst: 1, serverConnections: 100)

  private static func transactions(
    _ name: String, tenants: Int, _ envelope: Envelope
  ) -> HotPath {
    HotPath(
      "admission/transaction/\(name)", { AdmissionTables(tenants: tenants, envelope: envelope) },
      work: { $0.run($1) })
  }
}
