internal import HTTPTypes

/// What a sidecar tells about a router beside it. Fields that are unknown here are kept and shown,
/// not understood: a sidecar may be newer than this program.
struct RouterStatus: Decodable, Sendable {
  struct Applied: Decodable, Sendable {
    let mapVersion: Int64
    let root: String
    let atMicroseconds: Int64
  }
  struct Hints: Decodable, Sendable {
    let eventsMissed: Int64
    let eventsSeen: Int64
  }

  let sidecar: String
  let leaseSeconds: Int64
  let applied: Applied?
  let counters: [String: Int64]?
  let hints: Hints?

  /// Reads a status and checks what can be checked of it.
  init(_ value: JSONValue) throws(Problem) {
    do {
      self = try RouterStatus(from: JSONValueDecoder(value))
    } catch {
      throw Problem(.unprocessableContent, "invalid-status", "the status can't be read: \(error)")
    }
    guard Self.isName(sidecar) else { throw Self.fault("sidecar", "should be a name") }
    let longest = Int64(ControlLimits.longestLease / .seconds(1))
    guard (1...longest).contains(leaseSeconds) else {
      throw Self.fault("leaseSeconds", "should be 1 to \(longest)")
    }
    guard (counters?.count ?? 0) <= ControlLimits.statusCounters else {
      throw Self.fault("counters", "there may be \(ControlLimits.statusCounters) at most")
    }
  }

  /// 1 to 128 printable bytes without a slash.
  static func isName(_ text: String) -> Bool {
    (1...ControlLimits.tokenBytes).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") }
  }

  private static func fault(_ field: String, _ text: String) -> Problem {
    Problem(
      .unprocessableContent, "invalid-status", "\(field): \(text)", extras: ["path": .string(field)]
    )
  }
}

/// A router that is known here.
struct RouterLease: Hashable, Sendable {
  let id: String
  /// When its last status came.
  let at: Timestamp
  /// When it is no longer thought to live.
  let expires: Timestamp
  /// The status as it was sent.
  let status: JSONValue

  /// As the API shows it.
  func body(at now: Timestamp) -> JSONValue {
    var fields = status.fields ?? [:]
    fields["id"] = .string(id)
    fields["ageMilliseconds"] = .integer(max(0, now.milliseconds - at.milliseconds))
    fields["expiresInMilliseconds"] = .integer(expires.milliseconds - now.milliseconds)
    return .object(fields)
  }
}
