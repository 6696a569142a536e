import Logging
import MapSync
import ShardMap

/// Carries out what the machine decides. One task runs it; everything else feeds it.
struct SidecarLoop: ~Copyable {
  /// Something for the loop.
  enum Input: Sendable {
    case event(SyncEvent)
    case answer(RequestID, SyncAnswer, Payload?)
    case alarm
  }
  typealias Feed = AsyncStream<Input>.Continuation

  private var machine: SyncMachine
  private let client: ControlPlaneClient
  private let keeper: KeeperQueue
  private let page: FreshnessPage
  private let board: Board
  private let feed: Feed
  private var log: NoteLog
  private let logger: Logger
  private var requests: [RequestID: Task<Void, Never>] = [:]
  private var payloads: [RequestID: Payload] = [:]
  private var events: Task<Void, Never>?
  private var alarm = Alarm()
  /// Whether what only the start needed was given back.
  private var isSettled = false

  init(
    machine: SyncMachine, client: ControlPlaneClient, page: FreshnessPage, board: Board,
    feed: Feed, logger: Logger
  ) {
    self.machine = machine
    self.client = client
    keeper = client.keeper
    self.page = page
    self.board = board
    self.feed = feed
    self.logger = logger
    log = NoteLog(logger, client.controlPlanes)
  }

  /// Runs until there are no more inputs.
  mutating func run(_ inputs: AsyncStream<Input>) async {
    handle(.clock)
    for await input in inputs {
      switch input {
      case .alarm:
        alarm.rang()
        handle(.clock)
      case .event(let event): handle(event)
      case .answer(let id, let answer, let payload):
        requests[id] = nil
        payloads[id] = payload
        handle(.answered(id, answer))
        // What was not asked for any more is dropped; what is to be applied was taken.
        payloads[id] = nil
        settle()
      }
    }
    await stop()
  }

  /// With the first answer the start is over.
  private mutating func settle() {
    guard !isSettled else { return }
    isSettled = true
    let keeper = keeper
    Task { await keeper.run { _ in Allocator.trim() } }
  }

  private mutating func stop() async {
    alarm.stop()
    events?.cancel()
    for request in requests.values { request.cancel() }
    // A map that is being taken in is taken in to the end.
    await keeper.run { keeper in _ = try? keeper.tidy() }
  }

  private mutating func handle(_ event: SyncEvent) {
    let now = FreshnessClock.now()
    for action in machine.handle(event, now: now) { carryOut(action) }
    board.write(machine.status, at: now.bootNanoseconds)
    let feed = feed
    alarm.set(machine.sleepUntil) { feed.yield(.alarm) }
  }

  private mutating func carryOut(_ action: SyncAction) {
    switch action {
    case .request(let request): send(request)
    case .cancel(let id):
      requests.removeValue(forKey: id)?.cancel()
      payloads[id] = nil
    case .apply(let id): apply(id)
    case .publish(let id): take(id, isLarge: true) { $0.publish() }
    case .discard(let id): payloads[id] = nil
    case .openEvents(let controlPlane, let after): openEvents(controlPlane, after)
    case .closeEvents:
      events?.cancel()
      events = nil
    case .stamp(let statement): page.write(statement)
    case .note(let note): log.write(note)
    }
  }

  private mutating func send(_ request: SyncRequest) {
    logger.trace("asking", metadata: ["request": "\(request)"])
    let (client, feed) = (client, feed)
    requests[request.id] = Task {
      let (answer, payload) = await client.ask(request) {
        feed.yield(.event(.progress(request.id)))
      }
      feed.yield(.answer(request.id, answer, payload))
    }
  }

  private mutating func apply(_ id: RequestID) {
    switch payloads.removeValue(forKey: id) {
    case .delta(let bytes):
      take(id, isLarge: bytes.count >= Allocator.largeDelta) { $0.apply(delta: bytes) }
    case .snapshot(let box): take(id, isLarge: true) { $0.apply(box.reception) }
    case .faulty(let fault): take(id) { $0.outcome(fault) }
    case nil: preconditionFailure("a document has a body")
    }
  }

  private func take(
    _ id: RequestID, isLarge: Bool = false,
    _ body: @escaping @Sendable (MapKeeper) -> KeeperOutcome
  ) {
    let (keeper, feed, logger) = (keeper, feed, logger)
    Task {
      let outcome = await keeper.run(body)
      feed.yield(.event(outcome.event(id)))
      let fault = await keeper.run { keeper -> StoreFault? in
        do throws(StoreFault) {
          let isCompacted = keeper.store.wantsCompaction
          if keeper.isUntidy { try keeper.tidy() }
          if isLarge || isCompacted { Allocator.trim() }
          return nil
        } catch {
          return error
        }
      }
      if let fault { logger.warning("tidying up is put off: \(fault)") }
    }
  }

  private mutating func openEvents(_ controlPlane: Int, _ after: UInt64) {
    events?.cancel()
    let (client, feed) = (client, feed)
    events = Task {
      await client.events(controlPlane, after: after) { feed.yield(.event($0)) }
      if !Task.isCancelled { feed.yield(.event(.eventsEnded)) }
    }
  }
}
