import Dispatch
import MapSync

/// The map keeper and the one thread at a time that it works on: it waits for the disk, and nobody
/// else has to.
///
/// Invariant: `keeper` is touched on `queue` only.
final class KeeperQueue: @unchecked Sendable {
  private let keeper: MapKeeper
  private let queue = DispatchQueue(label: "shardway.keeper")

  init(_ keeper: MapKeeper) { self.keeper = keeper }

  /// Runs `body` when everything before it is done.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable (MapKeeper) -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body(self.keeper)) }
    }
  }
}
