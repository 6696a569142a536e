import Routing

/// What a worker knows of a takeover.
struct WorkerTakeover {
  /// To the other process; nil where there is none.
  var channel: TakeoverChannel?
  /// Whether that process serves in this one's place: no client is accepted, and those that can go there do.
  var isHandingOver = false
  /// Clients that were sent and not yet answered for.
  var underWay = 0
  /// Clients of whom nothing more is received, so that they can be sent.
  var hushed = 0
  /// The next session to be looked at; nil between two looks.
  var walk: Int?
  /// Sessions that the look under way has found which may still go.
  var found = 0
  /// When to look again; nil where nothing is handed over.
  var due: MonotonicTime?

  /// Whether there is somebody to hand clients to.
  var mayHandOver: Bool { isHandingOver && channel?.isOpen == true }

  /// Whether one more client may wait, unserved, for the new process.
  var hasRoom: Bool { underWay + hushed < TakeoverLimits.clientsUnderWay }
}

/// A client of another process's, on its way to the worker that is to have it.
struct ArrivingClient: Sendable {
  let client: HandedClient
  let descriptor: Int32
  /// What the other process calls it.
  let number: UInt64
  /// Where the answer goes.
  let channel: TakeoverChannel
}

/// Why a client of another process's can't be taken over.
enum ArrivalFault: Error, CustomStringConvertible {
  case stopping
  case noListener(UInt32)
  case unknownTenant([UInt8])
  case noRoom
  case malformed(String)

  /// One sentence for the operator.
  var description: String {
    switch self {
    case .stopping: "the new process is stopping"
    case .noListener(let number):
      "the new process has no listener \(number) whose clients share server connections"
    case .unknownTenant(let tenant):
      "tenant \"\(String(decoding: tenant, as: UTF8.self))\" is not in its map"
    case .noRoom: "the new process has no room for another session"
    case .malformed(let what): "its state can't be used: \(what)"
    }
  }
}
