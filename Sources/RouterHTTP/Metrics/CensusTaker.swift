internal import DataPlane
internal import Synchronization

/// Has the workers count what they have, and waits a moment for it.
///
/// A worker that is too busy to answer keeps nobody waiting: its last answer is used, and how old
/// that is can be seen.
struct CensusTaker: Sendable {
  private final class Number: Sendable {
    let last = Atomic<UInt64>(0)
  }

  private let view: RouterView
  private let number = Number()

  init(_ view: RouterView) { self.view = view }

  /// Asks all workers; returns when all have answered, or when it was long enough.
  func take() async {
    let asked = number.last.wrappingAdd(1, ordering: .relaxed).newValue
    view.router.askForCensus(asked)
    let reports = view.reports
    let deadline = ContinuousClock.now + MetricsLimits.censusWait
    while !reports.allSatisfy({ $0.census.hasAnswered(asked) }), ContinuousClock.now < deadline {
      await LoopExecutor.pause(MetricsLimits.censusLook)
    }
  }
}
