import ShardMap
import Synchronization

/// What one thread asks of a worker.
enum WorkerMessage: Sendable {
  /// A new map is in its slot.
  case mapChanged
  /// Something new is in the freshness slot.
  case freshnessChanged
  /// End the sessions, then stop.
  case stop
  /// A cancel request whose session this worker may have.
  case cancel(HandedCancel)
  /// Another worker lacks a connection to the instance at this address: close one that isn't used.
  case serverWanted(SocketAddress)
  /// The cap of the instance at this address leaves this worker one more connection.
  case serverGranted(SocketAddress)
  /// Something that the admin console wants to know or to have done.
  case admin(AdminQuestion)
}

/// A client connection that asks for a cancel, on its way from worker to worker until one knows the key.
struct HandedCancel: Sendable {
  let client: Int32
  let listener: Int
  /// The whole CancelRequest.
  let packet: [UInt8]
  /// Workers that have not been asked yet.
  var workersLeft: Int
}

/// A worker's mailbox: control traffic only, so a lock will do.
final class Mailbox: Sendable {
  let doorbell: Doorbell
  private let messages = Mutex<[WorkerMessage]>([])

  init() { doorbell = Doorbell() }

  /// Leaves a message and wakes the worker. Any thread may.
  func post(_ message: WorkerMessage) {
    messages.withLock { $0.append(message) }
    doorbell.ring()
  }

  /// Takes everything that was left.
  func takeAll() -> [WorkerMessage] {
    messages.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
