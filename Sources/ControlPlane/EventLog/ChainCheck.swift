/// One row of the log as the store has it.
public struct LogRow: Hashable, Sendable {
  /// The row's place.
  public let sequence: Int64
  /// When the store says it was committed.
  public let committed: Timestamp
  /// The event's bytes.
  public let event: [UInt8]
  /// The link's bytes.
  public let hash: [UInt8]

  /// A row from its parts.
  public init(sequence: Int64, committed: Timestamp, event: [UInt8], hash: [UInt8]) {
    self.sequence = sequence
    self.committed = committed
    self.event = event
    self.hash = hash
  }
}

/// The first link of the log that doesn't hold.
public struct BrokenLink: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place in the log.
  public let sequence: Int64
  /// What is wrong there.
  public let reason: String

  /// Place and reason in one line.
  public var description: String { "event \(sequence): \(reason)" }
}

/// Walks the log row by row and finds the first link that doesn't hold.
public struct ChainCheck: Sendable {
  /// Links that held.
  public private(set) var count: Int64 = 0
  /// The last link that held.
  public private(set) var head = ChainHash.origin

  /// A walk that stands before the first event.
  public init() {}

  /// Checks the next row.
  public mutating func follow(_ row: LogRow) throws(BrokenLink) {
    let expected = count + 1
    guard row.sequence == expected else {
      throw BrokenLink(
        sequence: expected,
        reason: row.sequence > expected
          ? "missing: the next event in the log is \(row.sequence)"
          : "the event \(row.sequence) is there twice or out of order")
    }
    let link = head.following(with: row.event)
    guard link.bytes == row.hash else {
      throw BrokenLink(
        sequence: row.sequence,
        reason: "the link is \(Hexadecimal.text(row.hash)), but the event and the link before it "
          + "give \(link): the event, its link or the event before was changed")
    }
    guard let event = CloudEvent(canonical: row.event) else {
      throw BrokenLink(sequence: row.sequence, reason: "the event is not a canonical CloudEvent")
    }
    guard event.sequence == row.sequence else {
      throw BrokenLink(
        sequence: row.sequence, reason: "the event says that it is number \(event.sequence)")
    }
    guard event.time == row.committed else {
      throw BrokenLink(
        sequence: row.sequence, reason: "the event says \(event.time), the log \(row.committed)")
    }
    count = row.sequence
    head = link
  }

  /// Checks that the log ends where the store says it does.
  public func finish(at head: Head) throws(BrokenLink) {
    guard head.sequence <= count else {
      throw BrokenLink(
        sequence: count + 1,
        reason:
          "missing: the log ends at \(count), and the store had written up to \(head.sequence)")
    }
    guard head.sequence == count, head.hash == self.head else {
      throw BrokenLink(
        sequence: count,
        reason: "the log ends with link \(self.head), the store says \(head.sequence) with "
          + "\(head.hash)")
    }
  }
}
