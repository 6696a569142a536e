internal import GRDB

/// What a walk over the log found.
public struct LogAudit: Hashable, Sendable {
  /// Links that hold, from the first on.
  public let links: Int64
  /// The last of them.
  public let head: ChainHash
  /// The first that doesn't.
  public let broken: BrokenLink?
}

/// A link that somebody wrote down elsewhere, so that not even a whole new chain can pass for the old.
public struct ChainAnchor: Hashable, Sendable {
  /// The event's place.
  public let sequence: Int64
  /// Its link.
  public let hash: ChainHash

  /// Reads `42:HEX`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let sequence = Int64(parts[0]), sequence > 0,
      let hash = Hexadecimal.bytes(String(parts[1])).flatMap({ ChainHash(bytes: $0) })
    else { return nil }
    self.sequence = sequence
    self.hash = hash
  }
}

extension ControlStore {
  /// Walks every link of the log, in one read transaction.
  ///
  /// - Complexity: linear in the log; one event in memory at a time.
  public func audit(against anchor: ChainAnchor? = nil) async throws(StoreError) -> LogAudit {
    try await read { db in
      var check = ChainCheck()
      do {
        let rows = try Row.fetchCursor(
          db, sql: "SELECT sequence, committed, event, hash FROM events ORDER BY sequence")
        while let row = try rows.next() {
          try check.follow(
            LogRow(
              sequence: row[0], committed: Timestamp(microseconds: row[1]), event: row.blob(2),
              hash: row.blob(3)))
          try anchor?.check(check)
        }
        try check.finish(at: Head.fetch(db))
        if let anchor, anchor.sequence > check.count {
          throw BrokenLink(
            sequence: check.count + 1,
            reason: "missing: the log ends at \(check.count), and the anchor is \(anchor.sequence)")
        }
      } catch let broken as BrokenLink {
        return LogAudit(links: check.count, head: check.head, broken: broken)
      }
      return LogAudit(links: check.count, head: check.head, broken: nil)
    }
  }
}

extension ChainAnchor {
  fileprivate func check(_ check: ChainCheck) throws(BrokenLink) {
    guard check.count == sequence, check.head != hash else { return }
    throw BrokenLink(
      sequence: sequence,
      reason:
        "the link is \(check.head), and the anchor says \(hash): the log up to here is another")
  }
}
