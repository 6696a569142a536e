internal import FoundationEssentials

/// A histogram of times: `counts[i]` samples were at most `bounds[i]`, and more than the bound
/// before; the last count, which has no bound, is what took longer than all of them.
public struct TimeHistogram: Codable, Hashable, Sendable {
  /// `us`, `ms` or `s`.
  public var unit: String
  /// Upper bounds, growing.
  public var bounds: [Double]
  /// Samples in each bucket; as many as bounds, or one more.
  public var counts: [UInt64]

  /// A histogram from its parts.
  public init(unit: String = "ms", bounds: [Double], counts: [UInt64]) {
    self.unit = unit
    self.bounds = bounds
    self.counts = counts
  }
}

/// How long changes take from commit to their use by the last worker of a router, as routers have
/// reported it.
public struct PropagationReport: Codable, Hashable, Sendable {
  /// The measured times.
  public var histogram: TimeHistogram
  /// The median, in the histogram's unit.
  public var p50: Double?
  /// One change in a hundred takes longer, in the histogram's unit.
  public var p99: Double?
  /// Samples.
  public var count: UInt64?
  /// Changes a second.
  public var changeRatePerSecond: Double?
  /// The share of changes whose event did not reach a sidecar, 0 to 1.
  public var eventLoss: Double?
  /// Requests a second that the control plane answers.
  public var requestsPerSecond: Double?

  /// A report from its parts.
  public init(
    histogram: TimeHistogram, p50: Double? = nil, p99: Double? = nil, count: UInt64? = nil,
    changeRatePerSecond: Double? = nil, eventLoss: Double? = nil, requestsPerSecond: Double? = nil
  ) {
    self.histogram = histogram
    self.p50 = p50
    self.p99 = p99
    self.count = count
    self.changeRatePerSecond = changeRatePerSecond
    self.eventLoss = eventLoss
    self.requestsPerSecond = requestsPerSecond
  }
}

extension ControlClient {
  /// What routers have measured of the way from a commit to its use.
  public func propagation() async throws(ControlClientError) -> PropagationReport {
    let request = ControlRequest.get("/v1/propagation")
    let answer = try await send(request)
    do {
      return try JSONDecoder().decode(PropagationReport.self, from: Data(answer.body))
    } catch {
      throw .unexpectedAnswer(request: request.name, reason: "\(error)")
    }
  }

  /// The leases of the routers, as their sidecars reported them: an object for each, with every
  /// field the control plane knows.
  public func routers() async throws(ControlClientError) -> [JSONValue] {
    var all: [JSONValue] = []
    var after: String?
    while true {
      var request = ControlRequest.get(
        "/v1/routers", query: [("limit", "\(ControlLimits.page)")])
      if let after { request.query.append(("after", after)) }
      let json = try await send(request).json(of: request)
      guard let items = json["items"]?.array else {
        throw .unexpectedAnswer(request: request.name, reason: "it has no list `items`")
      }
      all += items
      guard let next = json["next"]?.string, next != after else { return all }
      after = next
    }
  }

  /// The version of the newest map, which is the number of the last event.
  public func head() async throws(ControlClientError) -> UInt64 {
    let request = ControlRequest.get("/v1/health/ready")
    let json = try await send(request).json(of: request)
    guard let version = json["mapVersion"]?.integer else {
      throw .unexpectedAnswer(request: request.name, reason: "it has no `mapVersion`")
    }
    return UInt64(clamping: version)
  }

  /// Whether the control plane says that it can serve; false while it can't be reached.
  public func isReady() async -> Bool {
    var request = ControlRequest.get("/v1/health/ready")
    request.limit = ControlLimits.connect
    guard let answer = try? await sendOnce(request) else { return false }
    return answer.status == 200
  }
}
