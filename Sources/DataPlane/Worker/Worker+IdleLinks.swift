import Pooling
import Routing

/// The links of a pool that nobody has: the one that was used last is lent first, so that the others grow old and can be closed.
extension Worker where K: ~Copyable {
  /// Nobody has a link any more: it waits for the next, or is closed.
  mutating func becameIdle(_ link: SlabHandle) {
    let pool = links[link].pool
    links[link].idleSince = kernel.now
    putBack(link, pool)
    if pools[pool].isRetired || pools[pool].isPaused || links[link].isRetired || isStopping {
      return close(link: link)
    }
    // The process that takes over needs the server's place.
    if takeover.isHandingOver, pools[pool].wantedCount == 0 { return close(link: link) }
    if retirement(of: link, isUnused: false) != nil {
      close(link: link)
    } else {
      setLinkDeadline(link)
      list(link: link)
    }
    serve(pool)
    reviewLack(of: pool)
    // Those that waited may have needed no more than a greeting, which leaves the link here.
    if pools[pool].idleCount > 0 { leaveToRivals(pool) }
    if pools[pool].linkCount < poolLimits.minimum, !poolsToRetry.contains(pool) {
      openLinks(for: pool)
    }
  }

  /// Why an idle link is to be closed now; `isUnused` when it may have been idle for a while.
  mutating func retirement(of link: SlabHandle, isUnused: Bool) -> LinkRetirement? {
    let pool = links[link].pool
    return links[link].age.retirement(
      limits(of: pool), counts: pools[pool].counts,
      claims: claims(on: pool, isUnused: isUnused), now: kernel.now)
  }

  /// An idle connection of a pool, the one that was used last; nil when there is none, or none of which it is known that its server is still there.
  mutating func takeIdle(_ pool: Int) -> SlabHandle? {
    guard let link = firstIdle(pool), !links[link].age.isDoubtful(poolLimits, at: kernel.now)
    else { return nil }
    takeFirstIdle(pool)
    return link
  }

  /// The idle connection of a pool that was used last, of those that can be lent.
  private mutating func firstIdle(_ pool: Int) -> SlabHandle? {
    while let link = pools[pool].idle {
      // One whose server has closed it or is saying something, or that is too old, is not lent.
      if links[link].source != .ended, links[link].answers.isBetweenMessages,
        links[link].retiresAt > kernel.now
      {
        return link
      }
      takeFirstIdle(pool)
      close(idle: link)
    }
    return nil
  }

  /// The idle connection of a pool that was used last, if that is long ago.
  mutating func takeDoubtful(_ pool: Int) -> SlabHandle? {
    guard let link = firstIdle(pool), links[link].age.isDoubtful(poolLimits, at: kernel.now)
    else { return nil }
    takeFirstIdle(pool)
    return link
  }

  private mutating func takeFirstIdle(_ pool: Int) {
    guard let link = pools[pool].idle else { return }
    pools[pool].idle = links[link].nextIdle
    countIdle(pool, by: -1)
    links[link].nextIdle = nil
  }

  /// Puts a link back that was just taken.
  mutating func putBack(_ link: SlabHandle, _ pool: Int) {
    links[link].nextIdle = pools[pool].idle
    pools[pool].idle = link
    countIdle(pool, by: 1)
  }

  /// A pool has an idle link more, or one less.
  @inline(__always)
  mutating func countIdle(_ pool: Int, by change: Int) {
    pools[pool].idleCount += change
    idleLinkCount += change
    if let share = pools[pool].share { shares[share].idleCount += change }
  }

  /// Has an idle link looked at again when it may be old, or may not have been needed for long. If its pool's minimum keeps it until then, until nobody
  /// has used the pool for as long.
  mutating func setLinkDeadline(_ link: SlabHandle) {
    var look = links[link].age.nextLook(poolLimits)
    if look <= kernel.now, let idle = poolLimits.idleNanoseconds {
      look = min(kernel.now.advanced(byNanoseconds: idle), links[link].retiresAt)
    }
    linkTimers.set(link.index, to: look)
  }
}
