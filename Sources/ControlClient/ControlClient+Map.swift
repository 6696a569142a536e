/// The map as a whole, as it travels.
public struct ControlSnapshot: Sendable {
  /// A seal and the records, compressed: what `SnapshotReader` of MapExchange reads and verifies.
  public var bytes: [UInt8]
  /// The entity tag, by which the next request is spared an answer that says the same.
  public var tag: String?
}

extension ControlClient {
  /// The newest map; nil when it is still the one with the entity tag.
  ///
  /// The bytes are not verified here.
  public func snapshot(
    unless tag: String? = nil
  ) async throws(ControlClientError) -> ControlSnapshot? {
    var request = ControlRequest(method: .get, path: "/v1/map/snapshot")
    request.headers = [("Accept", "application/vnd.shardway.snapshot+jsonl")]
    if let tag { request.headers.append(("If-None-Match", tag)) }
    request.limit = ControlLimits.snapshot
    request.answerLimit = ControlLimits.snapshotBytes
    let answer = try await send(request)
    if answer.status == 304 { return nil }
    return ControlSnapshot(bytes: answer.body, tag: answer.header("ETag"))
  }

  /// What has changed since a version; nil when nothing has.
  ///
  /// The bytes are compressed, and not verified here: `MapDelta` of MapExchange does that.
  public func delta(from version: UInt64) async throws(ControlClientError) -> [UInt8]? {
    var request = ControlRequest(method: .get, path: "/v1/map/delta")
    request.query = [("from", "\(version)"), ("wait", "0s")]
    request.headers = [("Accept", "application/vnd.shardway.delta+jsonl")]
    let answer = try await send(request)
    return answer.status == 204 ? nil : answer.body
  }
}
