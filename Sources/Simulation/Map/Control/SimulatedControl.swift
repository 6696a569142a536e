import MapExchange
import MapSync
import Routing
import ShardMap

/// One server of the simulated control plane: what it says is decided by its mood.
final class SimulatedControl {
  /// An answer on its way: what is said, the body, and the nanoseconds that it takes.
  struct Reply {
    var answer: SyncAnswer
    var body: [UInt8] = []
    var delay: Int
    /// The newest map as the server rightly says it is.
    var head: MapEdition?
  }

  /// A request that waits for a change.
  private struct Waiter {
    let from: UInt64
    let since: UInt64
    let deadline: UInt64
    let deliver: (Reply) -> Void
  }

  private let world: SimulatedWorld
  private let history: MapHistory
  private var mood = ControlMood.honest
  /// The place in the history that it was restored to.
  private var restoredTo = 0
  private var waiters: [Waiter] = []
  private var listeners: [(deliver: (UInt64) -> Void, ended: () -> Void)] = []
  /// Requests that came, for the load.
  private(set) var requests = 0

  static let trusted = SigningKey(seed: Array(repeating: 11, count: 32))!
  private static let signer = SealSigner(privateKeys: [trusted])
  private static let stranger = SealSigner(
    privateKeys: [SigningKey(seed: Array(repeating: 12, count: 32))!])

  init(world: SimulatedWorld, history: MapHistory) {
    self.world = world
    self.history = history
  }

  // MARK: Moods

  func turn(_ mood: ControlMood) {
    guard mood != self.mood else { return }
    world.note("a control plane is \(mood.rawValue) now")
    self.mood = mood
    restoredTo = max(0, history.states.count - 1 - world.random.number(in: 1...6))
    let waiting = waiters
    let listening = listeners
    waiters = []
    listeners = []
    for waiter in waiting {
      waiter.deliver(Reply(answer: .failed("the connection was closed"), delay: world.delay()))
    }
    for listener in listening { listener.ended() }
  }

  /// The place in the history of what it takes for the newest state.
  private var head: Int { mood == .rolledBack ? restoredTo : history.states.count - 1 }

  // MARK: Requests

  /// Takes a request, and delivers the reply when it is made; how long it then travels is in it.
  func ask(_ request: SyncRequest, _ deliver: @escaping (Reply) -> Void) {
    requests += 1
    switch mood {
    case .down:
      return deliver(Reply(answer: .failed("connection refused"), delay: world.delay()))
    case .silent: return
    case .broken:
      return deliver(
        Reply(answer: .problem(code: "internal-error", text: "no"), delay: world.delay()))
    case .honest, .slow, .rolledBack, .strangerSigned, .wrongRoot, .truncated, .bomb, .garbage:
      break
    }
    let travel = mood == .slow ? world.random.size(in: 10_000_000...15_000_000_000) : world.delay()
    switch request.kind {
    case .snapshot: deliver(document(nil, waited: 0, travel))
    case .delta(let from, let wait):
      let newest = history.states[head].mapVersion
      if mood.isTruthful, from > newest {
        return deliver(Reply(answer: .versionAhead("version \(from) is ahead"), delay: travel))
      }
      guard mood.isTruthful, from == newest else {
        return deliver(document(from, waited: 0, travel))
      }
      guard wait > .zero else { return deliver(nothingNew(waited: 0, travel)) }
      let nanoseconds = UInt64(wait.components.seconds) * 1_000_000_000
      let waiter = Waiter(
        from: from, since: world.now, deadline: world.now + nanoseconds, deliver: deliver)
      waiters.append(waiter)
      world.at(waiter.deadline) { [unowned self] in expire(waiter.since, from) }
    }
  }

  private func expire(_ since: UInt64, _ from: UInt64) {
    guard let place = waiters.firstIndex(where: { $0.since == since && $0.from == from }) else {
      return
    }
    let waiter = waiters.remove(at: place)
    waiter.deliver(nothingNew(waited: world.now - waiter.since, world.delay()))
  }

  /// Tells everybody who waits that something was committed.
  func noteChange() {
    guard mood.isTruthful, mood != .rolledBack else { return }
    let waiting = waiters
    waiters = []
    for waiter in waiting {
      waiter.deliver(document(waiter.from, waited: world.now - waiter.since, world.delay()))
    }
    let sequence = history.head.mapVersion
    for listener in listeners where !world.random.chance(100) {
      world.after(world.delay()) { listener.deliver(sequence) }
    }
  }

  /// Opens the stream of hints; false when nobody answers.
  func openEvents(
    _ deliver: @escaping (UInt64) -> Void, ended: @escaping () -> Void
  ) -> Bool {
    guard mood.isTruthful else { return false }
    listeners.append((deliver, ended))
    return true
  }

  // MARK: Replies

  private func nothingNew(waited: UInt64, _ travel: Int) -> Reply {
    let edition = MapHistory.edition(history.states[head])
    return Reply(
      answer: .nothingNew(edition, waited: .nanoseconds(Int64(waited))), delay: travel,
      head: edition)
  }

  /// A delta from a version, or a snapshot.
  private func document(_ from: UInt64?, waited: UInt64, _ travel: Int) -> Reply {
    let state = history.states[head]
    var reply = Reply(
      answer: .document(waited: .nanoseconds(Int64(waited))), delay: travel,
      head: mood.isTruthful ? MapHistory.edition(state) : nil)
    var base: MapState?
    if let from {
      guard let place = history.place(from, upTo: head) else {
        return Reply(answer: .tooFarBehind, delay: travel)
      }
      base = history.states[place]
    }
    do {
      reply.body = try body(of: state, from: base)
    } catch {
      world.violate("the control plane can't seal version \(state.mapVersion): \(error)")
    }
    return reply
  }

  private func body(of state: MapState, from base: MapState?) throws(ExchangeError) -> [UInt8] {
    var state = state
    switch mood {
    case .honest, .down, .silent, .slow, .rolledBack, .broken: break
    case .strangerSigned, .wrongRoot, .truncated, .bomb, .garbage:
      // Something new, so that only what is wrong with it speaks against it.
      state.change(
        to: state.mapVersion + 50, issuedAtMilliseconds: state.issuedAtMilliseconds,
        upserts: [MapRecord(.region(id: "nowhere"))])
    }
    let seal = try state.seal(by: mood == .strangerSigned ? Self.stranger : Self.signer)
    if mood == .wrongRoot {
      state.change(
        to: state.mapVersion, issuedAtMilliseconds: state.issuedAtMilliseconds,
        upserts: [MapRecord(.region(id: "elsewhere"))])
    }
    let good: [UInt8]
    if let base {
      let delta = try state.delta(from: base, sealedBy: Self.signer)
      good =
        MapDelta(
          from: base.mapVersion, seal: seal, upserts: delta.upserts, removes: delta.removes
        ).encoded()
    } else {
      good = try state.snapshot(seal: seal)
    }
    switch mood {
    case .truncated: return Array(good.prefix(world.random.index(below: good.count)))
    case .bomb: return Self.bomb
    case .garbage: return world.random.bytes(world.random.number(in: 0...2_000))
    default: return good
    }
  }

  /// 256 MiB of zeros in 24 KB: one Zstandard frame of blocks that repeat a byte (RFC 8878 section
  /// 3.1.1.2.2).
  private static let bomb: [UInt8] = {
    let blockBytes = 128 << 10
    let header = (blockBytes << 3) | (1 << 1)
    let block = [
      UInt8(header & 0xFF), UInt8(header >> 8 & 0xFF), UInt8(header >> 16 & 0xFF), 0,
    ]
    // A window of 128 KiB, no checksum, no content size.
    return [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38]
      + Array(repeatElement(block, count: 6_000).joined())
  }()
}
