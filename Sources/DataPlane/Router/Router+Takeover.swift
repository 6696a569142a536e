import Glibc
import ShardMap

/// What a router does when another process takes its place, or it takes another's.
extension Router {
  /// Whether all sessions that could go to the process that takes this one's place have gone; those that are left drain.
  public var hasHandedOver: Bool { contexts.allSatisfy { $0.load.leftToHandOver == 0 } }

  /// Sessions that are left.
  public var sessionCount: Int { contexts.reduce(0) { $0 + $1.load.sessions } }

  /// Another process serves from now on: this one accepts nobody any more, and hands it the clients that can go.
  func handOver(to channel: TakeoverChannel) {
    for context in contexts { context.mailbox.post(.handOver(channel)) }
    admin?.orderStop()
  }

  /// This router takes another process's place: that may have sessions which cancel requests are for that come here.
  func join(_ channel: TakeoverChannel) {
    for context in contexts { context.mailbox.post(.takesOver(channel)) }
  }

  /// Gives a client of another process's to a worker: the least loaded of those that serve its tenant.
  func place(_ arrival: ArrivingClient) {
    let worker = workers(of: arrival.client.tenant).min {
      contexts[$0].load.sessions < contexts[$1].load.sessions
    }
    guard let worker else { return }
    // It counts from now on, so that many at once don't all go to the same worker.
    contexts[worker].load.add()
    contexts[worker].leave(.arrival(arrival))
  }

  private func workers(of tenant: [UInt8]) -> Range<Int> {
    let groups = contexts[0].groups
    let map = map
    guard let index = map.tenant(id: tenant.span.bytes),
      let label = map.policy(map.tenant(index).policy).label
    else { return groups.shared }
    return groups.groups[groups.number(ofLabel: map.string(label))].workers
  }

  /// Passes on a cancel request whose key another process doesn't know. The connection is the router's from now on.
  func forward(cancel packet: [UInt8], _ client: Int32, listener: Int) {
    guard listener < contexts[0].settings.listeners.count else {
      close(client)
      return
    }
    contexts[0].leave(
      .cancel(
        HandedCancel(
          client: client, listener: listener, packet: packet, workersLeft: contexts.count,
          isForeign: true)))
  }
}
