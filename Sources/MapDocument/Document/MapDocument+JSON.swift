internal import Foundation
internal import ShardMap

extension MapDocument {
  /// Reads a document from JSON.
  ///
  /// - Throws: ``MapDocumentError`` with the path of the first field that isn't as it should be.
  public static func decode(_ bytes: [UInt8]) throws(MapDocumentError) -> MapDocument {
    guard bytes.count <= MapLimits.documentBytes else {
      throw MapDocumentError(
        path: "",
        message:
          "the document is \(bytes.count) bytes long; the limit is \(MapLimits.documentBytes)")
    }
    do {
      return try JSONDecoder().decode(MapDocument.self, from: Data(bytes))
    } catch {
      if let fault = syntaxFault(of: bytes) { throw fault }
      throw MapDocumentError(error)
    }
  }

  /// What makes the bytes no JSON at all, or nil. The decoder says only that they aren't, and not
  /// where.
  private static func syntaxFault(of bytes: [UInt8]) -> MapDocumentError? {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
      return nil
    } catch {
      let detail = (error as NSError).userInfo[NSDebugDescriptionErrorKey] ?? error
      return MapDocumentError(path: "", message: "the document is not valid JSON: \(detail)")
    }
  }

  /// The document as JSON, with fields in alphabetical order, so that equal documents have equal
  /// bytes.
  public func encoded() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(self))
    } catch {
      preconditionFailure("strings, integers and lists can always be encoded: \(error)")
    }
  }
}

extension MapDocument: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case format, mapVersion, issuedAt, topology, shards, policies, pools, tenants
  }

  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    let format = try fields.decode(String.self, forKey: .format)
    guard format == Self.format else {
      throw DecodingError.dataCorruptedError(
        forKey: .format, in: fields,
        debugDescription:
          "\"\(format)\" is not a format this program reads; it reads \"\(Self.format)\"")
    }
    self.init(
      mapVersion: try fields.decodeCounter(forKey: .mapVersion),
      issuedAt: try fields.decode(IssueTime.self, forKey: .issuedAt),
      topology: try fields.decode(Topology.self, forKey: .topology),
      shards: try fields.decode([Shard].self, forKey: .shards),
      policies: try fields.decode([Policy].self, forKey: .policies),
      pools: try fields.decode([Pool].self, forKey: .pools),
      tenants: try fields.decode([Tenant].self, forKey: .tenants))
  }

  /// Encodes every field, defaults included.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(Self.format, forKey: .format)
    try fields.encode(mapVersion, forKey: .mapVersion)
    try fields.encode(issuedAt, forKey: .issuedAt)
    try fields.encode(topology, forKey: .topology)
    try fields.encode(shards, forKey: .shards)
    try fields.encode(policies, forKey: .policies)
    try fields.encode(pools, forKey: .pools)
    try fields.encode(tenants, forKey: .tenants)
  }
}
