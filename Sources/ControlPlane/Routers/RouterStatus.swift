internal import Admission
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
  struct Shares: Decodable, Sendable {
    let grant: Int64
    let standard: Int64
  }
  struct Demand: Decodable, Sendable {
    let tenant: String
    let wanted: Int64
    let share: Int64
  }
  struct Event: Decodable, Sendable {
    let number: Int64
    let atMilliseconds: Int64
    let kind: String
    let tenant: String
    let shard: String
    let text: String
  }

  let sidecar: String
  let leaseSeconds: Int64
  let applied: Applied?
  let counters: [String: Int64]?
  let hints: Hints?
  /// The pool that it runs for; nothing, or empty, for none.
  let pool: String?
  /// Its name in that pool.
  let name: String?
  /// The shares that it goes by; nothing from a sidecar that doesn't know of shares.
  let shares: Shares?
  let demands: [Demand]?
  let events: [Event]?

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
    try checkShares()
  }

  private func checkShares() throws(Problem) {
    guard (demands?.count ?? 0) <= ShareLimits.tenants else {
      throw Self.fault("demands", "there may be \(ShareLimits.tenants) at most")
    }
    guard (events?.count ?? 0) <= ControlLimits.statusEvents else {
      throw Self.fault("events", "there may be \(ControlLimits.statusEvents) at most")
    }
    let names =
      [pool, name].compactMap { $0 } + (demands ?? []).map(\.tenant)
      + (events ?? []).flatMap { [$0.kind, $0.tenant, $0.shard] }
    guard names.allSatisfy({ $0.utf8.count <= ControlLimits.tokenBytes }) else {
      throw Self.fault("demands", "a name may have \(ControlLimits.tokenBytes) bytes at most")
    }
    guard (events ?? []).allSatisfy({ $0.text.utf8.count <= ControlLimits.whyBytes }) else {
      throw Self.fault("events", "a text may have \(ControlLimits.whyBytes) bytes at most")
    }
  }

  /// What the router says of its shares; nil from a sidecar that doesn't know of them.
  func shareReport(of router: String) -> ShareReport? {
    guard let shares else { return nil }
    return ShareReport(
      router: Array(router.utf8), name: Array((name ?? "").utf8),
      grant: UInt64(clamping: shares.grant), standard: UInt32(clamping: shares.standard),
      demands: (demands ?? []).map {
        TenantDemand(
          tenant: Array($0.tenant.utf8), wanted: UInt32(clamping: $0.wanted),
          share: UInt32(clamping: $0.share))
      })
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
