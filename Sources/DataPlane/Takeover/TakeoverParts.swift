/// The old process's part in a takeover: what each message of the new one means, and whether it has a place there.
///
/// ```
/// awaitsHello ─ hello ─▶ awaitsReady ─ ready ─▶ handsOver
///     (sockets are sent)           (clients are sent; answers and cancel requests come)
/// ```
/// Until the new process is ready nothing has happened that the old one couldn't go on after.
struct TakeoverDonor {
  enum Phase { case awaitsHello, awaitsReady, handsOver }

  /// What follows from a message.
  enum Event: Equatable {
    /// Send all sockets that listen.
    case offer(to: Int32)
    /// The new process serves: accept no more, and hand the clients over.
    case begin
    /// The new process has a client, or can't take it and says why.
    case adopted(UInt64)
    case declined(UInt64, String)
    /// A cancel request for a session that may be here.
    case cancel(listener: UInt32, packet: [UInt8])
  }

  private(set) var phase = Phase.awaitsHello

  mutating func receive(_ message: TakeoverMessage) throws(TakeoverError) -> Event {
    switch (phase, message) {
    case (.awaitsHello, .hello(let version, let processID)):
      guard version == TakeoverLimits.version else { throw .otherVersion(version) }
      phase = .awaitsReady
      return .offer(to: processID)
    case (.awaitsReady, .ready):
      phase = .handsOver
      return .begin
    case (.handsOver, .adopted(let number)): return .adopted(number)
    case (.handsOver, .declined(let number, let why)): return .declined(number, why)
    case (.handsOver, .cancel(let listener, let packet)):
      return .cancel(listener: listener, packet: packet)
    default: throw .unexpected(message.name)
    }
  }
}

/// The new process's part in a takeover.
///
/// ```
/// awaitsSockets ─ end of the sockets ─▶ starts ─ it is ready ─▶ takesOver
///                                                    (clients come, and cancel requests)
/// ```
struct TakeoverHeir {
  enum Phase { case awaitsSockets, starts, takesOver }

  /// What follows from a message.
  enum Event: Equatable {
    /// A socket that listens.
    case socket(name: String, address: String)
    /// All are there: start.
    case start
    /// A client of the old process's.
    case client(UInt64, HandedClient)
    /// A cancel request for a session that may be here.
    case cancel(listener: UInt32, packet: [UInt8])
  }

  private(set) var phase = Phase.awaitsSockets
  private var sockets: UInt32 = 0

  mutating func receive(_ message: TakeoverMessage) throws(TakeoverError) -> Event {
    switch (phase, message) {
    case (.awaitsSockets, .refused(let why)): throw .refused(why)
    case (.awaitsSockets, .socket(let name, let address)):
      guard sockets < TakeoverLimits.sockets else { throw .malformed("too many sockets") }
      sockets += 1
      return .socket(name: name, address: address)
    case (.awaitsSockets, .socketsEnd(let count)):
      guard count == sockets else { throw .malformed("\(sockets) of \(count) sockets have come") }
      phase = .starts
      return .start
    case (.takesOver, .client(let number, let client)): return .client(number, client)
    case (.takesOver, .cancel(let listener, let packet)):
      return .cancel(listener: listener, packet: packet)
    default: throw .unexpected(message.name)
    }
  }

  /// The process serves.
  mutating func isReady() {
    precondition(phase == .starts, "only a process that starts becomes ready")
    phase = .takesOver
  }
}
