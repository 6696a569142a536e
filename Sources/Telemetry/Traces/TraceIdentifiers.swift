internal import RandomNumbers

/// Makes identities of traces, spans and sessions for one thread, which follow from a seed.
///
/// They are no secrets. Two sequences with different random seeds share an identity of 64 bits with odds of one in billions a day.
public struct TraceIdentifiers: Sendable {
  private var numbers: SplitMix64

  /// Begins a sequence; every seed is as good as another.
  public init(seed: UInt64) {
    numbers = SplitMix64(seed: SplitMix64.mixed(seed ^ 0x7472_6163_6569_6473))
  }

  /// The next 64 bits, which may be zero.
  @inline(__always)
  public mutating func bits() -> UInt64 { numbers.next() }

  /// An identity of a span or a session: never zero.
  public mutating func next() -> UInt64 {
    while true {
      let bits = bits()
      if bits != 0 { return bits }
    }
  }

  /// An identity of a trace.
  public mutating func trace() -> TraceID { TraceID(high: bits(), low: next())! }

  /// The identity of a span's part, which follows from the span's own; never zero.
  public static func part(_ number: UInt64, of span: UInt64) -> UInt64 {
    let mixed = SplitMix64.mixed(span &+ number &* SplitMix64.step)
    return mixed == 0 ? number : mixed
  }
}
