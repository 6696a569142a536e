import Glibc
import TLS
import Uring

/// One thread's server: it accepts, reads, answers and sends by one ring, and shares nothing with other workers.
///
/// A turn waits for completions, takes all that are there, and only then queues sends: one for each connection that has answers, which all
/// happen inside the next wait. A send that falls short is seen among the next turn's completions; until those are read, the answers stay where
/// they are (there are two buffers, used in turn).
struct NullWorker: ~Copyable {
  // Gone first: until then the kernel may read and write what the others own.
  var ring: Ring
  let context: WorkerContext
  let canned = CannedAnswers()
  let tlsContext: TLSContext?
  var connections: ConnectionTable
  /// The answers of this turn, and those whose sends have happened since.
  var answers = AnswerBuffer()
  var sentAnswers = AnswerBuffer()
  var headers: SendHeaders
  /// The connections that have something to do at the end of the turn.
  var listed: [Int] = []
  /// Reused for bytes on their way through TLS.
  var plaintext: [UInt8] = []
  var ciphertext: [UInt8] = []
  var delayed = DelayLine()
  var counters = NullServerCounters()
  var isAccepting = false
  var acceptsAgainAt: UInt64 = 0
  var nextProcessID: Int32 = 1
  /// How many sends wait for room, and when receives beside them are begun anew.
  var waitingSends = 0
  var renewsAt: UInt64 = .max
  private(set) var isStopping = false
  let delay: UInt64
  private let stall: StallSchedule?

  init(_ context: WorkerContext, capabilities: Capabilities) throws(NullServerError) {
    let settings = context.settings
    let tlsContext = try Self.tlsContext(context)
    let shape = RingConfiguration.connections(capabilities)
    ring = try Self.ring(shape)
    self.tlsContext = tlsContext
    self.context = context
    connections = ConnectionTable(capacity: settings.connectionsAWorker)
    headers = SendHeaders(count: shape.submissionEntries)
    delay = settings.delay.nanoseconds
    stall = settings.stall.map { StallSchedule($0, startedAt: context.startedAt) }
  }

  private static func ring(_ shape: RingConfiguration) throws(NullServerError) -> Ring {
    do throws(RingError) {
      return try Ring(shape)
    } catch { throw .ring(error) }
  }

  private static func tlsContext(
    _ context: WorkerContext
  ) throws(NullServerError) -> TLSContext? {
    guard let certificate = context.settings.certificate else { return nil }
    do throws(TLSError) {
      var settings = try TLSContext.ServerSettings(
        certificatePath: certificate.certificatePath, keyPath: certificate.keyPath)
      settings.ticketKeys = context.ticketKeys
      return try TLSContext(server: settings)
    } catch { throw .certificate(error) }
  }

  /// Serves until it is told to stop.
  mutating func run() {
    queueAccept()
    while !ring.receive(from: context.stopSocket, token: WorkerToken(.stop).rawValue) {
      ring.submit()
    }
    while !isStopping { turn() }
    for index in 0..<connections.highWaterMark where connections.isTaken(index) {
      shutdown(connections[index].descriptor, Int32(SHUT_RDWR))
      close(connections[index].descriptor)
    }
  }

  private mutating func turn() {
    wait()
    if let stall { sleep(through: stall) }
    // What a full completion queue has kept back comes with another submit.
    repeat {
      while let completion = ring.nextCompletion() { take(completion) }
      if ring.unsubmittedCount == 0, !ring.hasOverflow { break }
      ring.submit()
    } while true
    if delay > 0 { takeDelayed() }
    if waitingSends > 0 { renewReceives() }
    if !isAccepting, acceptsAgainAt == 0 || acceptsAgainAt <= WorkerClock.now { queueAccept() }
    settleListed()
    counters.openConnections = UInt64(connections.count)
    context.counters.publish(counters)
  }

  private mutating func wait() {
    guard listed.isEmpty else { return ring.submit() }
    var wakesAt = delayed.nextDueAt ?? .max
    if !isAccepting { wakesAt = min(wakesAt, acceptsAgainAt) }
    if waitingSends > 0 { wakesAt = min(wakesAt, renewsAt) }
    guard wakesAt < .max else { return ring.submitAndWait(forNanoseconds: nil) }
    let now = WorkerClock.now
    if wakesAt > now {
      ring.submitAndWait(forNanoseconds: Int64(wakesAt - now))
    } else {
      ring.submit()
    }
  }

  /// Holds everything as long as a stall takes.
  private mutating func sleep(through stall: StallSchedule) {
    while !context.isStopping {
      let remaining = stall.remaining(at: WorkerClock.now)
      if remaining == 0 { return }
      WorkerClock.sleep(nanoseconds: min(remaining, NullServerLimits.stallNapNanoseconds))
    }
  }

  // MARK: Completions

  private mutating func take(_ completion: Completion) {
    let token = WorkerToken(rawValue: completion.token)
    switch token.kind {
    case .receive: received(completion, token.index)
    case .quietSend: quietSendFellShort(completion.result, token.index)
    case .send: sent(completion.result, token.index)
    case .cancel: break
    case .accept: accepted(completion)
    case .stop:
      if let slice = ring.buffers.claim(completion) { ring.buffers.release(slice) }
      isStopping = true
    }
  }

  private mutating func accepted(_ completion: Completion) {
    if !completion.hasMore { isAccepting = false }
    guard completion.result >= 0 else {
      if Self.isShortage(-completion.result) {
        acceptsAgainAt = WorkerClock.now + NullServerLimits.acceptPauseNanoseconds
      }
      return
    }
    guard !connections.isFull else {
      close(completion.result)
      return
    }
    counters.connections += 1
    let index = connections.insert(
      Connection(
        completion.result, BackendSession(canned, processID: nextProcessID),
        expectsProxyHeader: context.settings.expectsProxyHeader))
    nextProcessID = nextProcessID == .max ? 1 : nextProcessID + 1
    list(index)
  }

  private static func isShortage(_ code: Int32) -> Bool {
    [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(code)
  }

  private mutating func queueAccept() {
    while !ring.accept(on: context.listener, token: WorkerToken(.accept).rawValue) { ring.submit() }
    isAccepting = true
    acceptsAgainAt = 0
  }

  /// Sees to it that the connection is looked at when the turn ends.
  @inline(__always)
  mutating func list(_ index: Int) {
    if connections[index].isListed { return }
    connections[index].isListed = true
    listed.append(index)
  }
}
