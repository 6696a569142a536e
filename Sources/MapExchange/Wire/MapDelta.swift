/// What changed between two versions of a map.
public struct MapDelta: Hashable, Sendable {
  /// The version that it begins at.
  public let from: UInt64
  /// Its version is the one that the delta leads to, its root the root there.
  public let seal: MapSeal
  /// Records that are new or replaced, in the order of their keys.
  public let upserts: [MapRecord]
  /// Keys that are gone, in the opposite order: what refers to something goes first.
  public let removes: [ResourceKey]

  /// A delta from its parts, which it brings into order.
  public init(from: UInt64, seal: MapSeal, upserts: [MapRecord], removes: [ResourceKey]) {
    self.from = from
    self.seal = seal
    self.upserts = upserts.sorted { $0.key < $1.key }
    self.removes = removes.sorted { $0 > $1 }
  }

  /// The delta as it travels: JSON lines in a Zstandard frame.
  public func encoded() -> [UInt8] {
    var compressor = ZstdCompressor()
    compressor.append(header + [UInt8(ascii: "\n")])
    for record in upserts { compressor.append(record.bytes + [UInt8(ascii: "\n")]) }
    for key in removes {
      var json = JSONWriter()
      json.beginObject()
      json.field("remove", key.description)
      json.endObject()
      compressor.append(json.bytes + [UInt8(ascii: "\n")])
    }
    compressor.finish()
    return compressor.takeOutput()
  }

  private var header: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("format", ExchangeFormat.delta)
    json.field("from", from)
    json.field("removes", removes.count)
    json.name("seal")
    seal.write(&json)
    json.field("upserts", upserts.count)
    json.endObject()
    return json.bytes
  }

  /// Refuses a delta that doesn't begin at the version in use: throws
  /// ``ExchangeError/older(version:current:)`` when it doesn't lead beyond that, and
  /// ``ExchangeError/notFrom(from:current:)`` when it begins elsewhere.
  public func check(appliesTo version: UInt64) throws(ExchangeError) {
    guard seal.mapVersion > version else {
      throw .older(version: seal.mapVersion, current: version)
    }
    guard from == version else { throw .notFrom(from: from, current: version) }
  }

  /// Lays the delta into a tree and compares its root with the sealed one.
  ///
  /// - Throws: ``ExchangeError/wrongRoot(expected:found:)``, or
  ///   ``ExchangeError/malformed(line:reason:)`` when it removes what isn't there. The tree is then
  ///   as it was.
  public func apply(to tree: inout RootTree) throws(ExchangeError) {
    var copy = tree
    for record in upserts { copy.set(record.key, record.leaf) }
    for key in removes {
      let before = copy.count
      copy.remove(key)
      guard copy.count < before else {
        throw .malformed(line: 0, reason: "the delta removes \(key), which isn't there")
      }
    }
    let root = copy.root
    guard root == seal.root else { throw .wrongRoot(expected: seal.root, found: root) }
    tree = copy
  }
}
