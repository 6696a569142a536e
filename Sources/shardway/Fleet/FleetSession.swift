internal import Foundation
internal import Console
internal import LocalFleet

/// The life of one `shardway fleet up`: start, then check or stay, then stop.
struct FleetSession: Sendable {
  enum Outcome: Sendable {
    /// Everything was as it should be.
    case right
    /// A check found something wrong, or the router ended by itself.
    case wrong
    /// Ctrl-C came before the fleet was up.
    case interruptedAtStart
  }

  let fleet: FleetOptions
  let router: RouterOptions
  let checksOnly: Bool

  private let terminal = Terminal.standard

  init(fleet: FleetOptions, router: RouterOptions, checksOnly: Bool) {
    self.fleet = fleet
    self.router = router
    self.checksOnly = checksOnly
  }

  /// Runs until Ctrl-C cancels the task, or to the end of the check; leaves nothing running.
  func run() async throws(FleetError) -> Outcome {
    let stopwatch = Stopwatch()
    let terminal = terminal
    do {
      let fleet = try await Fleet.start(fleet) { line in
        terminal.line(terminal.styled(stopwatch.text, .faint) + " " + line)
      }
      let outcome: Result<Outcome, FleetError>
      do { outcome = .success(try await use(fleet, stopwatch)) } catch { outcome = .failure(error) }
      await fleet.stop()
      terminal.line("stopped; \(fleet.path) is deleted")
      return try outcome.get()
    } catch .cancelled {
      terminal.line("interrupted; nothing is left running")
      return .interruptedAtStart
    }
  }

  private func use(_ fleet: Fleet, _ stopwatch: Stopwatch) async throws(FleetError) -> Outcome {
    var options = router
    options.postgresPort = usable(options.postgresPort)
    options.tlsPort = usable(options.tlsPort)
    let router = try await fleet.startRouter(options)
    terminal.line(
      terminal.styled(stopwatch.text, .faint)
        + " router on 127.0.0.1:\(router.postgresPort), for TLS by server name on"
        + " 127.0.0.1:\(router.tlsPort)")
    if checksOnly {
      let answers = await CheckReport(fleet: fleet, router: router).run()
      guard answers == .right else { return answers }
      return try await ControlCheck(fleet: fleet).run(router)
    }
    Invitation(fleet: fleet, router: router).show()
    return await stay(router)
  }

  /// The port, or 0 when somebody has it. The router can't find that out by itself: it lets
  /// listeners share a port, and would share it with the router of another fleet.
  private func usable(_ port: UInt16) -> UInt16 {
    if port == 0 || LoopbackPort.isFree(port) { return port }
    terminal.line("port \(port) is in use; the router takes a free one")
    return 0
  }

  /// Returns when the task is cancelled, or the router has ended by itself.
  private func stay(_ router: LocalRouter) async -> Outcome {
    let (ends, continuation) = AsyncStream.makeStream(of: ExitStatus.self)
    Task { continuation.yield(await router.process.wait()) }
    for await status in ends {
      terminal.line(terminal.styled("the router \(status); the end of its log:", .bad))
      terminal.line(router.log.split(separator: "\n").suffix(10).joined(separator: "\n"))
      return .wrong
    }
    terminal.line("\nstopping")
    return .right
  }
}

/// The time since a start, as progress lines show it.
struct Stopwatch: Sendable {
  private let start = ContinuousClock.now

  /// Seconds with two decimals, in a column of its own.
  var text: String {
    let elapsed = start.duration(to: .now).components
    let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    return String(format: "%6.2f s", seconds)
  }
}
