public import ShardMap

/// The tree whose root is signed: 4,096 buckets of records' leaves, 64 groups of buckets, one root.
///
/// A record's bucket is the first 12 bits of SHA-256 of its key, such as `tenant/acme`; inside a
/// bucket leaves have the order of those hashes. So the root depends on what the map holds and not
/// on how it came there, and one change rehashes one bucket, one group and the root.
///
/// A record takes 48 bytes: 16 of its key's hash, and its leaf. Two keys with the same first 128
/// bits of SHA-256 would be taken for one; nobody can make such a pair.
public struct RootTree: Sendable {
  private static let groups = 64
  private static let bucketsPerGroup = 64

  private var buckets = Array(repeating: RootBucket(), count: groups * bucketsPerGroup)
  private var bucketDigests = Array(repeating: Digest.zero, count: groups * bucketsPerGroup)
  private var groupDigests = Array(repeating: Digest.zero, count: groups)
  /// A word a group, a bit a bucket: those whose digest isn't computed yet.
  private var changed = Array(repeating: UInt64(0), count: groups)

  /// How many records there are.
  public private(set) var count = 0

  /// An empty tree; it has a root, too.
  public init() {}

  /// Puts a record's leaf in, in place of the one the key had.
  ///
  /// - Complexity: the bucket's records, a 4,096th of all.
  public mutating func set(_ key: ResourceKey, _ leaf: RecordLeaf) {
    let place = KeyHash(key)
    if buckets[place.bucket].set(place, leaf) { count += 1 }
    mark(place.bucket)
  }

  /// Puts in the leaf of a key that is known not to be there: a tree is filled in time linear in
  /// its records.
  mutating func insert(_ key: ResourceKey, _ leaf: RecordLeaf) {
    let place = KeyHash(key)
    buckets[place.bucket].insert(place, leaf)
    count += 1
    mark(place.bucket)
  }

  /// Takes a record's leaf out, if it is there.
  public mutating func remove(_ key: ResourceKey) {
    let place = KeyHash(key)
    guard buckets[place.bucket].remove(place) else { return }
    count -= 1
    mark(place.bucket)
  }

  private mutating func mark(_ bucket: Int) {
    changed[bucket / Self.bucketsPerGroup] |= 1 << UInt64(bucket % Self.bucketsPerGroup)
  }

  /// The root of what the tree holds. Only what changed since the last time is hashed.
  public var root: MapRoot {
    mutating get {
      var bytes: [UInt8] = []
      for group in 0..<Self.groups where changed[group] != 0 {
        rehash(group, &bytes)
      }
      bytes.removeAll(keepingCapacity: true)
      for digest in groupDigests { digest.append(to: &bytes) }
      withUnsafeBytes(of: UInt64(count).bigEndian) { bytes.append(contentsOf: $0) }
      return bytes.withUnsafeBytes { Digest(3, $0) }.root
    }
  }

  private mutating func rehash(_ group: Int, _ bytes: inout [UInt8]) {
    let range = group * Self.bucketsPerGroup..<(group + 1) * Self.bucketsPerGroup
    while changed[group] != 0 {
      let bucket = range.lowerBound + changed[group].trailingZeroBitCount
      changed[group] &= changed[group] - 1
      bucketDigests[bucket] = buckets[bucket].digest(&bytes)
    }
    guard range.contains(where: { !buckets[$0].isEmpty }) else {
      groupDigests[group] = .zero
      return
    }
    bytes.removeAll(keepingCapacity: true)
    for digest in bucketDigests[range] { digest.append(to: &bytes) }
    groupDigests[group] = bytes.withUnsafeBytes { Digest(2, $0) }
  }
}
