public import ShardMap

/// One signature of a seal.
public struct SealSignature: Hashable, Sendable {
  /// ``TrustedKey/keyID`` of the key that signed.
  public let keyID: String
  /// 64 bytes, Ed25519 (RFC 8032).
  public let signature: [UInt8]

  /// A signature from its parts; nothing is checked.
  public init(keyID: String, signature: [UInt8]) {
    self.keyID = keyID
    self.signature = signature
  }
}

/// Says, signed: at this version, the map's root is this.
///
/// One seal serves the snapshot of its version and every delta that leads to it.
public struct MapSeal: Hashable, Sendable {
  /// Commit order of the control plane: the sequence number of the last event in the map.
  public let mapVersion: UInt64
  /// When it was sealed, in milliseconds since 1970.
  public let issuedAtMilliseconds: Int64
  /// The root of the map's records.
  public let root: MapRoot
  /// Names of what a reader must know to use the map; sorted by whoever seals, kept as they came.
  public let requires: [String]
  /// One for each key that signed.
  public let signatures: [SealSignature]

  /// A seal from its parts; nothing is checked.
  public init(
    mapVersion: UInt64, issuedAtMilliseconds: Int64, root: MapRoot, requires: [String] = [],
    signatures: [SealSignature]
  ) {
    self.mapVersion = mapVersion
    self.issuedAtMilliseconds = issuedAtMilliseconds
    self.root = root
    self.requires = requires
    self.signatures = signatures
  }

  /// Refuses to go back: throws ``ExchangeError/older(version:current:)`` when the sealed map is
  /// older than the one in use, and ``ExchangeError/wrongRoot(expected:found:)`` when it has its
  /// version and another content.
  public func check(replaces version: UInt64, root current: MapRoot) throws(ExchangeError) {
    guard mapVersion >= version else { throw .older(version: mapVersion, current: version) }
    guard mapVersion > version || root == current else {
      throw .wrongRoot(expected: current, found: root)
    }
  }

  /// What is signed: a line that says what it is, and the seal without its signatures.
  var signedBytes: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    writeStatement(&json)
    json.endObject()
    return Array("shardway.seal/1\n".utf8) + json.bytes
  }

  private func writeStatement(_ json: inout JSONWriter) {
    json.field("issuedAt", issuedAtMilliseconds)
    json.field("mapVersion", mapVersion)
    json.field("requires", requires)
    json.field("root", root.description)
  }

  /// The seal as the value of a header's field.
  func write(_ json: inout JSONWriter) {
    json.beginObject()
    writeStatement(&json)
    json.name("signatures")
    json.beginList()
    for signature in signatures {
      json.beginObject()
      json.field("keyID", signature.keyID)
      json.field("signature", Base64.text(signature.signature))
      json.endObject()
    }
    json.endList()
    json.endObject()
  }

  /// Reads what ``write(_:)`` wrote. A field that nobody here knows isn't covered by a signature,
  /// and is passed over.
  init(_ view: JSONView) throws(ExchangeError) {
    guard var fields = view.fields,
      let issuedAt = fields.take("issuedAt")?.signed,
      let mapVersion = fields.take("mapVersion")?.unsigned,
      let requires = fields.take("requires")?.strings,
      let root = fields.take("root")?.string.flatMap({ MapRoot($0) }),
      let signatures = fields.take("signatures")?.elements
    else {
      throw .malformed(
        line: 1,
        reason: "a seal has issuedAt, mapVersion, requires, root and signatures, each of its type")
    }
    guard requires.count <= ExchangeLimits.requiredFeatures else {
      throw .tooLarge("the list of required features", limit: ExchangeLimits.requiredFeatures)
    }
    guard signatures.count <= ExchangeLimits.signatures else {
      throw .tooLarge("the number of signatures", limit: ExchangeLimits.signatures)
    }
    var read: [SealSignature] = []
    for signature in signatures { read.append(try Self.signature(signature)) }
    self.init(
      mapVersion: mapVersion, issuedAtMilliseconds: issuedAt, root: root, requires: requires,
      signatures: read)
  }

  private static func signature(_ view: JSONView) throws(ExchangeError) -> SealSignature {
    guard var fields = view.fields, let keyID = fields.take("keyID")?.string,
      let signature = fields.take("signature")?.string.flatMap({ Base64.bytes($0) })
    else {
      throw .malformed(line: 1, reason: "a signature has a keyID, and a signature in Base64")
    }
    return SealSignature(keyID: keyID, signature: signature)
  }
}
