public import ConfigurationFile

extension Scenario {
  /// The same with the rates of all open loads multiplied.
  public func scaled(rate factor: Double) -> Scenario {
    changingArrivals { arrivals in
      guard case .open(let schedule, let plan) = arrivals else { return arrivals }
      return .open(schedule, plan.scaled(by: factor))
    }
  }

  /// The same with each client going on as soon as it has its answer and has paused.
  public func closedLoop(pause: Duration = .zero) -> Scenario {
    changingArrivals { _ in .closed(pause: pause) }
  }

  /// The same at another address; all else of the target stays, or is the usual one where the
  /// scenario has none.
  public func contacting(_ address: LoadTarget) -> Scenario {
    var changed = self
    guard var target else {
      changed.target = address
      return changed
    }
    (target.host, target.port) = (address.host, address.port)
    changed.target = target
    return changed
  }

  /// The same for another time.
  ///
  /// - Throws: `FieldError` where something of the scenario has no place in it, as a fault after
  ///   the end.
  public func lasting(_ duration: Duration) throws(FieldError) -> Scenario {
    var changed = self
    changed.duration = duration
    try changed.check()
    return changed
  }

  /// One load by itself, as long as ``alone``, with nothing broken: what others are compared with.
  public func runAlone(_ load: String) -> Scenario {
    var changed = self
    changed.loads = loads.filter { $0.name == load }
    changed.duration = alone
    changed.faults = []
    changed.objectives = []
    return changed
  }

  private func changingArrivals(_ change: (Arrivals) -> Arrivals) -> Scenario {
    var changed = self
    for index in changed.loads.indices {
      changed.loads[index].arrivals = change(changed.loads[index].arrivals)
    }
    return changed
  }
}

extension Scenario {
  /// The names of the loads that an objective compares with themselves alone, in the loads' order.
  public var loadsToRunAlone: [String] {
    let compared = objectives.compactMap { objective -> String? in
      guard case .timesAlone = objective.bound else { return nil }
      return objective.load
    }
    return loads.map(\.name).filter(compared.contains)
  }

  /// The faults that only a local fleet can suffer: with any other target they can't be done.
  public var faultsThatNeedAFleet: [ScheduledFault] {
    faults.filter { fault in
      if case .fleet = fault.action { true } else { false }
    }
  }

  /// Mean transactions a second of the measurement, of one load or of all; nil where one is a
  /// closed loop.
  public func offeredRate(of load: String? = nil) -> Double? {
    var sum = 0.0
    for candidate in loads where load == nil || candidate.name == load {
      guard case .open(_, let plan) = candidate.arrivals else { return nil }
      sum += plan.mean(until: duration)
    }
    return sum
  }

  /// Puts the faults in order of time; those of one moment keep their order.
  mutating func sortFaults() {
    faults = faults.enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .map(\.element)
  }
}
