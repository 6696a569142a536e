/// A router's place in a freshness page. It is given back when it is released or dropped, and taken
/// by another router when the process is gone.
public final class RouterSlot: Sendable {
  private let memory: PageMemory
  private let offset: Int
  private let owner: ProcessMark

  init(memory: PageMemory, offset: Int, owner: ProcessMark) {
    self.memory = memory
    self.offset = offset
    self.owner = owner
  }

  deinit { release() }

  /// Says something new, instead of what was said before. One thread at a time.
  public func write(_ statement: RouterStatement) {
    guard memory.load(offset) == owner.word else { return }
    PageLayout.record(ofSlot: offset, memory).write([owner.word] + statement.words)
  }

  /// Gives the place back; nothing can be said any more.
  public func release() {
    guard memory.load(offset) == owner.word else { return }
    PageLayout.record(ofSlot: offset, memory).clear()
    _ = memory.exchange(owner.word, by: ProcessMark.none, offset)
  }
}

extension FreshnessPage {
  /// Takes a place for a router: a free one, or one of a process that is gone. Nil when all are
  /// taken.
  public func claimSlot(routerID: UInt64, pid: Int32) -> RouterSlot? {
    let owner = ProcessMark(pid: pid)
    for index in 0..<PageLayout.slotCount {
      let offset = PageLayout.slot(index)
      let found = memory.load(offset, ordering: .acquiring)
      guard found == ProcessMark.none || !ProcessMark(word: found).isAlive,
        memory.exchange(found, by: owner.word, offset)
      else { continue }
      let slot = RouterSlot(memory: memory, offset: offset, owner: owner)
      slot.write(RouterStatement(routerID: routerID))
      return slot
    }
    return nil
  }

  /// What the routers that run have said. Reads a few files of `/proc`.
  public var routers: [RouterStatement] {
    (0..<PageLayout.slotCount).compactMap { index in
      let offset = PageLayout.slot(index)
      let owner = ProcessMark(word: memory.load(offset, ordering: .acquiring))
      guard owner.isAlive, let words = statement(inSlot: offset),
        // The slot may have changed hands, and the new owner has said nothing yet.
        words[0] == owner.word
      else { return nil }
      return RouterStatement(words: Array(words.dropFirst()), pid: owner.pid)
    }
  }

  /// A slot's words; a router that is just writing is waited for, for as long as that may take.
  private func statement(inSlot offset: Int) -> [UInt64]? {
    for _ in 0..<PageLayout.slotReadAttempts {
      if let words = PageLayout.record(ofSlot: offset, memory).read() { return words }
    }
    return nil
  }
}

extension PageLayout {
  fileprivate static let slotReadAttempts = 1000

  /// What stands in a slot behind the owner: the owner again, who has said it, and what was said.
  fileprivate static func record(ofSlot offset: Int, _ memory: PageMemory) -> PageRecord {
    PageRecord(memory: memory, offset: offset + 8, count: 1 + RouterStatement.wordCount)
  }
}
