import DataPlane
import Logging

/// What the main thread does about restarts: it starts the process that is to take this one's place, and sees its sessions
/// off when that serves.
struct RestartDuty {
  /// What the main thread is to do next.
  enum Step {
    /// Nothing has changed.
    case goOn
    /// Another process serves in this one's place from now on: what only one of them may do is that one's.
    case retire(for: Int32)
    /// All sessions that could be handed over were: let go of the others.
    case leave
  }

  private enum Phase {
    case serving
    case handingOver(until: ContinuousClock.Instant)
    case leaving
  }

  private let path: String?
  private var server: TakeoverServer?
  private var successor: Successor?
  private var phase = Phase.serving

  /// A duty for a router whose processes hand over to each other at a path; nil where they don't.
  init(_ path: String?) { self.path = path }

  /// Waits for a process that is to take this one's place.
  mutating func wait(for router: Router, _ logger: Logger, wake: @escaping @Sendable () -> Void) {
    guard let path else { return }
    do throws(TakeoverError) {
      server = try TakeoverServer(path: path, router: router, wake: wake)
    } catch {
      logger.error("\(error); this router can't be restarted without ending its sessions")
    }
  }

  /// SIGUSR2: starts the process that is to take this one's place.
  mutating func startSuccessor(_ logger: Logger) {
    guard server != nil else {
      return logger.error("no restart: restart.socket is not configured, or can't be used")
    }
    guard case .serving = phase, successor == nil else {
      return logger.warning("no second restart: one is under way")
    }
    do throws(Successor.Failure) {
      let started = try Successor.start()
      successor = started
      logger.notice("restart: process \(started.processID) is starting in this one's place")
    } catch {
      logger.error("no restart: \(error)")
    }
  }

  /// Looks how far the other process is.
  mutating func look(at router: Router, _ logger: Logger) -> Step {
    for failure in server?.takeFailures() ?? [] { logger.error("takeover: \(failure)") }
    switch phase {
    case .serving:
      guard case .begun(let processID) = server?.currentState else {
        lookAtSuccessor(logger)
        return .goOn
      }
      logger.notice(
        "process \(processID) serves in this one's place; \(router.sessionCount) sessions are handed over or drain"
      )
      phase = .handingOver(until: .now + RestartSettings.patience)
      return .retire(for: processID)
    case .handingOver(let end):
      guard router.hasHandedOver || .now >= end else { return .goOn }
      logger.notice(
        "\(router.count(.clientsHandedOver)) clients were handed over, \(router.sessionCount) sessions are left"
      )
      phase = .leaving
      return .leave
    case .leaving: return .goOn
    }
  }

  private mutating func lookAtSuccessor(_ logger: Logger) {
    guard let end = successor?.end() else { return }
    logger.error("no restart: the process that was to take this one's place \(end)")
    successor = nil
  }

  /// Whether another process serves in this one's place, also where that was not looked at yet.
  var isRetired: Bool {
    if case .begun = server?.currentState { return true }
    return if case .serving = phase { false } else { true }
  }

  /// Hands nothing over any more: the router is about to close what it has.
  mutating func close() {
    server?.stop()
    server = nil
  }
}
