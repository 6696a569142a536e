public import MapExchange

/// A fact of the log: a CloudEvent (CloudEvents 1.0.2, JSON format) with the extensions
/// `sequence`, `correlationid`, `actor` and `why`.
public struct CloudEvent: Hashable, Sendable {
  /// What all types begin with.
  public static let typePrefix = "dev.shardway."

  /// Its place in the log, from 1 without gaps: the map's version after it.
  public let sequence: Int64
  /// The store it was written to: `/shardway/control/ID`.
  public let source: String
  /// What happened to the resource.
  public let kind: ResourceEvent.Kind
  /// The resource.
  public let subject: ResourceKey
  /// When its transaction was about to commit.
  public let time: Timestamp
  /// The name of the token that asked for it.
  public let actor: String
  /// What ties it to the request, and to whatever the request was part of.
  public let correlationID: String
  /// The reason that was given.
  public let why: String?
  /// The resource's version after it.
  public let version: Int64
  /// The canonical record of the resource after it; nil for a deletion.
  public let record: [UInt8]?

  /// `dev.shardway.tenant.created` and the like.
  public var type: String { "\(Self.typePrefix)\(subject.kind.rawValue).\(kind.rawValue)" }

  /// The event as canonical JSON: what is hashed, stored and served.
  public var canonical: [UInt8] {
    var writer = JSONWriter(capacity: 640)
    writer.raw("{\"actor\":")
    writer.string(actor)
    writer.raw(",\"correlationid\":")
    writer.string(correlationID)
    writer.raw(",\"data\":{")
    if let record {
      writer.raw("\"resource\":")
      writer.raw(record)
      writer.raw(",")
    }
    writer.raw("\"version\":")
    writer.raw(String(version).utf8)
    writer.raw("},\"datacontenttype\":\"application/json\",\"id\":")
    writer.string(String(sequence))
    writer.raw(",\"sequence\":")
    writer.string(String(sequence))
    writer.raw(",\"source\":")
    writer.string(source)
    writer.raw(",\"specversion\":\"1.0\",\"subject\":")
    writer.string(subject.description)
    writer.raw(",\"time\":")
    writer.string(time.description)
    writer.raw(",\"type\":")
    writer.string(type)
    if let why {
      writer.raw(",\"why\":")
      writer.string(why)
    }
    writer.raw("}")
    return writer.bytes
  }
}

extension CloudEvent {
  /// Reads an event of the log; nil when a field is missing or not as ``canonical`` writes it.
  public init?(canonical bytes: [UInt8]) {
    guard let value = try? JSONValue(json: bytes),
      let number = value["sequence"]?.text, let sequence = Int64(number),
      let source = value["source"]?.text, let type = value["type"]?.text,
      let subject = value["subject"]?.text.flatMap(ResourceKey.init),
      let time = value["time"]?.text.flatMap(Timestamp.init),
      let actor = value["actor"]?.text, let correlationID = value["correlationid"]?.text,
      let data = value["data"], let version = data["version"]?.number,
      let kind = ResourceEvent.Kind.allCases.first(where: { type.hasSuffix(".\($0.rawValue)") })
    else { return nil }
    self.init(
      sequence: sequence, source: source, kind: kind, subject: subject, time: time, actor: actor,
      correlationID: correlationID, why: value["why"]?.text, version: version,
      record: data["resource"]?.canonical)
    guard canonical == bytes else { return nil }
  }

  /// The event without its content: what a hint needs.
  public var hint: JSONValue {
    [
      "id": .string(String(sequence)), "sequence": .string(String(sequence)),
      "subject": .string(subject.description), "time": .string(time.description),
      "type": .string(type),
    ]
  }
}
