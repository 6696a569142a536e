import ShardMap

extension SharingClient {
  /// One step of what it has decided to do.
  enum Step {
    case say([UInt8], RequestTag?)
    /// The same, and how it ends is only known when the answer comes: it may be cancelled.
    case sayCancellable([UInt8], RequestTag)
    /// Waits until all has been answered.
    case await
    /// Gives its transaction, which has only begun, a tier.
    case choose(Consistency)
    /// Has its next transactions served by another tier.
    case changeTier(Consistency)
    /// Writes something, if its tier has that done by a primary.
    case write
    /// Reads what is visible.
    case read
    /// Is given another client's position.
    case takeFloor(String, UInt64)
    /// Asks for a position that others can be given.
    case askFloor
    case pause(Int)
    case cancel
    case close
    case reset
    /// Says what no server takes, and is ended for it.
    case breakProtocol([UInt8])
    /// Sends FIN and goes on reading.
    case finish
    case awaitEnd
  }
}
