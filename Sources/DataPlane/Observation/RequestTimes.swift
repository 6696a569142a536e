import Routing

/// The request that a session is at.
struct RequestTimes {
  /// Whether requests are told apart in what the session says: not in what is encrypted for its server.
  var isObserved = false
  /// Where they are counted.
  var key = RequestBook.Key.none
  /// When its first byte came; the clock's origin while there is no request.
  private(set) var began = MonotonicTime.origin
  /// When a server began to work for it; the clock's origin before that.
  private(set) var gotServer = MonotonicTime.origin
  /// Whether its server has told that it had to give up.
  var hasFailed = false

  /// Whether there is one.
  @inline(__always) var isUnderWay: Bool { began != .origin }

  /// A byte has come.
  @inline(__always)
  mutating func begin(at now: MonotonicTime) {
    if began == .origin, isObserved { began = now }
  }

  /// A server has been found.
  @inline(__always)
  mutating func gotServer(at now: MonotonicTime) {
    if began != .origin, gotServer == .origin { gotServer = now }
  }

  /// It is over.
  mutating func end() {
    (began, gotServer, hasFailed) = (.origin, .origin, false)
  }

  /// From the first byte until a server worked for it, or until it ended without one, in nanoseconds.
  func waited(until end: MonotonicTime) -> UInt64 {
    (gotServer == .origin ? end : gotServer).nanoseconds(since: began)
  }
}
