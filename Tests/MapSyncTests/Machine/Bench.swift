import MapSync
import ShardMap

/// A machine, a clock that stands still until it is told to go on, and what the machine has said.
final class Bench {
  var machine: SyncMachine
  var now: FreshnessClock
  private(set) var stamps: [SidecarStatement] = []
  private(set) var notes: [SyncNote] = []
  private(set) var requests: [(at: Int64, request: SyncRequest)] = []

  static let interval = Duration.seconds(10)
  static let five = MapEdition(version: 5, root: root(5))

  static func root(_ number: UInt8) -> MapRoot {
    MapRoot(bytes: [UInt8](repeating: number, count: MapRoot.byteCount)) ?? .none
  }

  static let morning = FreshnessClock(
    bootNanoseconds: 1_000_000_000_000, wallMilliseconds: 1_795_000_000_000,
    bootID: BootID(high: 1, low: 2))

  /// A sidecar that holds version 5, confirmed a minute ago.
  static let restarted = SyncStart(published: five, stored: five, confirmed: earlier(.seconds(60)))

  static func earlier(_ age: Duration) -> FreshnessClock {
    FreshnessClock(
      bootNanoseconds: morning.bootNanoseconds - age.nanoseconds,
      wallMilliseconds: morning.wallMilliseconds - age.nanoseconds / 1_000_000,
      bootID: morning.bootID)
  }

  init(
    _ start: SyncStart = restarted, controlPlanes: Int = 1, interval: Duration = interval,
    longPoll: Bool = false, events: Bool = false, seed: UInt64 = 1
  ) {
    now = Self.morning
    let settings = SyncSettings(
      controlPlanes: controlPlanes, interval: interval, longPoll: longPoll, events: events)
    machine = SyncMachine(settings, start: start, seed: seed, writerPID: 77, now: now)
  }

  /// Hands over an event and gives the actions that are neither stamp nor note.
  @discardableResult
  func send(_ event: SyncEvent) -> [SyncAction] {
    var rest: [SyncAction] = []
    for action in machine.handle(event, now: now) {
      switch action {
      case .stamp(let statement): stamps.append(statement)
      case .note(let note): notes.append(note)
      case .request(let request):
        requests.append((now.bootNanoseconds, request))
        rest.append(action)
      default: rest.append(action)
      }
    }
    return rest
  }

  /// Lets the clock go on.
  func pass(_ time: Duration) {
    now.bootNanoseconds += time.nanoseconds
    now.wallMilliseconds =
      Self.morning.wallMilliseconds
      + (now.bootNanoseconds - Self.morning.bootNanoseconds) / 1_000_000
  }

  /// Lets the clock go on to the machine's next moment, and gives what it does then.
  @discardableResult
  func next() -> [SyncAction] {
    let wake = machine.sleepUntil
    if wake > now.bootNanoseconds, wake != .max {
      pass(.nanoseconds(wake - now.bootNanoseconds))
    }
    return send(.clock)
  }

  /// Goes on until a request is sent, and gives it.
  func nextRequest() -> SyncRequest? {
    for _ in 0..<100 {
      if let request = next().request { return request }
    }
    return nil
  }

  /// Goes on until the control plane has confirmed the map in use.
  func confirm() {
    guard let request = nextRequest(), let stored = machine.status.stored else { return }
    send(.answered(request.id, .nothingNew(stored, waited: .zero)))
  }

  /// Takes a document all the way.
  func deliver(_ id: RequestID, _ edition: MapEdition) -> [SyncAction] {
    send(.answered(id, .document(waited: .zero))) + send(.applied(id, edition))
  }

  var age: Duration {
    guard let confirmed = machine.status.confirmed else { return .seconds(1 << 40) }
    return .nanoseconds(now.bootNanoseconds - confirmed.bootNanoseconds)
  }
}

extension Duration {
  var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}

extension [SyncAction] {
  var requests: [SyncRequest] {
    compactMap { if case .request(let request) = $0 { request } else { nil } }
  }
  var request: SyncRequest? { requests.first }
}
