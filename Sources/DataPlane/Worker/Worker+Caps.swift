import Pooling
import Routing
import ShardMap

/// The worker's share of the connections that the router may have to one instance: which of its pools get them, and what it leaves to others.
///
/// ``InstanceCap`` says how workers share, ``LinkAge`` when a link is closed for somebody else. A link counts from before its socket is made until after it
/// is closed, and a server that is logged in to has gone by then (`Worker+LinkEnd`).
extension Worker where K: ~Copyable {
  // MARK: Joining

  /// A pool is made: it shares what the router may have of its instance.
  mutating func joinShare(_ pool: Int) {
    guard let caps = context.caps else { return }
    let address = pools[pool].address
    let share = shareByAddress[address] ?? freeShares.popLast() ?? shares.count
    if shareByAddress[address] == nil {
      let entry = InstanceShare(address: address, cap: caps.join(address))
      if share == shares.count { shares.append(entry) } else { shares[share] = entry }
      shareByAddress[address] = share
    }
    shares[share].pools.append(pool)
    pools[pool].share = share
  }

  /// A pool without links is forgotten.
  mutating func leaveShare(_ pool: Int) {
    guard let share = pools[pool].share else { return }
    noLongerLacks(pool)
    shares[share].pools.removeAll { $0 == pool }
    guard shares[share].pools.isEmpty else { return }
    shareByAddress[shares[share].address] = nil
    context.caps?.leave(shares[share].address)
    freeShares.append(share)
  }

  // MARK: Taking

  /// Takes a connection for one more link of a pool; false when the cap leaves none. Then those that wait are served when it does.
  mutating func takeConnection(for pool: Int) -> Bool {
    guard let share = pools[pool].share else { return true }
    guard pools[pool].counts.unprovided > 0 else { return takeForMinimum(pool, share) }
    if shares[share].lacking.isEmpty, shares[share].cap.take(context.member) { return true }
    if pools[pool].lacksSince == nil {
      pools[pool].lacksSince = kernel.now
      shares[share].lacking.append(pool)
    }
    seekRoom(share)
    return false
  }

  /// What nobody waits for is taken only if it is free.
  private mutating func takeForMinimum(_ pool: Int, _ share: Int) -> Bool {
    if shares[share].lacking.isEmpty, shares[share].cap.room(for: context.member) > 0 {
      if shares[share].cap.take(context.member) { return true }
      leaveLine(share)
    }
    retryLater(pool, at: kernel.now.advanced(byNanoseconds: poolLimits.refillMaximumNanoseconds))
    return false
  }

  /// Opens links for the pools that lack one, as far as the cap leaves any; each goes behind the others for its next.
  private mutating func serveLacking(_ share: Int) {
    while let pool = shares[share].lacking.first {
      reviewLack(of: pool)
      guard shares[share].lacking.first == pool else { continue }
      guard shares[share].cap.take(context.member) else { return seekRoom(share) }
      shares[share].lacking.removeFirst()
      pools[pool].lacksSince = nil
      if openLink(for: pool) { openLinks(for: pool) }
    }
    leaveLine(share)
  }

  /// Nobody waits for a link of the pool any more, or one will come.
  mutating func noLongerLacks(_ pool: Int) {
    guard let share = pools[pool].share, pools[pool].lacksSince != nil else { return }
    pools[pool].lacksSince = nil
    shares[share].lacking.removeAll { $0 == pool }
    if shares[share].lacking.isEmpty { leaveLine(share) }
  }

  /// Fewer wait for a link of the pool than a moment ago, or none may be opened now.
  mutating func reviewLack(of pool: Int) {
    guard pools[pool].lacksSince != nil else { return }
    if case .open = openingDecision(pool), pools[pool].counts.unprovided > 0 { return }
    noLongerLacks(pool)
    // It may never have had a link, whose end would have it forgotten.
    if pools[pool].openCount == 0 { retryLater(pool, at: kernel.now) }
  }

  private mutating func leaveLine(_ share: Int) {
    if let next = shares[share].cap.withdraw(context.member) { tellGranted(next, share) }
  }

  private mutating func tellGranted(_ worker: Int, _ share: Int) {
    guard worker != context.member else { return }
    context.fellows[worker].post(.serverGranted(shares[share].address))
  }

  // MARK: Giving back

  /// A link of the pool has begun to close.
  mutating func beganToLeave(_ pool: Int) {
    if let share = pools[pool].share { shares[share].leaving += 1 }
  }

  /// The link is closed: somebody else can have its connection.
  mutating func hasLeft(_ pool: Int) {
    guard let share = pools[pool].share else { return }
    shares[share].leaving -= 1
    giveBackConnection(of: pool)
    serveLacking(share)
  }

  /// Gives a connection back that no link has.
  mutating func giveBackConnection(of pool: Int) {
    guard let share = pools[pool].share,
      let next = shares[share].cap.giveBack(context.member)
    else { return }
    tellGranted(next, share)
  }

  /// Who else would have the connection of a link of the pool's; `isUnused` when it may be idle for so long that any other worker gets it.
  mutating func claims(on pool: Int, isUnused: Bool) -> LinkClaims {
    var claims = LinkClaims()
    guard let share = pools[pool].share else { return claims }
    let leaving = shares[share].leaving
    claims.isOwed = shares[share].cap.owes(context.member, leaving: leaving)
    if isUnused {
      claims.isWanted = shares[share].cap.isWanted(from: context.member, leaving: leaving)
    }
    if shares[share].lacksRoom, let rival = shares[share].lacking.first(where: { $0 != pool }) {
      claims.rival = LinkClaims.Rival(
        links: pools[rival].linkCount, since: pools[rival].lacksSince ?? kernel.now)
    }
    return claims
  }

  // MARK: Seeking

  /// Nobody of the pool wants a link that it has: one goes to another pool that lacks one.
  mutating func leaveToRivals(_ pool: Int) {
    if let share = pools[pool].share { seekRoom(share) }
  }

  /// Looks for a connection for the pools that lack one: another pool's that is idle, else another worker's.
  private mutating func seekRoom(_ share: Int) {
    guard shares[share].lacksRoom else { return }
    if let link = oldestIdle(share) { return close(link: link) }
    guard shares[share].cap.workers > 1 else { return }
    if shares[share].askAt <= kernel.now { askPeers(share) }
    choresDue = min(choresDue ?? shares[share].askAt, shares[share].askAt)
  }

  private mutating func askPeers(_ share: Int) {
    shares[share].askAt = kernel.now.advanced(byNanoseconds: poolLimits.unusedNanoseconds)
    for peer in 0..<shares[share].cap.workers
    where peer != context.member && shares[share].cap.mayGive(peer) {
      context.fellows[peer].post(.serverWanted(shares[share].address))
    }
  }

  /// Asks again where the pools still lack links.
  mutating func seekRoomAgain() {
    for share in shares.indices where !shares[share].lacking.isEmpty {
      for pool in shares[share].lacking { reviewLack(of: pool) }
      if shares[share].askAt <= kernel.now {
        seekRoom(share)
      } else {
        choresDue = min(choresDue ?? shares[share].askAt, shares[share].askAt)
      }
    }
  }

  /// Another worker stands in line: it gets what is idle here, if it is owed it or if it wasn't used for a while.
  mutating func serverIsWanted(at address: SocketAddress) {
    guard let share = shareByAddress[address], let link = oldestIdle(share),
      retirement(of: link, isUnused: true) != nil
    else { return }
    close(link: link)
  }

  /// A connection was handed to this worker.
  mutating func serverWasGranted(at address: SocketAddress) {
    guard let share = shareByAddress[address] else { return }
    // It goes well: no need to hold back with the next question.
    shares[share].askAt = .origin
    serveLacking(share)
  }

  /// The link that has been idle for longest at an instance. Whoever waits while all are lent looks through no pool.
  private mutating func oldestIdle(_ share: Int) -> SlabHandle? {
    guard shares[share].idleCount > 0 else { return nil }
    var oldest: SlabHandle?
    for pool in shares[share].pools { oldest = olderIdle(of: pool, than: oldest) }
    return oldest
  }

  /// The pool's link that has been idle for longest, if it has for longer than another one.
  private mutating func olderIdle(of pool: Int, than other: SlabHandle?) -> SlabHandle? {
    var oldest = other
    var place = pools[pool].idle
    while let link = place {
      if oldest.map({ links[link].idleSince < links[$0].idleSince }) ?? true {
        oldest = link
      }
      place = links[link].nextIdle
    }
    return oldest
  }

  // MARK: The worker's own cap

  /// The worker has as many links as it may: the one that has been idle for longest goes, and the pool tries again soon. Whoever comes to wait for it
  /// before that has no other one closed.
  mutating func makeRoomInWorker(for pool: Int) {
    pools[pool].lacksPlace = true
    if let link = oldestIdle(besides: pool) { close(link: link) }
    retryLater(pool, at: kernel.now.advanced(byNanoseconds: poolLimits.coolingNanoseconds))
  }

  private mutating func oldestIdle(besides pool: Int) -> SlabHandle? {
    guard idleLinkCount > pools[pool].idleCount else { return nil }
    var oldest: SlabHandle?
    for other in 0..<pools.touched where pools.has(other) && other != pool {
      oldest = olderIdle(of: other, than: oldest)
    }
    return oldest
  }
}
