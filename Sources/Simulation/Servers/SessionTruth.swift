import Glibc

/// The bytes of one direction that were sent and not yet seen to arrive.
///
/// Sender and receiver are both simulated, so every byte that arrives can be compared with the one that must come next. The bytes are drawn
/// at random for each session: one of another session's passes with a chance of 1 in 256, a message of it never.
struct Channel {
  private var expected = ByteQueue()
  /// Where messages end, in bytes from the stream's begin.
  private var boundaries: [Int] = []
  private var nextBoundary = 0
  private(set) var sent = 0
  private(set) var arrived = 0

  /// Bytes sent and not yet arrived.
  var outstanding: Int { sent - arrived }

  /// Whether a message has just ended: only there may somebody else say something.
  var isAtBoundary: Bool {
    arrived == 0 || (nextBoundary > 0 && boundaries[nextBoundary - 1] == arrived)
  }

  /// Says that a whole message was sent.
  mutating func push(_ message: [UInt8]) {
    expected.append(message)
    sent += message.count
    boundaries.append(sent)
  }

  /// Compares bytes with those that must come next: how many are right.
  mutating func verify(_ bytes: ArraySlice<UInt8>) -> Int {
    let right = expected.withBytes { expected in
      bytes.withUnsafeBytes { bytes in
        let count = min(bytes.count, expected.count)
        if count == 0 || memcmp(bytes.baseAddress!, expected.baseAddress!, count) == 0 {
          return count
        }
        var place = 0
        while bytes[place] == expected[place] {
          place += 1
        }
        return place
      }
    }
    expected.removeFirst(right)
    arrived += right
    while nextBoundary < boundaries.count, boundaries[nextBoundary] <= arrived { nextBoundary += 1 }
    return right
  }
}

/// What is true of one client's session, whatever the router makes of it.
final class SessionTruth {
  let id: Int
  let tenant: String
  /// The tier that the client asked for or the policy gives.
  let isEventual: Bool
  var upstream = Channel()
  var downstream = Channel()
  /// Whether something happened that may end the session: then what arrives may be cut short, but not changed.
  var isDisturbed = false
  /// How often a server has taken the session's startup.
  var backendCount = 0

  init(id: Int, tenant: String, isEventual: Bool) {
    self.id = id
    self.tenant = tenant
    self.isEventual = isEventual
  }
}
