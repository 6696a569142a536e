internal import COpenSSL
import Glibc

/// The sessions of a client's context that may be resumed, the newest for each key of the caller's.
///
/// A session resumes as often as its server likes, also several times at once: servers see by it that it is the same
/// client, which is no secret here. Its server's certificate was checked when the first of its line was made, and is
/// checked anew after ``TLSLimits/sessionSeconds``. Used by the context's thread alone.
///
/// Invariant that keeps the pointers safe: each entry holds one reference to its session, which is given back when the entry
/// goes.
final class SessionCache {
  private struct Entry {
    var session: OpaquePointer
    /// When the certificate was checked, in seconds since boot.
    var checkedAt: Int
    /// Grows from one to the next.
    var number: UInt64
  }

  private var entries: [[UInt8]: Entry] = [:]
  private let capacity: Int
  private var count: UInt64 = 0

  init(capacity: Int) { self.capacity = capacity }

  deinit {
    for entry in entries.values { SSL_SESSION_free(entry.session) }
  }

  /// Has a connection that has not begun resume the session of its key.
  func offer(_ ticket: SessionTicket, to connection: OpaquePointer) {
    guard let entry = entries[ticket.key] else { return }
    guard SSL_SESSION_is_resumable(entry.session) == 1,
      Self.now() - entry.checkedAt < TLSLimits.sessionSeconds
    else { return forget(ticket.key) }
    if SSL_set_session(connection, entry.session) == 1 { ticket.checkedAt = entry.checkedAt }
  }

  /// Takes a reference to a connection's session, if it can be resumed by now.
  func keepSession(of connection: OpaquePointer, _ ticket: SessionTicket) {
    guard let session = SSL_get_session(connection), session != entries[ticket.key]?.session,
      SSL_SESSION_is_resumable(session) == 1
    else { return }
    if SSL_session_reused(connection) == 0 { ticket.checkedAt = Self.now() }
    if let old = entries[ticket.key] {
      SSL_SESSION_free(old.session)
    } else if entries.count >= capacity {
      forgetOldest()
    }
    SSL_SESSION_up_ref(session)
    count += 1
    entries[ticket.key] = Entry(session: session, checkedAt: ticket.checkedAt, number: count)
  }

  /// Drops the session of a key, after a handshake that failed with it.
  func forget(_ key: [UInt8]) {
    if let entry = entries.removeValue(forKey: key) { SSL_SESSION_free(entry.session) }
  }

  /// Looks at all of them, which are few and change seldom.
  private func forgetOldest() {
    if let oldest = entries.min(by: { $0.value.number < $1.value.number }) { forget(oldest.key) }
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return time.tv_sec
  }
}

/// What a connection of a client knows of sessions: where they are kept, and under which key.
final class SessionTicket {
  let cache: SessionCache
  let key: [UInt8]
  /// When the certificate of the connection's session was checked, in seconds since boot.
  var checkedAt = 0

  init(cache: SessionCache, key: [UInt8]) {
    self.cache = cache
    self.key = key
  }
}
