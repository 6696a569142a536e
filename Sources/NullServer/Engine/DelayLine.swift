/// What came and is not to be answered yet, in the order in which it came.
struct DelayLine {
  /// Bytes of one connection, which counts as an operation of it.
  struct Entry {
    let dueAt: UInt64
    let index: Int
    let bytes: [UInt8]
  }

  private var entries: [Entry] = []
  private var head = 0

  /// When the next one is due.
  var nextDueAt: UInt64? { head < entries.count ? entries[head].dueAt : nil }

  mutating func append(_ entry: Entry) { entries.append(entry) }

  /// The next one, if it is due.
  mutating func takeDue(at now: UInt64) -> Entry? {
    guard head < entries.count, entries[head].dueAt <= now else { return nil }
    let entry = entries[head]
    head += 1
    if head > 1_024, head > entries.count / 2 {
      entries.removeFirst(head)
      head = 0
    }
    return entry
  }
}
