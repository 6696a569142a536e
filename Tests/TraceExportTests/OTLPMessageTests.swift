import Foundation
import Telemetry
import Testing
import TraceExport

/// What a collector reads.
@Suite struct OTLPMessageTests {
  /// The spans of a message as a JSON parser reads them.
  static func spans(_ bytes: [UInt8]) throws -> [[String: Any]] {
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let resource = try #require((root["resourceSpans"] as? [[String: Any]])?.first)
    let scope = try #require((resource["scopeSpans"] as? [[String: Any]])?.first)
    return try #require(scope["spans"] as? [[String: Any]])
  }

  static func attributes(_ object: [String: Any]) throws -> [String: String] {
    let list = try #require(object["attributes"] as? [[String: Any]])
    return try Dictionary(
      uniqueKeysWithValues: list.map { entry in
        let value = try #require(entry["value"] as? [String: String])
        return (try #require(entry["key"] as? String), try #require(value.values.first))
      })
  }

  private static func record() throws -> SpanRecord {
    let trace = try #require(TraceID(high: 0x4BF9_2F35_77B3_4DA6, low: 0xA3CE_929D_0E0E_4736))
    var record = SpanRecord(
      trace: trace, span: 0xB7AD_6B71_6920_3331, began: 1_000_000, gotServer: 3_000_000,
      ended: 10_000_000)
    record.parent = 0x00F0_67AA_0BA9_02B7
    record.tenant = ShortText("acme \"co\"\n")
    record.shard = ShortText("s1")
    record.instance = ShortText("s1-b")
    record.region = ShortText("eu-1")
    record.tier = ShortText("eventual")
    record.reason = ShortText("same-zone")
    return record
  }

  @Test("a request is a span with two parts, which belong to the caller's trace")
  func parts() throws {
    let bytes = OTLPMessage.encode(
      [try Self.record()], of: OTLPMessage.Resource(), wallOffset: 1_700_000_000_000_000_000)
    let spans = try Self.spans(bytes)
    #expect(spans.map { $0["name"] as? String } == ["transaction", "wait", "server"])
    #expect(spans.map { $0["kind"] as? Int } == [2, 1, 3])
    for span in spans {
      #expect(span["traceId"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
      #expect(span["status"] == nil)
    }
    #expect(spans[0]["spanId"] as? String == "b7ad6b7169203331")
    #expect(spans[0]["parentSpanId"] as? String == "00f067aa0ba902b7")
    #expect(spans[1]["parentSpanId"] as? String == "b7ad6b7169203331")
    #expect(spans[2]["parentSpanId"] as? String == "b7ad6b7169203331")
    #expect(Set(spans.compactMap { $0["spanId"] as? String }).count == 3)
    #expect(spans[0]["startTimeUnixNano"] as? String == "1700000000001000000")
    #expect(spans[1]["endTimeUnixNano"] as? String == "1700000000003000000")
    #expect(spans[2]["endTimeUnixNano"] as? String == "1700000000010000000")
  }

  @Test("it says whose it was, where it went and why, how long it took, and nothing of its text")
  func attributes() throws {
    var record = try Self.record()
    record.sqlState = ShortText("23505")
    record.cause = .failed
    let spans = try Self.spans(
      OTLPMessage.encode([record], of: OTLPMessage.Resource(), wallOffset: 0))
    #expect(
      try Self.attributes(spans[0]) == [
        "db.system.name": "postgresql", "shardway.tenant": "acme \"co\"\n",
        "shardway.shard": "s1", "shardway.instance": "s1-b", "cloud.region": "eu-1",
        "shardway.tier": "eventual", "shardway.reason": "same-zone",
        "shardway.outcome": "served", "shardway.cause": "failed",
        "shardway.session": "0000000000000000", "shardway.wait_us": "2000",
        "shardway.server_us": "7000", "db.response.status_code": "23505",
      ])
    for place in [0, 2] { #expect((spans[place]["status"] as? [String: Int])?["code"] == 2) }
  }

  @Test("a root has no parent, and a request that was refused has no server")
  func refused() throws {
    var record = try Self.record()
    record.parent = 0
    record.gotServer = record.ended
    record.outcome = .refused
    let spans = try Self.spans(
      OTLPMessage.encode([record], of: OTLPMessage.Resource(), wallOffset: 0))
    #expect(spans.map { $0["name"] as? String } == ["transaction", "wait"])
    #expect(spans[0]["parentSpanId"] == nil)
    #expect((spans[0]["status"] as? [String: Int])?["code"] == 2)
  }

  @Test("the resource says which router it is")
  func resource() throws {
    let resource = OTLPMessage.Resource(instance: "r1", region: "eu-1", pool: "shared")
    let bytes = OTLPMessage.encode([], of: resource, wallOffset: 0)
    let root = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let told = try #require((root["resourceSpans"] as? [[String: Any]])?.first?["resource"])
    #expect(
      try Self.attributes(#require(told as? [String: Any])) == [
        "service.name": "shardway-router", "service.instance.id": "r1", "cloud.region": "eu-1",
        "shardway.pool": "shared",
      ])
  }
}
