/// Bytes in order: put in at the end, taken from the front.
struct ByteQueue {
  private var storage: [UInt8] = []
  private var head = 0

  var count: Int { storage.count - head }
  var isEmpty: Bool { count == 0 }

  /// What is queued, oldest first.
  func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[head...])) }
  }

  mutating func append(_ bytes: some Collection<UInt8>) { storage.append(contentsOf: bytes) }

  mutating func removeFirst(_ count: Int) {
    precondition(count <= self.count, "more bytes were taken than are there")
    head += count
    if head == storage.count {
      storage.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 1 << 16 && head > storage.count / 2 {
      storage.removeFirst(head)
      head = 0
    }
  }

  mutating func take(_ count: Int) -> [UInt8] {
    let taken = Array(storage[head..<(head + count)])
    removeFirst(count)
    return taken
  }

  mutating func removeAll() { removeFirst(count) }
}
