internal import LocalFleet

/// What pgbench prints at its end.
struct PgbenchReport {
  /// Transactions that were done, all clients together.
  let transactions: Int
  /// The rate, without the time that connecting took.
  let transactionsPerSecond: Double

  /// Reads the text.
  ///
  /// - Throws: `FleetError.command` when the figures are not there, or a transaction failed.
  init(_ text: String) throws(FleetError) {
    func value(after label: String) -> Substring? {
      guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else {
        return nil
      }
      return line.dropFirst(label.count).prefix { !" /".contains($0) }
    }
    guard
      let transactions = value(after: "number of transactions actually processed: ")
        .flatMap({ Int($0) }),
      let rate = value(after: "tps = ").flatMap({ Double($0) }), transactions > 0,
      value(after: "number of failed transactions: ") ?? "0" == "0"
    else {
      throw .command("pgbench", outcome: "did not report what it should", output: text)
    }
    self.transactions = transactions
    transactionsPerSecond = rate
  }
}
