import MapSync

/// The body of an answer, until it is taken in or thrown away.
enum Payload: Sendable {
  case delta([UInt8])
  case snapshot(ReceptionBox)
  /// Its reception ended early: it can't be used.
  case faulty(StoreFault)
}

/// A snapshot on its way from the task that receives it to the queue that takes it in.
///
/// Invariant: one of the two has it at a time; the task lets go of it when it hands it over.
final class ReceptionBox: @unchecked Sendable {
  let reception: SnapshotReception
  init(_ reception: SnapshotReception) { self.reception = reception }
}
