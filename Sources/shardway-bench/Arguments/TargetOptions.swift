internal import ArgumentParser
internal import LoadScenario

/// Where the load goes.
struct TargetOptions: ParsableArguments {
  @Flag(help: "Start a local fleet for the scenario, and stop it at the end.")
  var fleet = false

  @Option(
    help: ArgumentHelp(
      "Take what listens at this address; the scenario says how it is spoken to.",
      valueName: "host:port"))
  var target: LoadTarget?

  @Option(
    name: .customLong("protocol"),
    help: """
      postgres: who listens reads the startup packet; tcp: TLS from end to end, by server name. \
      (default: as the scenario says)
      """)
  var spoken: LoadTarget.Spoken?

  @OptionGroup var programs: FleetPrograms

  func validate() throws {
    guard !fleet || target == nil else {
      throw ValidationError("--fleet and --target exclude each other")
    }
    guard programs.programs == nil || fleet else {
      throw ValidationError("--programs goes with --fleet")
    }
  }

  /// Where the load of a scenario goes.
  ///
  /// - Throws: `BenchError.noTarget`, `.needsFleet`.
  func place(for scenario: Scenario) throws(BenchError) -> Place {
    if fleet { return .fleet(scenario.fleet ?? FleetShape(), programs, spoken ?? .postgres) }
    let asked = target.map(scenario.contacting) ?? scenario
    guard var found = asked.target else { throw .noTarget(scenario: scenario.name) }
    let faults = scenario.faultsThatNeedAFleet
    guard faults.isEmpty else { throw .needsFleet(faults: faults.map(\.action.title)) }
    found.speak(spoken ?? found.spoken)
    return .target(found)
  }
}

extension LoadTarget {
  /// Has it speak a protocol; the one that is opaque to who listens needs TLS, and names the tenant
  /// by server name.
  mutating func speak(_ spoken: Spoken) {
    guard spoken != self.spoken else { return }
    self.spoken = spoken
    guard spoken == .tcp else { return }
    if encryption == .off { encryption = .requested }
    tenantPlace = .serverName
  }
}

/// Where the load of a run goes.
enum Place: Sendable {
  /// To what listens there.
  case target(LoadTarget)
  /// To a local fleet, by one of its router's listeners.
  case fleet(FleetShape, FleetPrograms, LoadTarget.Spoken)
}
