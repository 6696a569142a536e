internal import Synchronization

/// Words of a page that one process writes and others read whole: a sequence word that is odd while
/// they are written, the words, and their checksum.
///
/// A writer that dies in the middle leaves the sequence odd; one that is cut off by a power failure
/// leaves a wrong checksum. Either way readers find nothing instead of half of something.
/// Source: Boehm, "Can Seqlocks Get Along With Programming Language Memory Models?", MSPC 2012.
struct PageRecord {
  let memory: PageMemory
  /// Where the sequence word stands.
  let offset: Int
  /// Words between the sequence and the checksum.
  let count: Int

  /// Bytes that a record of so many words takes.
  static func byteCount(words: Int) -> Int { 8 * (words + 2) }

  private var first: Int { offset + 8 }
  private var checksum: Int { offset + 8 * (count + 1) }

  /// Writes all words. Only the one writer of the record may.
  func write(_ words: [UInt64]) {
    begin()
    for (place, word) in words.enumerated() { memory.store(word, first + 8 * place) }
    memory.store(PageMemory.checksum(of: words), checksum)
    memory.store((memory.load(offset) | 1) &+ 1, offset, ordering: .releasing)
  }

  /// Marks the record as being written. A sequence that a dead writer left odd stays odd.
  private func begin() {
    memory.store(memory.load(offset) | 1, offset)
    atomicMemoryFence(ordering: .releasing)
  }

  /// The words as one writer wrote them; nil while they are being written, when the writer died in
  /// the middle, and when they are damaged.
  func read() -> [UInt64]? {
    let sequence = memory.load(offset, ordering: .acquiring)
    guard sequence & 1 == 0, sequence != 0 else { return nil }
    let words = (0..<count).map { memory.load(first + 8 * $0) }
    let found = memory.load(checksum)
    atomicMemoryFence(ordering: .acquiring)
    guard memory.load(offset) == sequence, PageMemory.checksum(of: words) == found else {
      return nil
    }
    return words
  }

  /// Makes readers find nothing until the next write.
  func clear() {
    begin()
    memory.store(0, offset, ordering: .releasing)
  }
}
