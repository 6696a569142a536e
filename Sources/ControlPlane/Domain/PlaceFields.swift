/// A region's own fields; its zones are resources of their own.
struct RegionFields: Decodable {
  let id: String

  init(from decoder: any Decoder) throws {
    let fields = try decoder.onlyFields(["id"])
    id = try fields.decode(String.self, forKey: FieldName("id"))
  }
}

/// A zone and the region it is in.
struct ZoneFields: Decodable {
  let id: String
  let region: String

  init(from decoder: any Decoder) throws {
    let fields = try decoder.onlyFields(["id", "region"])
    id = try fields.decode(String.self, forKey: FieldName("id"))
    region = try fields.decode(String.self, forKey: FieldName("region"))
  }
}

extension Decoder {
  /// The fields of an object that has no others: a misspelt field is an error.
  fileprivate func onlyFields(
    _ known: Set<String>
  ) throws -> KeyedDecodingContainer<FieldName> {
    let fields = try container(keyedBy: FieldName.self)
    if let unknown = fields.allKeys.first(where: { !known.contains($0.stringValue) }) {
      throw DecodingError.dataCorruptedError(
        forKey: unknown, in: fields,
        debugDescription: "the field is unknown here; known are "
          + known.sorted().joined(separator: ", "))
    }
    return fields
  }
}

private struct FieldName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
