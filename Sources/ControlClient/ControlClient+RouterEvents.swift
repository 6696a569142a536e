/// Something that a router has done or wants, as the control plane keeps it.
public struct ControlRouterEvent: Hashable, Sendable {
  /// Its place among the events of all routers; from 1.
  public var sequence: UInt64
  /// The router, as the list of routers names it.
  public var router: String
  /// When it was, RFC 3339.
  public var time: String
  /// What it is, such as `move-requested`.
  public var kind: String
  /// The tenant it is about, or empty.
  public var tenant: String
  /// The shard it is about, or empty.
  public var shard: String
  /// Why, for people.
  public var text: String
  /// The whole event.
  public var json: JSONValue

  init?(_ json: JSONValue) {
    guard let sequence = json["sequence"]?.integer, let router = json["router"]?.string,
      let kind = json["kind"]?.string
    else { return nil }
    self.sequence = UInt64(clamping: sequence)
    self.router = router
    self.kind = kind
    time = json["at"]?.string ?? ""
    tenant = json["tenant"]?.string ?? ""
    shard = json["shard"]?.string ?? ""
    text = json["text"]?.string ?? ""
    self.json = json
  }
}

extension ControlClient {
  /// What routers have done or want behind a sequence number, the oldest first, all that is kept.
  public func routerEvents(
    after sequence: UInt64 = 0
  ) async throws(ControlClientError) -> [ControlRouterEvent] {
    var all: [ControlRouterEvent] = []
    var last = sequence
    while true {
      let request = ControlRequest.get(
        "/v1/router-events", query: [("after", "\(last)"), ("limit", "\(ControlLimits.page)")])
      let json = try await send(request).json(of: request)
      guard let items = json["items"]?.array else {
        throw .unexpectedAnswer(request: request.name, reason: "it has no list `items`")
      }
      for item in items {
        guard let event = ControlRouterEvent(item) else {
          throw .unexpectedAnswer(
            request: request.name, reason: "an event has no sequence, router or kind")
        }
        all.append(event)
      }
      guard let next = json["next"]?.integer, UInt64(clamping: next) > last else { return all }
      last = UInt64(clamping: next)
    }
  }
}
