@testable import Simulation

/// A client that connects, says as little as it is told to, and never reads or leaves by itself.
final class SilentClient {
  private let socket: SimulatedSocket

  init(_ world: SimulatedWorld, at listener: SimulatedListener, greeting: [UInt8]) {
    let (near, far) = SimulatedSocket.pair(world, "silent", "router")
    socket = near
    listener.arrive(far)
    if !greeting.isEmpty { _ = greeting.withUnsafeBytes { near.send($0) } }
  }

  /// Whether the router has ended the connection.
  var wasCut: Bool { socket.hasPeerFinished || socket.wasReset }

  func leave() { socket.close() }
}
