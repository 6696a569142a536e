internal import HTTPTypes
internal import ShardMap

extension HTTPField.Name {
  static let idempotencyKey = known("Idempotency-Key")
  static let idempotencyReplayed = known("Idempotency-Replayed")
  static let correlationID = known("X-Correlation-ID")
  static let why = known("Shardway-Why")
  static let mapVersion = known("Shardway-Map-Version")
  static let mapRoot = known("Shardway-Map-Root")
  static let eventSequence = known("Shardway-Event-Sequence")
  static let committedAt = known("Shardway-Committed-At")
  static let waited = known("Shardway-Waited-Milliseconds")
  static let lastEventID = known("Last-Event-ID")
  static let acceptPatch = known("Accept-Patch")

  /// A name that is written in this file, and is one.
  private static func known(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is a field's name") }
    return name
  }
}

extension HTTPFields {
  /// The headers of an answer that states which map is the newest.
  static func map(_ head: Head) -> HTTPFields {
    [.mapVersion: String(head.sequence), .mapRoot: head.root.description]
  }

  /// With the time that the request was held back before the map was looked at, for whoever wants to
  /// know how old the answer is.
  func waited(_ time: Duration) -> HTTPFields {
    var fields = self
    fields[.waited] = String(Int64(time / .milliseconds(1)))
    return fields
  }
}
