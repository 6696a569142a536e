import Crypto
import MapExchange
import RandomNumbers
import ShardMap
import Testing

@Suite("The root of a map")
struct RootTreeTests {
  /// The definition, word for word.
  private func naiveRoot(_ records: [ResourceKey: [UInt8]]) -> MapRoot {
    func sha(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
    let zeros = [UInt8](repeating: 0, count: 32)
    var buckets = [[(key: [UInt8], leaf: [UInt8])]](repeating: [], count: 4_096)
    for (key, bytes) in records {
      let hash = sha(Array(key.description.utf8))
      buckets[Int(hash[0]) << 4 | Int(hash[1]) >> 4].append((hash, sha([0] + bytes)))
    }
    let digests = buckets.map { bucket in
      bucket.isEmpty
        ? zeros
        : sha(
          [1] + bucket.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.leaf))
    }
    let groups = (0..<64).map { group in
      let range = group * 64..<(group + 1) * 64
      return range.allSatisfy { buckets[$0].isEmpty }
        ? zeros : sha([2] + digests[range].flatMap { $0 })
    }
    let count = (0..<8).map { UInt8(truncatingIfNeeded: records.count >> (56 - 8 * $0)) }
    return MapRoot(bytes: sha([3] + groups.flatMap { $0 } + count))!
  }

  @Test("of nothing is a root too, and not the one that means none")
  func empty() {
    var tree = RootTree()
    #expect(tree.root == naiveRoot([:]))
    #expect(tree.root != .none)
  }

  @Test("is the one that the definition gives, whatever came and went before", arguments: 0..<12)
  func history(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var tree = RootTree()
    var records: [ResourceKey: [UInt8]] = [:]
    let span = [3, 40, 3_000, 20_000][Int(seed % 4)]
    for step in 1...2_000 {
      let key = ResourceKey(
        kind: ResourceKind.allCases.randomElement(using: &random)!,
        id: "r\(Int.random(in: 0..<span, using: &random))")
      if Int.random(in: 0..<3, using: &random) == 0 {
        records[key] = nil
        tree.remove(key)
      } else {
        let bytes = [UInt8](repeating: UInt8(step % 251), count: step % 90)
        records[key] = bytes
        tree.set(key, RecordLeaf(hashing: bytes))
      }
      if step % 400 == 0 { #expect(tree.root == naiveRoot(records)) }
    }
    #expect(tree.count == records.count)
    let root = tree.root

    var fresh = RootTree()
    for (key, bytes) in records.shuffled(using: &random) {
      fresh.set(key, RecordLeaf(hashing: bytes))
    }
    #expect(fresh.root == root)

    for key in records.keys.shuffled(using: &random) { tree.remove(key) }
    var empty = RootTree()
    #expect(tree.root == empty.root)
    #expect(tree.count == 0)
  }

  @Test("changes with one byte of one record, with a key and with the count")
  func sensitivity() {
    let key = ResourceKey("tenant/a")!
    var tree = RootTree()
    tree.set(key, RecordLeaf(hashing: [1, 2, 3]))
    var roots: Set<MapRoot> = [tree.root]
    for change in [[1, 2, 4], [1, 2], [1, 2, 3, 0], []] as [[UInt8]] {
      var other = tree
      other.set(key, RecordLeaf(hashing: change))
      roots.insert(other.root)
    }
    var moved = RootTree()
    moved.set(ResourceKey("tenant/b")!, RecordLeaf(hashing: [1, 2, 3]))
    roots.insert(moved.root)
    var more = tree
    more.set(ResourceKey("tenant/b")!, RecordLeaf(hashing: [1, 2, 3]))
    roots.insert(more.root)
    #expect(roots.count == 7)
  }

  @Test("of a copy is the copy's own")
  func copies() {
    var tree = RootTree()
    tree.set(ResourceKey("tenant/a")!, RecordLeaf(hashing: [1]))
    let before = tree.root
    var copy = tree
    copy.set(ResourceKey("tenant/b")!, RecordLeaf(hashing: [2]))
    #expect(copy.root != before)
    #expect(tree.root == before)
    copy.remove(ResourceKey("tenant/b")!)
    copy.remove(ResourceKey("tenant/never")!)
    #expect(copy.root == before)
  }
}
