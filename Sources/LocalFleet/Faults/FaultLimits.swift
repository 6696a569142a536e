/// How the faults of a fleet go on by themselves.
public enum FaultLimits {
  /// How long a slow control plane stands still in each turn.
  public static let slowStandstill: Duration = .milliseconds(90)
  /// How long it runs then: a tenth of the time.
  public static let slowRun: Duration = .milliseconds(10)
  /// How long a flapping control plane stays away, and then stays, in each turn.
  public static let flap: Duration = .milliseconds(500)
}
