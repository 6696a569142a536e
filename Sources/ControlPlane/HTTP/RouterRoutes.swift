internal import Foundation
internal import Hummingbird

extension ControlAPI {
  /// Time over which the rate of changes is taken.
  static let rateWindow = Duration.seconds(3_600)

  var routerRoutes: [Route] {
    [
      Route(
        .post, "/v1/routers/{id}/status", "postRouterStatus", role: .sidecar,
        "Renews a router's lease with what it uses, or why it doesn't.",
        body: .init(mediaType: "application/json", schema: "RouterStatus"),
        answers: [
          .json(.ok, "Noted; what the router is to go by.", "RouterAnswer"),
          .empty(.noContent, "Noted; the status says nothing of shares."),
          .problem(.unprocessableContent, "A field can't be right."),
          .problem(.contentTooLarge, "The body is too large."),
        ]
      ) { try await status($0) },
      Route(
        .get, "/v1/routers", "listRouters", role: .reader,
        "Routers whose lease is in force, or ended within the last hour.",
        parameters: Self.pageParameters(after: "The id after which the page begins."),
        answers: [.json(.ok, "A page.", "RouterPage")]
      ) { try await routers($0) },
      Route(
        .get, "/v1/propagation", "getPropagation", role: .reader,
        "How long it takes from a commit to its use by a router's last worker.",
        answers: [.json(.ok, "All samples there are.", "Propagation")]
      ) { _ in try await propagation() },
    ]
  }

  private func status(_ call: Call) async throws -> Response {
    let id = call.parameter("id")
    guard RouterStatus.isName(id) else {
      throw Problem(.unprocessableContent, "invalid-status", "\"\(id)\" is no name of a router")
    }
    let value = try call.json(try await call.body(upTo: ControlLimits.statusBytes))
    let status = try RouterStatus(value)
    let version = try await leases.renew(id, status, value.withoutTransients, at: .now())
    if let version, let applied = status.applied,
      let committed = try await store.commitTime(of: version)
    {
      try await leases.sample(microseconds: applied.atMicroseconds - committed.microseconds)
    }
    guard let report = status.shareReport(of: id) else { return Response(status: .noContent) }
    return .json(try await answer(to: status, report, of: id))
  }

  private func routers(_ call: Call) async throws -> Response {
    let limit = Int(
      try call.number(
        "limit", 1...Int64(ControlLimits.pageItems), Int64(ControlLimits.standardPageItems)))
    let found = try await leases.leases(after: call.text("after") ?? "", limit: limit + 1)
    let now = Timestamp.now()
    let page = found.prefix(limit)
    let next = found.count > limit ? page.last.map { JSONValue.string($0.id) } : nil
    return .json(["items": .array(page.map { $0.body(at: now) }), "next": next ?? .null])
  }

  private func propagation() async throws -> Response {
    let now = Timestamp.now()
    let histogram = try await leases.propagation()
    let since = Timestamp(
      microseconds: now.microseconds - Int64(Self.rateWindow / .microseconds(1)))
    let report = PropagationReport(
      histogram: .init(
        unit: "ms", bounds: PropagationHistogram.bounds, counts: histogram.counts),
      p50: histogram.quantile(0.5), p99: histogram.quantile(0.99), count: histogram.count,
      changeRatePerSecond: Double(try await store.eventCount(since: since))
        / (Self.rateWindow / .seconds(1)),
      eventLoss: try await leases.eventLoss(at: now), requestsPerSecond: meter.rate())
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(report))))
  }
}

/// What `/v1/propagation` answers.
private struct PropagationReport: Encodable {
  struct Histogram: Encodable {
    let unit: String
    /// One count more than bounds: those above the last.
    let bounds: [Int64]
    let counts: [Int64]
  }

  let histogram: Histogram
  let p50: Double?
  let p99: Double?
  let count: Int64
  let changeRatePerSecond: Double
  let eventLoss: Double
  /// Of this process.
  let requestsPerSecond: Double

  enum CodingKeys: String, CodingKey {
    case histogram, p50, p99, count, changeRatePerSecond, eventLoss, requestsPerSecond
  }

  /// Encodes nil as null, so that no field is ever missing.
  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(histogram, forKey: .histogram)
    try fields.encode(p50, forKey: .p50)
    try fields.encode(p99, forKey: .p99)
    try fields.encode(count, forKey: .count)
    try fields.encode(changeRatePerSecond, forKey: .changeRatePerSecond)
    try fields.encode(eventLoss, forKey: .eventLoss)
    try fields.encode(requestsPerSecond, forKey: .requestsPerSecond)
  }
}
