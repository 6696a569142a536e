import Pooling
import Routing
import Telemetry
import Wire

/// How links end: closed by their server, by the clock, or because nobody needs them.
extension Worker where K: ~Copyable {
  // MARK: Closing

  /// A server has closed a connection that nobody has, or what it said made no sense.
  mutating func serverVanished(_ link: SlabHandle) {
    let pool = links[link].pool
    let wasLoggingIn = links[link].phase == .loggingIn || links[link].phase == .encrypting
    let distrust = wasLoggingIn ? distrust(link) : nil
    let question = links[link].question?.question
    close(link: link)
    if let question { refuseAll(question.sessions, .noAnswerAboutVerifier) }
    if let distrust {
      serverFailed(pool, .untrusted(distrust))
    } else if wasLoggingIn {
      serverFailed(pool, .connect(errno: Errno.connectionReset))
    } else {
      openLinks(for: pool)
    }
  }

  /// Closes a connection that nobody has.
  mutating func close(link: SlabHandle) {
    let pool = links[link].pool
    switch links[link].phase {
    case .connecting, .encrypting, .loggingIn:
      pools[pool].comingCount -= 1
      pools[pool].openingCount -= 1
    case .cleaning, .cooling, .asking, .checking: pools[pool].comingCount -= 1
    case .idle: unlinkIdle(link)
    case .lent: pools[pool].lentCount -= 1
    case .closing: return
    }
    links[link].moveOn(.over)
    closing(link)
  }

  /// Closes one that was just taken off its pool's list.
  mutating func close(idle link: SlabHandle) {
    links[link].moveOn(.over)
    closing(link)
  }

  mutating func closing(_ link: SlabHandle) {
    linkTimers.clear(link.index)
    beginServerEnd(link)
    beganToLeave(links[link].pool)
    list(link: link)
  }

  private mutating func unlinkIdle(_ link: SlabHandle) {
    let pool = links[link].pool
    var place = pools[pool].idle
    if place == link {
      pools[pool].idle = links[link].nextIdle
      countIdle(pool, by: -1)
      return
    }
    while let current = place {
      let next = links[current].nextIdle
      if next == link {
        links[current].nextIdle = links[link].nextIdle
        countIdle(pool, by: -1)
        return
      }
      place = next
    }
  }

  mutating func giveBack(link: SlabHandle) {
    kernel.close(links[link].socket)
    if let message = links[link].message { loginBlocks.giveBack(message) }
    if let answer = links[link].tlsAnswer { loginBlocks.giveBack(answer) }
    linkTimers.clear(link.index)
    let pool = links[link].pool
    values.clear(&links[link].parameters)
    links.remove(link)
    pools[pool].lacksPlace = false
    pools[pool].openCount -= 1
    hasLeft(pool)
    openLinks(for: pool)
    forgetIfUnused(pool)
  }

  // MARK: Deadlines

  /// Sees to the deadlines of server connections.
  mutating func expireLinkTimers() {
    while let slot = linkTimers.nextExpired(now: kernel.now) {
      if let link = links.currentHandle(at: Int(slot)) { expired(link: link) }
    }
  }

  private mutating func expired(link: SlabHandle) {
    let pool = links[link].pool
    switch links[link].phase {
    case .connecting, .encrypting, .loggingIn:
      close(link: link)
      serverFailed(pool, .connect(errno: Errno.timedOut))
    case .idle:
      if retirement(of: link, isUnused: true) != nil {
        close(link: link)
      } else {
        setLinkDeadline(link)
      }
    case .checking: serverIsSilent(link)
    case .cleaning, .cooling, .asking:
      let question = links[link].question?.question
      close(link: link)
      if let question { refuseAll(question.sessions, .noAnswerAboutVerifier) }
      openLinks(for: pool)
    case .closing where links[link].awaitsServerEnd: stopAwaitingServerEnd(link)
    case .lent, .closing: return
    }
  }
}
