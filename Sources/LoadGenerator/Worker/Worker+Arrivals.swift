import LoadClient
import LoadResults
import LoadScenario

/// Transactions that are due, and how they find a connection.
extension Worker {
  /// Takes the arrivals whose moment has come off the clocks; most a turn are bounded, so that
  /// answers are looked at meanwhile.
  mutating func takeArrivals() {
    for load in 0..<loads.count {
      var taken = 0
      while loads[load].nextArrival <= now, taken < GeneratorLimits.arrivalsATurn {
        let intended = loads[load].nextArrival
        guard intended < endsAt else { break }
        now = MonotonicClock.now
        arrive(load, intended)
        loads[load].advance()
        taken += 1
      }
      expireWaiting(load)
    }
  }

  /// An arrival is for a connection that is drawn, or for any other of the same tenant that is
  /// idle; where there is none it waits.
  private mutating func arrive(_ load: Int, _ intended: Int64) {
    let first = loads[load].places.lowerBound
    let drawn = first + loads[load].drawConnection()
    let tenant = connections[drawn].tenant
    let kind = loads[load].drawKind()
    if intended >= beginsAt {
      loads[load].recorder.arrived(at: intended - beginsAt)
      scheduleErrors.record(nanoseconds: UInt64(max(now - intended, 0)))
    }
    if intended < now - plan.transactionTimeout {
      recordUnsent(load, tenant, intended, Failure(.timeout))
    } else if loads[load].idle.has(drawn - first) {
      begin(drawn, kind, intended)
    } else if let idle = loads[load].idle.first(in: tenant) {
      begin(first + idle, kind, intended)
    } else if !loads[load].waiting.append(
      WaitingArrival(intended: intended, tenant: tenant, kind: kind))
    {
      recordUnsent(load, tenant, intended, Failure(.tooManyWaiting))
    }
  }

  /// Fails arrivals that have waited too long: for the reason that their tenant has no connection,
  /// if it has none.
  private mutating func expireWaiting(_ load: Int) {
    while loads[load].waiting.oldestIntended < now - plan.transactionTimeout,
      let arrival = loads[load].waiting.popOldest()
    {
      var failure = Failure(.timeout)
      if loads[load].open[arrival.tenant] == 0, let reason = loads[load].lastConnectFailure {
        failure = reason
      }
      recordUnsent(load, arrival.tenant, arrival.intended, failure)
    }
  }

  /// A session has nothing to do: it takes what waits for its tenant, begins anew in a closed loop,
  /// or is idle.
  mutating func becameFree(_ place: Int) {
    let load = connections[place].load
    if connections[place].transactions >= loads[load].transactionsPerConnection {
      return replace(place)
    }
    switch loads[load].pace {
    case .closed(let pause): pauseOrBegin(place, pause)
    case .open:
      let tenant = connections[place].tenant
      if let arrival = loads[load].waiting.popFirst(of: tenant) {
        begin(place, arrival.kind, arrival.intended)
      } else {
        connections[place].phase = .idle
        loads[load].idle.append(place - loads[load].places.lowerBound, to: tenant)
      }
    }
  }

  /// A client of a closed loop: its next transaction is due when its pause is over, and the first
  /// when the warm-up begins.
  private mutating func pauseOrBegin(_ place: Int, _ pause: Int64) {
    let load = connections[place].load
    let isFirst = connections[place].transactions == 0
    connections[place].phase = .pausing
    guard beginsAt != .max, now < endsAt else { return }
    let start = beginsAt - plan.warmUp
    let wait = isFirst ? loads[load].drawPart(of: pause) : pause
    let due = max(now, start) + wait
    if due > now { wakes.set(place, to: due) } else { beginNext(place) }
  }

  /// The next transaction of a closed loop begins.
  private mutating func beginNext(_ place: Int) {
    guard now < endsAt else { return }
    let load = connections[place].load
    if now >= beginsAt { loads[load].recorder.arrived(at: now - beginsAt) }
    begin(place, loads[load].drawKind(), now)
  }

  /// The common beginning is known: clients of closed loops that are open wait for it.
  mutating func startClosedLoops() {
    for place in 0..<connections.count where connections[place].phase == .pausing {
      if case .closed(let pause) = loads[connections[place].load].pace {
        pauseOrBegin(place, pause)
      }
    }
  }

  /// Goes on with connections whose pause is over.
  mutating func wakeSleepers() {
    while let place = wakes.popExpired(now: now) {
      switch connections[place].phase {
      case .closed where loads[connections[place].load].onlyConnects: takeWaitingAttempt(place)
      case .closed: toOpen.append(place)
      case .thinking: goOn(place)
      case .pausing: beginNext(place)
      default: continue
      }
    }
  }
}
