public import ShardMap

/// Where a decision asks what probes last saw of an instance.
///
/// It is asked for several instances in one decision, perhaps while another thread writes. So an
/// implementation answers with a few plain loads, without a lock, an allocation or a reference
/// count, and a sample is whole: never the half of an old and the half of a new one. Two questions
/// in one decision may be answered from two samples.
public protocol SampleSource: ~Copyable {
  /// Whether anybody takes samples. Where nobody does, no replica is ever proven fresh, and what
  /// goes to a primary for that is not held to a budget.
  var isProbing: Bool { get }

  /// The newest sample of an instance of the map that is routed with; nil before the first one.
  func sample(of instance: InstanceIndex) -> InstanceSample?
}

/// A router without probes: of no instance is anything known.
public struct NoSamples: SampleSource, Sendable {
  /// The source that knows nothing.
  public init() {}

  /// Nobody takes samples.
  public var isProbing: Bool { false }

  /// Always nil.
  public func sample(of instance: InstanceIndex) -> InstanceSample? { nil }
}

/// Samples in a table of the caller's: for tools, tests and measurements.
public struct SampleTable: SampleSource, Sendable {
  private var samples: [InstanceSample?]

  /// A table for a map, without samples yet.
  public init(for map: CompiledMap) {
    samples = Array(repeating: nil, count: map.counts.instances)
  }

  /// Always true.
  public var isProbing: Bool { true }

  /// The sample that was put there.
  public func sample(of instance: InstanceIndex) -> InstanceSample? {
    samples[Int(instance.rawValue)]
  }

  /// Puts a sample, or takes it away.
  public mutating func set(_ sample: InstanceSample?, of instance: InstanceIndex) {
    samples[Int(instance.rawValue)] = sample
  }
}
