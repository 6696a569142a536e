import Synchronization

/// What a null server has done since its start.
public struct NullServerCounters: Sendable, Equatable {
  /// Connections that were accepted.
  public var connections: UInt64 = 0
  /// Connections that are there now.
  public var openConnections: UInt64 = 0
  /// Statements that were executed.
  public var statements: UInt64 = 0
  /// Bytes that came.
  public var bytesReceived: UInt64 = 0
  /// Bytes that were sent, or wait to be.
  public var bytesSent: UInt64 = 0

  static func += (sum: inout NullServerCounters, part: NullServerCounters) {
    sum.connections += part.connections
    sum.openConnections += part.openConnections
    sum.statements += part.statements
    sum.bytesReceived += part.bytesReceived
    sum.bytesSent += part.bytesSent
  }
}

/// One worker's counters, which it publishes once a turn and others read.
final class WorkerCounters: Sendable {
  private let connections = Atomic<UInt64>(0)
  private let openConnections = Atomic<UInt64>(0)
  private let statements = Atomic<UInt64>(0)
  private let bytesReceived = Atomic<UInt64>(0)
  private let bytesSent = Atomic<UInt64>(0)

  /// Publishes; only the worker calls it.
  func publish(_ counters: NullServerCounters) {
    connections.store(counters.connections, ordering: .relaxed)
    openConnections.store(counters.openConnections, ordering: .relaxed)
    statements.store(counters.statements, ordering: .relaxed)
    bytesReceived.store(counters.bytesReceived, ordering: .relaxed)
    bytesSent.store(counters.bytesSent, ordering: .relaxed)
  }

  /// What was published last.
  var snapshot: NullServerCounters {
    NullServerCounters(
      connections: connections.load(ordering: .relaxed),
      openConnections: openConnections.load(ordering: .relaxed),
      statements: statements.load(ordering: .relaxed),
      bytesReceived: bytesReceived.load(ordering: .relaxed),
      bytesSent: bytesSent.load(ordering: .relaxed))
  }
}
