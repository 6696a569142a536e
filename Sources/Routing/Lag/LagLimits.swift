/// Every limit of what lag decides, with where it comes from. What an operator may want to change
/// of health is in ``HealthPolicy``, and of a tenant in its policy.
public enum LagLimits {
  /// A sample older than this says nothing any more: whatever the instance was then, it may have
  /// been restored, promoted or rewound since. Our own choice: many times any sensible interval of
  /// probes, well below the time in which people exchange servers.
  public static let longestSampleAgeMilliseconds: UInt64 = 10_000

  /// ``longestSampleAgeMilliseconds`` in nanoseconds.
  static let longestSampleAgeNanoseconds = longestSampleAgeMilliseconds * 1_000_000

  /// Reads that may spill over onto a primary whatever their share: of three reads in ten seconds a
  /// share says nothing. Envoy's retry budget: 3.
  public static let fewestSpills: UInt64 = 3

  /// The step in which a ``SpillBudget`` forgets.
  public static let spillStepNanoseconds: UInt64 = 1_000_000_000
}
