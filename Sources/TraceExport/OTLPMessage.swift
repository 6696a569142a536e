public import Telemetry

/// A message to an OpenTelemetry collector: OTLP 1, JSON encoding of `ExportTraceServiceRequest`.
///
/// Each record becomes a span `transaction`, and, where it waited or had a server, the spans `wait` and `server` in it.
public struct OTLPMessage {
  /// What all spans have in common: who tells of them.
  public struct Resource: Hashable, Sendable {
    /// The router's name among its fellows (`service.instance.id`); may be empty.
    public var instance: String
    /// The region that the router runs in (`cloud.region`); may be empty.
    public var region: String
    /// The pool that the router runs for; may be empty.
    public var pool: String

    /// A resource from its parts.
    public init(instance: String = "", region: String = "", pool: String = "") {
      self.instance = instance
      self.region = region
      self.pool = pool
    }
  }

  /// OTLP's numbers for kinds of spans and for a status.
  private enum Number {
    static let kindInternal = 1
    static let kindServer = 2
    static let kindClient = 3
    static let statusError = 2
  }

  private var text = JSONText()
  private let wallOffset: Int64

  /// Encodes records.
  ///
  /// - Parameters:
  ///   - records: what to tell of.
  ///   - resource: who tells.
  ///   - wallOffset: what to add to the records' times for nanoseconds since 1970.
  /// - Returns: the message's bytes, about 1.5 KB a record.
  public static func encode(
    _ records: [SpanRecord], of resource: Resource, wallOffset: Int64
  ) -> [UInt8] {
    var message = OTLPMessage(wallOffset: wallOffset)
    message.write(records, resource)
    return message.text.bytes
  }

  private init(wallOffset: Int64) { self.wallOffset = wallOffset }

  private mutating func write(_ records: [SpanRecord], _ resource: Resource) {
    text.beginObject()
    text.beginArray("resourceSpans")
    text.beginObject()
    write(resource)
    text.beginArray("scopeSpans")
    text.beginObject()
    text.beginObject("scope")
    text.add("name", "shardway.router")
    text.endObject()
    text.beginArray("spans")
    for record in records { write(record) }
    text.endArray()
    text.endObject()
    text.endArray()
    text.endObject()
    text.endArray()
    text.endObject()
  }

  private mutating func write(_ resource: Resource) {
    text.beginObject("resource")
    text.beginArray("attributes")
    attribute("service.name", "shardway-router")
    attribute("service.instance.id", resource.instance)
    attribute("cloud.region", resource.region)
    attribute("shardway.pool", resource.pool)
    text.endArray()
    text.endObject()
  }

  // MARK: Spans

  private mutating func write(_ record: SpanRecord) {
    begin(record, span: record.span, parent: record.parent, "transaction", Number.kindServer)
    times(record.began, record.ended)
    text.beginArray("attributes")
    attribute("db.system.name", "postgresql")
    attribute("shardway.tenant", record.tenant.text)
    routeAttributes(record)
    attribute("shardway.outcome", record.outcome.name)
    attribute("shardway.cause", record.cause.name)
    attribute("shardway.session", Hexadecimal.text(record.session))
    attribute("shardway.wait_us", nanoseconds: record.gotServer &- record.began)
    attribute("shardway.server_us", nanoseconds: record.ended &- record.gotServer)
    attribute("db.response.status_code", record.sqlState.text)
    text.endArray()
    status(record)
    text.endObject()
    part(record, 1, "wait", Number.kindInternal, record.began, record.gotServer)
    part(record, 2, "server", Number.kindClient, record.gotServer, record.ended)
  }

  /// A part of a request, unless it took no time: then there was none.
  private mutating func part(
    _ record: SpanRecord, _ number: UInt64, _ name: String, _ kind: Int, _ from: UInt64,
    _ to: UInt64
  ) {
    guard to > from else { return }
    let span = TraceIdentifiers.part(number, of: record.span)
    begin(record, span: span, parent: record.span, name, kind)
    times(from, to)
    if kind == Number.kindClient {
      text.beginArray("attributes")
      attribute("db.system.name", "postgresql")
      routeAttributes(record)
      text.endArray()
      status(record)
    }
    text.endObject()
  }

  private mutating func routeAttributes(_ record: SpanRecord) {
    attribute("shardway.shard", record.shard.text)
    attribute("shardway.instance", record.instance.text)
    attribute("cloud.region", record.region.text)
    attribute("shardway.tier", record.tier.text)
    attribute("shardway.reason", record.reason.text)
  }

  private mutating func begin(
    _ record: SpanRecord, span: UInt64, parent: UInt64, _ name: String, _ kind: Int
  ) {
    text.beginObject()
    text.add("traceId", record.trace.text)
    text.add("spanId", Hexadecimal.text(span))
    if parent != 0 { text.add("parentSpanId", Hexadecimal.text(parent)) }
    text.add("name", name)
    text.add("kind", kind)
  }

  private mutating func times(_ began: UInt64, _ ended: UInt64) {
    // 64-bit numbers are texts in the JSON of Protocol Buffers.
    text.add("startTimeUnixNano", "\(Int64(bitPattern: began) &+ wallOffset)")
    text.add("endTimeUnixNano", "\(Int64(bitPattern: ended) &+ wallOffset)")
  }

  private mutating func status(_ record: SpanRecord) {
    guard record.outcome != .served || !record.sqlState.isEmpty else { return }
    text.beginObject("status")
    text.add("code", Number.statusError)
    text.endObject()
  }

  // MARK: Attributes

  /// An attribute that is a text; none where that is empty.
  private mutating func attribute(_ key: String, _ value: String) {
    guard !value.isEmpty else { return }
    beginAttribute(key)
    text.add("stringValue", value)
    endAttribute()
  }

  /// A duration in nanoseconds, told in microseconds.
  private mutating func attribute(_ key: String, nanoseconds: UInt64) {
    beginAttribute(key)
    text.add("intValue", "\(nanoseconds / 1000)")
    endAttribute()
  }

  private mutating func beginAttribute(_ key: String) {
    text.beginObject()
    text.add("key", key)
    text.beginObject("value")
  }

  private mutating func endAttribute() {
    text.endObject()
    text.endObject()
  }
}
