import Glibc
import ShardMap
import Synchronization
import Threads

/// The running router's end of a takeover: it waits at a path for the process that is to take its place.
///
/// Whoever connects there, and runs as the same user, is handed all sockets that listen. When it says that it serves,
/// the router accepts no more and hands its clients over. Before that it goes on as if nothing had happened, should the
/// other one fail.
public final class TakeoverServer: Sendable {
  /// How far it has come.
  public enum State: Sendable, Equatable {
    /// Nobody has asked, or whoever did has failed.
    case waiting
    /// A process was handed the sockets, and starts.
    case offered(processID: Int32)
    /// A process serves in this one's place.
    case begun(processID: Int32)
  }

  /// What clients are handed over by, and whether no more are to be.
  private struct Handing {
    var channel: TakeoverChannel?
    var isOver = false
  }

  private let listening: TakeoverSocket
  private let identity: FileIdentity?
  private let router: Router
  private let sockets: [ListeningSocket]
  private let wake: @Sendable () -> Void
  private let state = Mutex(State.waiting)
  private let failures = Mutex<[TakeoverError]>([])
  private let handing = Mutex(Handing())
  private let isOver = StopSignal()
  private let thread = Mutex<JoinableThread?>(nil)

  /// Begins to listen at a path.
  ///
  /// - Parameters:
  ///   - path: the Unix socket's.
  ///   - router: whose sockets and clients they are.
  ///   - others: sockets that are not the router's own but go with it.
  ///   - wake: called, on another thread, when ``state-swift.property`` or ``takeFailures()`` has something new.
  /// - Throws: when the path can't be listened at.
  public init(
    path: String, router: Router, others: [ListeningSocket] = [],
    wake: @escaping @Sendable () -> Void
  ) throws(TakeoverError) {
    listening = try TakeoverSocket.listen(at: path)
    identity = FileIdentity(path: path)
    self.router = router
    self.wake = wake
    sockets = router.listening + others
    do throws(ThreadError) {
      let started = try JoinableThread { [self] in run() }
      thread.withLock { $0 = started }
    } catch {
      throw .socket(path: path, call: "pthread_create", errno: error.errno)
    }
  }

  /// How far it has come.
  public var currentState: State { state.withLock { $0 } }

  /// Why processes that wanted to take over have not, since the last call.
  public func takeFailures() -> [TakeoverError] {
    failures.withLock { failures in
      defer { failures = [] }
      return failures
    }
  }

  /// Hands nothing over any more, and returns when the thread has ended. Call it before the sockets are closed, but
  /// after the sessions have ended that a takeover has begun for.
  public func stop() {
    isOver.signal()
    let channel = handing.withLock { handing in
      handing.isOver = true
      return handing.channel
    }
    channel?.stop()
    thread.withLock { $0.take() }?.join()
    // Unless the new process has put its own there.
    if let identity, FileIdentity(path: listening.path) == identity { unlink(listening.path) }
    listening.close()
  }

  // MARK: Its thread

  private func run() {
    while isOver.wait(orReadable: listening.descriptor) {
      guard let socket = listening.accept() else { continue }
      var failure: TakeoverError?
      do throws(TakeoverError) {
        try serve(TakeoverChannel(socket), socket)
      } catch {
        failure = error
      }
      // One process takes this one's place; there is nothing to hand to another.
      let isReplaced = if case .begun = currentState { true } else { false }
      if !isReplaced { state.withLock { $0 = .waiting } }
      // Whoever hears of it finds that it waits for the next one.
      if let failure { failures.withLock { $0.append(failure) } }
      wake()
      if isReplaced { return }
    }
  }

  /// Deals with one process until it has failed, or until both have nothing more to say.
  private func serve(
    _ channel: TakeoverChannel, _ socket: TakeoverSocket
  ) throws(TakeoverError) {
    var part = TakeoverDonor()
    var incoming = IncomingMessages()
    while part.phase != .handsOver {
      let patience =
        part.phase == .awaitsHello
        ? TakeoverLimits.answerMilliseconds : TakeoverLimits.startMilliseconds
      guard isOver.wait(orReadable: socket.descriptor, milliseconds: patience) else {
        throw .noAnswer(milliseconds: patience)
      }
      incoming.append(try socket.receive())
      while let (message, descriptor) = try incoming.next() {
        // Nothing that is said so early comes with one.
        if let descriptor { close(descriptor) }
        try take(answer(to: message, &part, socket), channel, socket)
      }
    }
    try channel.run { (message, descriptor) throws(TakeoverError) in
      let event: TakeoverDonor.Event
      do throws(TakeoverError) {
        event = try part.receive(message)
      } catch {
        if let descriptor { close(descriptor) }
        throw error
      }
      try take(event, channel, socket, descriptor)
    }
  }

  /// What follows from a message of a process that starts; one that can't take over is told why.
  private func answer(
    to message: TakeoverMessage, _ part: inout TakeoverDonor, _ socket: TakeoverSocket
  ) throws(TakeoverError) -> TakeoverDonor.Event {
    do throws(TakeoverError) {
      return try part.receive(message)
    } catch {
      // It may be gone already.
      try? socket.send(TakeoverMessage.refused("\(error)").encoded, nil)
      throw error
    }
  }

  private func take(
    _ event: TakeoverDonor.Event, _ channel: TakeoverChannel, _ socket: TakeoverSocket,
    _ descriptor: Int32? = nil
  ) throws(TakeoverError) {
    switch event {
    case .offer(let processID):
      state.withLock { $0 = .offered(processID: processID) }
      for listening in sockets {
        try socket.send(
          TakeoverMessage.socket(name: listening.name, address: "\(listening.address)").encoded,
          listening.descriptor)
      }
      try socket.send(TakeoverMessage.socketsEnd(count: UInt32(sockets.count)).encoded, nil)
    case .begin:
      let isOver = handing.withLock { handing in
        handing.channel = channel
        return handing.isOver
      }
      // It was told to while the other process said that it serves.
      if isOver { channel.stop() }
      state.withLock { state in
        if case .offered(let processID) = state { state = .begun(processID: processID) }
      }
      router.handOver(to: channel)
      wake()
    case .adopted(let number): channel.settle(number, isAdopted: true)
    case .declined(let number, let why):
      failures.withLock { $0.append(.refused("a client was not taken: \(why)")) }
      channel.settle(number, isAdopted: false)
    case .cancel(let listener, let packet):
      if let descriptor { router.forward(cancel: packet, descriptor, listener: Int(listener)) }
    }
  }
}
