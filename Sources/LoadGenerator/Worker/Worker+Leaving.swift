import Glibc
import LoadClient
import Uring

/// How connections end, and are opened again.
extension Worker {
  /// A connection is of no more use: whatever is under way on it has failed, and it is opened again
  /// after a pause.
  mutating func connectionBroke(_ place: Int, _ failure: Failure, message: String? = nil) {
    let phase = connections[place].phase
    guard phase != .closing, phase != .closed else { return }
    let load = connections[place].load
    if phase.hasTransaction {
      connections[place].machine.disconnect(&loads[load].ledger)
      record(place, failure)
    } else if phase.isOpening {
      openingFailed(place, failure, message: message)
    } else if !connections[place].closesByReset {
      loads[load].troubles.note(
        .brokeWhileIdle, failure, message: connections[place].machine.lastFailureText)
    }
    connections[place].queued = 0..<0
    leave(place, reopenAfter: loads[load].onlyConnects ? nil : reopenPause(place))
  }

  /// Doubles with each failure in a row.
  private mutating func reopenPause(_ place: Int) -> Int64 {
    let failures = connections[place].failures
    connections[place].failures += 1
    return min(
      GeneratorLimits.shortestReopenPause << Int64(min(failures, 20)),
      GeneratorLimits.longestReopenPause)
  }

  /// An idle connection has served its time: it takes leave, and comes back for another tenant.
  mutating func replace(_ place: Int) {
    let load = connections[place].load
    let start = batch.bytes.count
    connections[place].machine.close(into: &batch.bytes)
    queueSession(place, from: start)
    leave(place, reopenAfter: 0)
    let tenant = connections[place].tenant
    // What waits for a tenant's last connection is not left alone.
    if case .open = loads[load].pace, loads[load].assigned[tenant] == 1,
      loads[load].waiting.hasAny(of: tenant)
    {
      return
    }
    loads[load].assigned[tenant] -= 1
    connections[place].tenant = loads[load].drawTenant(&random)
    loads[load].assigned[connections[place].tenant] += 1
  }

  /// Has the socket closed once nothing is under way on it, and opened again after a pause; nil:
  /// never.
  mutating func leave(_ place: Int, reopenAfter pause: Int64?) {
    let load = connections[place].load
    let tenant = connections[place].tenant
    if connections[place].phase.isOpen { loads[load].open[tenant] -= 1 }
    loads[load].idle.remove(place - loads[load].places.lowerBound, from: tenant)
    wakes.clear(place)
    deadlines[place] = .max
    connections[place].reopenPause = pause
    connections[place].phase = .closing
    if connections[place].socket >= 0 { toCancel.append(place) } else { close(place) }
  }

  /// Cancels what is under way on connections that leave. This comes behind their last sends, which
  /// it does not touch; a socket is closed only when its receive has ended, since the kernel keeps
  /// the connection until then.
  mutating func cancelLeaving() {
    while let place = toCancel.popFirst() {
      guard connections[place].phase == .closing, connections[place].socket >= 0 else { continue }
      let (socket, token) = (connections[place].socket, token(.cancel, place))
      while !ring.cancelAll(on: socket, token: token) { ring.submit() }
      connections[place].outstanding += 1
    }
  }

  /// Closes a socket that nothing is under way on.
  mutating func close(_ place: Int) {
    if connections[place].socket >= 0 {
      if connections[place].closesByReset { Sockets.resetWhenClosed(connections[place].socket) }
      _ = Glibc.close(connections[place].socket)
    }
    connections[place].socket = -1
    connections[place].closesByReset = false
    connections[place].backlog = nil
    connections[place].unsent = []
    connections[place].tls = nil
    connections[place].queued = 0..<0
    connections[place].generation &+= 1
    connections[place].phase = .closed
    if loads[connections[place].load].onlyConnects { return mayTryAgain(place) }
    guard let pause = connections[place].reopenPause else { return }
    if pause == 0 { toOpen.append(place) } else { wakes.set(place, to: now + pause) }
  }

  /// Resets a share of the open connections, chosen at random.
  mutating func resetConnections(share: Double) {
    var open = (0..<connections.count).filter { connections[$0].phase.isOpen }
    let wanted = Int((Double(open.count) * min(max(share, 0), 1)).rounded())
    for index in 0..<wanted {
      open.swapAt(index, Int.random(in: index..<open.count, using: &random))
      connections[open[index]].closesByReset = true
      connectionBroke(open[index], Failure(.reset))
    }
  }
}
