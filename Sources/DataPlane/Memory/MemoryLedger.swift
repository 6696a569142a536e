/// The bytes that one worker's sessions take, of all kinds together: what is taken here is never more
/// than the limit.
///
/// Belongs to the worker's thread. Blocks and sessions are entered when they are taken and given back,
/// not messages.
final class MemoryLedger {
  /// The most that may be taken.
  var limit: Int
  /// What is taken.
  private(set) var inUse = 0

  /// A ledger of nothing; without a limit where none is given.
  init(limit: Int = .max) { self.limit = limit }

  /// Whether so many bytes more may be taken.
  func hasRoom(for bytes: Int) -> Bool { bytes <= limit - inUse }

  /// Takes bytes; false, and nothing is taken, when they are too many.
  func take(_ bytes: Int) -> Bool {
    guard hasRoom(for: bytes) else { return false }
    inUse += bytes
    return true
  }

  /// Gives bytes back that were taken.
  func giveBack(_ bytes: Int) {
    precondition(bytes <= inUse, "more memory was given back than taken")
    inUse -= bytes
  }
}
