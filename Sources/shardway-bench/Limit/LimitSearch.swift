/// Searches the highest rate at which everything holds: geometric steps up until something breaks,
/// then halvings of what is between.
///
/// Knows no clock and no network: it is asked which rate to try, and told how that went.
///
/// A rate counts as too much only when it fails twice, so that one hiccup of the machine doesn't
/// decide.
struct LimitSearch: Sendable {
  /// The lowest and the highest rate to try, transactions a second.
  let range: ClosedRange<Double>
  /// A step's rate as a multiple of the one before, above 1.
  let growth: Double
  /// How close the highest rate that held and the lowest that didn't must come: their ratio, above 1.
  let precision: Double

  /// The highest rate at which all held.
  private(set) var held: Double?
  /// The lowest rate at which something broke.
  private(set) var broke: Double?
  /// How often the rate to try has failed in a row.
  private var failures = 0
  private var current: Double

  /// A search that begins at the lowest rate.
  init(range: ClosedRange<Double>, growth: Double = 1.5, precision: Double = 1.05) {
    precondition(range.lowerBound > 0 && growth > 1 && precision > 1, "it would not come to an end")
    self.range = range
    self.growth = growth
    self.precision = precision
    current = range.lowerBound
  }

  /// The rate to try; nil when the search is over.
  var next: Double? {
    if held == range.upperBound || broke == range.lowerBound { return nil }
    if let held, let broke, broke / held <= precision { return nil }
    return current
  }

  /// Tells how the rate to try went.
  mutating func tell(allHeld: Bool) {
    if allHeld {
      held = current
      failures = 0
    } else {
      failures += 1
      guard failures > 1 else { return }
      broke = current
      failures = 0
    }
    current =
      switch (held, broke) {
      case (let held?, let broke?): (held * broke).squareRoot()
      case (let held?, nil): min(held * growth, range.upperBound)
      case (nil, _): current
      }
  }
}
