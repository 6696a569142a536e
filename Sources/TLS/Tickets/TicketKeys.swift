internal import COpenSSL
import Glibc
internal import Synchronization

/// What session tickets are sealed with. The contexts of all threads share one, so that a client may come back on any.
///
/// A key seals for half of ``lifetime`` and opens for as long again, so that a ticket is good for at least half of the
/// lifetime and never longer than all of it. Keys are random and never leave the process. Each full or resumed handshake
/// takes a lock for some hundred nanoseconds; data takes none.
public final class TicketKeys: Sendable {
  /// One key: its name, by which a ticket says what it was sealed with, and its two parts.
  struct Key: Sendable {
    var name: [UInt8]
    var cipher: [UInt8]
    var mac: [UInt8]
    /// When it began to seal, in nanoseconds.
    var since: UInt64
  }

  private struct State {
    var current: Key
    var previous: Key?
  }

  /// How long a ticket may be good, a second or more.
  public let lifetime: Duration
  private let halfLife: UInt64
  private let now: @Sendable () -> UInt64
  private let state: Mutex<State>

  /// A first key.
  ///
  /// - Parameters:
  ///   - lifetime: how long a ticket may be good.
  ///   - now: the time in nanoseconds since some moment; the time since boot if not given.
  public init(lifetime: Duration, now: (@Sendable () -> UInt64)? = nil) {
    let now = now ?? Self.sinceBoot
    self.lifetime = lifetime
    self.now = now
    let (seconds, attoseconds) = lifetime.components
    halfLife = (UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)) / 2
    state = Mutex(State(current: Self.fresh(since: now()), previous: nil))
  }

  /// The key that seals new tickets.
  func sealing() -> Key {
    state.withLock { state in
      turn(&state)
      return state.current
    }
  }

  /// The key that a ticket was sealed with, and whether another one seals by now.
  func opening(_ name: UnsafeRawBufferPointer) -> (key: Key, isOld: Bool)? {
    state.withLock { state in
      turn(&state)
      if name.elementsEqual(state.current.name) { return (state.current, false) }
      guard let previous = state.previous, name.elementsEqual(previous.name) else { return nil }
      return (previous, true)
    }
  }

  /// Replaces the key that has sealed for half a lifetime; one that nobody has asked for meanwhile opens nothing any more.
  private func turn(_ state: inout State) {
    let time = now()
    let age = time &- state.current.since
    guard age >= halfLife else { return }
    state.previous = age < 2 * halfLife ? state.current : nil
    state.current = Self.fresh(since: time)
  }

  private static func fresh(since: UInt64) -> Key {
    func random(_ count: Int) -> [UInt8] {
      var generator = SystemRandomNumberGenerator()
      return (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    }
    return Key(
      name: random(SHARDWAY_TICKET_NAME), cipher: random(SHARDWAY_TICKET_CIPHER),
      mac: random(SHARDWAY_TICKET_MAC), since: since)
  }

  private static let sinceBoot: @Sendable () -> UInt64 = {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
