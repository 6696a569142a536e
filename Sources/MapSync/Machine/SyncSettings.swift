/// How a sidecar asks its control planes.
public struct SyncSettings: Hashable, Sendable {
  /// How many control planes there are to ask; from 1. They are named by their place.
  public var controlPlanes: Int
  /// Time between two polls of the fixed schedule.
  public var interval: Duration
  /// How long a long poll asks the control plane to wait for a change.
  public var wait: Duration
  /// Whether a long poll is kept waiting beside the schedule.
  public var longPoll: Bool
  /// Whether the stream of events is read for hints.
  public var events: Bool

  /// What a sidecar does that is told nothing else, with one control plane.
  public init(
    controlPlanes: Int = 1, interval: Duration = .seconds(10), wait: Duration = .seconds(30),
    longPoll: Bool = true, events: Bool = true
  ) {
    self.controlPlanes = controlPlanes
    self.interval = interval
    self.wait = wait
    self.longPoll = longPoll
    self.events = events
  }
}

/// Limits of the conversation with the control planes.
public enum SyncLimits {
  /// Polls of the schedule that may be pulled forward; each is missing from the schedule later, so
  /// that the average stays what the interval says.
  public static let pulledForward: Int64 = 3
  /// How long an answer without a wait may take, from first to last byte.
  public static let answer = Duration.seconds(10)
  /// How long a snapshot may be silent.
  public static let snapshotSilence = Duration.seconds(30)
  /// How long a snapshot may take altogether.
  public static let snapshot = Duration.seconds(1800)
  /// The longest pause before a first new attempt; it doubles with each failure in a row.
  public static let firstBackoff = Duration.milliseconds(500)
  /// How many intervals the longest pause between attempts has: with full jitter the mean is one
  /// interval, so that an outage doesn't change the load.
  public static let backoffIntervals = 2
  /// How long a hint waits for the long poll that should answer it before it asks by itself.
  public static let hintGrace = Duration.milliseconds(50)
  /// The longest wait that a long poll may ask for.
  public static let longestWait = Duration.seconds(60)
  /// Control planes that can be named.
  public static let controlPlanes = 16
}
