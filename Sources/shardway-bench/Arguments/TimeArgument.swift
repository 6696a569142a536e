internal import ArgumentParser
internal import ConfigurationFile

/// A time as scenarios write it: `500ms`, `15s`, `5m`, `1h`.
struct TimeArgument: ExpressibleByArgument, Hashable, Sendable {
  var duration: Duration

  init?(argument: String) {
    guard let duration = Duration(configured: argument), duration > .zero else { return nil }
    self.duration = duration
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
