/// The first 128 bits of SHA-256 of a key's text.
struct KeyHash: Hashable, Comparable {
  private let high: UInt64
  private let low: UInt64

  init(_ key: ResourceKey) {
    var text = key.description
    let digest = text.withUTF8 { Digest(nil, UnsafeRawBufferPointer($0)) }
    high = digest.first
    low = digest.second
  }

  /// The first 12 bits.
  var bucket: Int { Int(high >> 52) }

  static func < (left: KeyHash, right: KeyHash) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

/// A 4,096th of the records: their key hashes and leaves, in order once somebody needs the order.
struct RootBucket: Sendable {
  private struct Entry {
    let key: KeyHash
    var leaf: RecordLeaf
  }

  private var entries: [Entry] = []
  private var isSorted = true

  var isEmpty: Bool { entries.isEmpty }

  /// Whether the key is new.
  mutating func set(_ key: KeyHash, _ leaf: RecordLeaf) -> Bool {
    sort()
    let place = place(of: key)
    if place < entries.count, entries[place].key == key {
      entries[place].leaf = leaf
      return false
    }
    makeRoom()
    entries.insert(Entry(key: key, leaf: leaf), at: place)
    return true
  }

  /// The key is new.
  mutating func insert(_ key: KeyHash, _ leaf: RecordLeaf) {
    makeRoom()
    if let last = entries.last, key < last.key { isSorted = false }
    entries.append(Entry(key: key, leaf: leaf))
  }

  /// Whether the key was there.
  mutating func remove(_ key: KeyHash) -> Bool {
    sort()
    let place = place(of: key)
    guard place < entries.count, entries[place].key == key else { return false }
    entries.remove(at: place)
    return true
  }

  mutating func digest(_ bytes: inout [UInt8]) -> Digest {
    guard !entries.isEmpty else { return .zero }
    sort()
    bytes.removeAll(keepingCapacity: true)
    for entry in entries { entry.leaf.digest.append(to: &bytes) }
    return bytes.withUnsafeBytes { Digest(1, $0) }
  }

  /// An array would double; in steps of an eighth a large tree has little room that nobody uses.
  private mutating func makeRoom() {
    if entries.count == entries.capacity {
      entries.reserveCapacity(entries.count + max(4, entries.count / 8))
    }
  }

  private mutating func sort() {
    guard !isSorted else { return }
    entries.sort { $0.key < $1.key }
    isSorted = true
  }

  /// Where the key is, or would be.
  private func place(of key: KeyHash) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
