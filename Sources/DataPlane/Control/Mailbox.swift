import ShardMap
import Synchronization

/// What one thread asks of a worker.
enum WorkerMessage: Sendable {
  /// A new map is in its slot.
  case mapChanged
  /// Something new is in the freshness slot.
  case freshnessChanged
  /// Go on with other settings.
  case settings(SettingsChange)
  /// End the sessions, then stop.
  case stop
  /// Let go of the sessions, then stop.
  case drain(DrainPlan)
  /// A cancel request whose session this worker may have.
  case cancel(HandedCancel)
  /// A client whose tenant this worker is for.
  case session(HandedSession)
  /// Another worker lacks a connection to the instance at this address: close one that isn't used.
  case serverWanted(SocketAddress)
  /// The cap of the instance at this address leaves this worker one more connection.
  case serverGranted(SocketAddress)
  /// Something that the admin console wants to know or to have done.
  case admin(AdminQuestion)
  /// These tenants' new sessions go elsewhere.
  case quarantine(QuarantineBook)
  /// Another process takes this one's place: hand it the clients.
  case handOver(TakeoverChannel)
  /// Another process may have sessions that cancel requests are for.
  case takesOver(TakeoverChannel)
  /// What has become of a client that was handed to another process.
  case departed(SlabHandle, isAdopted: Bool)
  /// A client of another process's.
  case arrival(ArrivingClient)
  /// There are new certificates and keys.
  case renewTLS(TLSMaterial)
  /// Count what there is of everything; which question that is.
  case census(UInt64)
}

/// A client connection that asks for a cancel, on its way from worker to worker until one knows the key.
struct HandedCancel: Sendable {
  let client: Int32
  let listener: Int
  /// Where it comes from by a PROXY header.
  var origin: SocketAddress?
  /// The whole CancelRequest.
  let packet: [UInt8]
  /// Workers that have not been asked yet.
  var workersLeft: Int
  /// Whether another process has sent it, because it doesn't know the key.
  var isForeign = false
}

/// A worker's mailbox: control traffic only, so a lock will do.
final class Mailbox: Sendable {
  let doorbell: Doorbell
  private let box = Mutex(Box())
  private let heard = Atomic<UInt32>(Doorbell.unrung)

  private struct Box {
    var messages: [WorkerMessage] = []
    var isClosed = false
  }

  init() { doorbell = Doorbell() }

  /// Leaves a message and wakes the worker. Any thread may.
  ///
  /// - Returns: whether it will be read; false when the worker has ended. What comes with the message is the caller's then.
  @discardableResult
  func post(_ message: WorkerMessage) -> Bool {
    let isTaken = box.withLock { box in
      if !box.isClosed { box.messages.append(message) }
      return !box.isClosed
    }
    if isTaken { doorbell.ring() }
    return isTaken
  }

  /// Whether the worker has looked since the bell rang last, or has ended: one that turns does so within a turn.
  var isAnswered: Bool {
    heard.load(ordering: .relaxed) == doorbell.count || box.withLock { $0.isClosed }
  }

  /// The worker has ended; on its thread.
  ///
  /// - Returns: what it has not read.
  func close() -> [WorkerMessage] {
    box.withLock { box in
      defer { box.messages = [] }
      box.isClosed = true
      return box.messages
    }
  }

  /// The worker has heard the bell so often; on its thread.
  func hear(_ count: UInt32) { heard.store(count, ordering: .relaxed) }

  /// Takes everything that was left.
  func takeAll() -> [WorkerMessage] {
    box.withLock { box in
      defer { box.messages = [] }
      return box.messages
    }
  }
}
