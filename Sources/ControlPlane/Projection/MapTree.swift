internal import Crypto
internal import Foundation
internal import GRDB
internal import MapExchange
internal import ShardMap

/// The map's digest tree as the store keeps it: a change rehashes its bucket, its group and the
/// root, whatever the size of the fleet. `RootTree` of MapExchange is the same tree in memory.
struct MapTree {
  /// Bytes of a digest.
  static let digestBytes = 32
  /// Buckets of one group.
  static let bucketsPerGroup = 64
  /// Groups under the root.
  static let groupCount = 64

  /// The root of a map without resources.
  static var emptyRoot: MapRoot {
    root(groups: [UInt8](repeating: 0, count: groupCount * digestBytes), count: 0)
  }

  /// Changed leaves by bucket; nil for one that goes.
  private var changes: [Int: [LeafPlace: [UInt8]?]] = [:]

  init() {}

  /// Notes a record's bytes, or nil for one that goes.
  mutating func set(_ key: ResourceKey, _ record: [UInt8]?) {
    let digest = Array(SHA256.hash(data: Array(key.description.utf8)))
    let bucket = Int(digest[0]) << 4 | Int(digest[1] >> 4)
    changes[bucket, default: [:]].updateValue(
      record.map { Array(SHA256.hash(data: [0] + $0)) }, forKey: LeafPlace(digest))
  }

  /// Writes the changed buckets and groups.
  ///
  /// - Returns: The new root.
  mutating func write(to db: Database, count: Int64) throws -> MapRoot {
    guard var groups = try db.row("SELECT groups FROM head")?.blob(0),
      groups.count == Self.groupCount * Self.digestBytes
    else { throw StoreError.damaged(what: "the digests of the map's groups are unreadable") }
    let byGroup = Dictionary(grouping: changes, by: { $0.key / Self.bucketsPerGroup })
    for (group, buckets) in byGroup.sorted(by: { $0.key < $1.key }) {
      let digests = try Self.writeGroup(group, buckets.sorted { $0.key < $1.key }, to: db)
      groups.replace(digest: group, with: Self.digest(2, unlessEmpty: digests))
    }
    changes = [:]
    try db.run("UPDATE head SET groups = ?", [groups.blob])
    return Self.root(groups: groups, count: count)
  }

  private static func writeGroup(
    _ group: Int, _ buckets: [(key: Int, value: [LeafPlace: [UInt8]?])], to db: Database
  ) throws -> [UInt8] {
    var digests =
      try db.row("SELECT digests FROM bucket_groups WHERE number = ?", [group])?.blob(0)
      ?? [UInt8](repeating: 0, count: bucketsPerGroup * digestBytes)
    for (bucket, changes) in buckets {
      var leaves = BucketLeaves(
        bytes: try db.row("SELECT leaves FROM buckets WHERE bucket = ?", [bucket])?.blob(0) ?? [])
      leaves.apply(changes)
      try db.run("INSERT OR REPLACE INTO buckets VALUES (?, ?)", [bucket, leaves.bytes.blob])
      digests.replace(digest: bucket % bucketsPerGroup, with: leaves.digest)
    }
    try db.run("INSERT OR REPLACE INTO bucket_groups VALUES (?, ?)", [group, digests.blob])
    return digests
  }

  private static func root(groups: [UInt8], count: Int64) -> MapRoot {
    var hash = SHA256()
    hash.update(data: [3])
    hash.update(data: groups)
    hash.update(
      data: stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: count >> $0) })
    // A SHA-256 has as many bytes as a root.
    return MapRoot(bytes: Array(hash.finalize())) ?? .none
  }

  /// The digest over digests; zeros over nothing but zeros.
  private static func digest(_ domain: UInt8, unlessEmpty digests: [UInt8]) -> [UInt8] {
    guard digests.contains(where: { $0 != 0 }) else {
      return [UInt8](repeating: 0, count: digestBytes)
    }
    var hash = SHA256()
    hash.update(data: [domain])
    hash.update(data: digests)
    return Array(hash.finalize())
  }
}

/// Where a leaf stands in its bucket: the first 16 bytes of its key's hash. Two keys that agree in
/// all of them can't be found.
private struct LeafPlace: Hashable {
  static let byteCount = 16
  let high: UInt64
  let low: UInt64

  init(_ hash: some RandomAccessCollection<UInt8>) {
    high = hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = hash.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  var bytes: [UInt8] {
    [high, low].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  static func < (left: LeafPlace, right: LeafPlace) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

/// The leaves of one bucket, in order: for each the place and the leaf.
private struct BucketLeaves {
  static let entryBytes = LeafPlace.byteCount + MapTree.digestBytes
  private(set) var bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var count: Int { bytes.count / Self.entryBytes }

  private func place(_ index: Int) -> LeafPlace {
    LeafPlace(bytes[(index * Self.entryBytes)...])
  }

  mutating func apply(_ changes: [LeafPlace: [UInt8]?]) {
    for (place, leaf) in changes {
      let index = firstIndex(notBefore: place)
      let isThere = index < count && self.place(index) == place
      let start = index * Self.entryBytes
      bytes.replaceSubrange(
        start..<(isThere ? start + Self.entryBytes : start),
        with: leaf.map { place.bytes + $0 } ?? [])
    }
  }

  private func firstIndex(notBefore place: LeafPlace) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self.place(middle) < place { low = middle + 1 } else { high = middle }
    }
    return low
  }

  var digest: [UInt8] {
    guard !bytes.isEmpty else { return [UInt8](repeating: 0, count: MapTree.digestBytes) }
    var leaves: [UInt8] = [1]
    leaves.reserveCapacity(1 + count * MapTree.digestBytes)
    for index in 0..<count {
      let start = index * Self.entryBytes + LeafPlace.byteCount
      leaves.append(contentsOf: bytes[start..<start + MapTree.digestBytes])
    }
    return Array(SHA256.hash(data: leaves))
  }
}

extension [UInt8] {
  /// Replaces one of the digests that stand one after the other.
  fileprivate mutating func replace(digest index: Int, with digest: [UInt8]) {
    replaceSubrange(
      index * MapTree.digestBytes..<(index + 1) * MapTree.digestBytes, with: digest)
  }
}
