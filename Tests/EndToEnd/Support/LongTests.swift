import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// For a test that takes minutes, and says every half minute how far it is.
  static var long: Self {
    .enabled(
      if: ProcessInfo.processInfo.environment["SHARDWAY_LONG_TESTS"] == "1",
      "takes minutes: Tools/test --long runs it")
  }
}

/// Prints how far a long test is.
struct LongProgress {
  private let name: String
  private let began = ContinuousClock.now
  private var nextLine = ContinuousClock.now + Self.interval

  private static let interval: Duration = .seconds(30)

  init(of name: String) { self.name = name }

  /// Prints a line when the last one was half a minute ago.
  mutating func tell(_ what: @autoclosure () -> String) {
    guard ContinuousClock.now >= nextLine else { return }
    nextLine += Self.interval
    say(what())
  }

  /// Prints a line now.
  func say(_ what: String) {
    print("\(name): \(began.duration(to: .now).components.seconds) s, \(what)")
    // All streams: standard output may be a file.
    fflush(nil)
  }
}
