import Routing
import ShardMap
import Wire

/// A client that wants to know only whether it is let in.
final class MapClient {
  private let world: SimulatedWorld
  private let tenant: String
  /// How long it stays when it was let in, in nanoseconds.
  private let stays: Int
  private let decided: (SessionOutcome?) -> Void
  private var socket: SimulatedSocket?
  private var answer: [UInt8] = []
  private var isDecided = false
  private(set) var isDone = false

  /// `decided` is told the outcome, or nil when the connection ended without one.
  init(
    world: SimulatedWorld, tenant: String, stays: Int,
    decided: @escaping (SessionOutcome?) -> Void
  ) {
    self.world = world
    self.tenant = tenant
    self.stays = stays
    self.decided = decided
  }

  func begin(_ listener: SimulatedListener) {
    let (near, far) = SimulatedSocket.pair(world, "client", "router")
    socket = near
    near.watcher = { [unowned self] in step() }
    world.after(world.delay()) { listener.arrive(far) }
    do throws(StartupPacketError) {
      let bytes = try startup()
      _ = bytes.withUnsafeBytes { near.send($0) }
    } catch {
      world.violate("a startup packet can't be written: \(error)")
    }
  }

  private func startup() throws(StartupPacketError) -> [UInt8] {
    var packet = StartupMessageWriter()
    try packet.append(name: "user", value: "app")
    try packet.append(name: "database", value: tenant)
    try packet.append(name: "application_name", value: tenant)
    return try packet.finish()
  }

  private func step() {
    guard !isDone, let socket else { return }
    answer += socket.read(atMost: 64 << 10)
    if !isDecided, let outcome { decide(outcome) }
    if !isDone, socket.hasEnded {
      if !isDecided { decide(nil) }
      leave()
    }
  }

  private func decide(_ outcome: SessionOutcome?) {
    isDecided = true
    decided(outcome)
    guard outcome == .letIn else { return leave() }
    world.after(stays) { [weak self] in self?.leave() }
  }

  private func leave() {
    guard !isDone, let socket else { return }
    isDone = true
    if !socket.hasEnded {
      let goodbye = MessageEncoder.encode(type: FrontendMessageType.terminate, body: [])
      _ = goodbye.withUnsafeBytes { socket.send($0) }
    }
    socket.close()
  }

  /// What the answer says, once it is whole.
  private var outcome: SessionOutcome? {
    var rest = answer[...]
    while rest.count >= 5 {
      let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= length + 1 else { return nil }
      let type = rest[rest.startIndex]
      if type == BackendMessageType.readyForQuery { return .letIn }
      if type == BackendMessageType.errorResponse {
        return Self.refusal(Array(rest.dropFirst(5).prefix(length - 4)))
      }
      rest = rest.dropFirst(length + 1)
    }
    return nil
  }

  private static func refusal(_ body: [UInt8]) -> SessionOutcome? {
    guard let error = try? ErrorResponse.decode(body.span.bytes) else { return .other("garbage") }
    switch error.sqlState {
    case .invalidCatalogName: return .unknownTenant
    case .connectionRejected: return .suspended
    // The router, or the session, ends: that says nothing about the map.
    case .adminShutdown: return nil
    case .cannotConnectNow where error.message.contains("can't be let in"):
      return .permissionsExpired
    default: return .other("\(error.sqlState) \(error.message)")
    }
  }
}
