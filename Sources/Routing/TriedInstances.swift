/// The instances that a session has already tried in vain, so that it is not sent there again.
///
/// Room for `capacity` attempts, without allocation. They are kept by health slot, which a new map
/// between two attempts doesn't change.
public struct TriedInstances: Sendable {
  /// The most attempts that one session may make. Each costs its client up to a connect timeout.
  public static let capacity = 8

  private var slots: InlineArray<8, HealthSlot>
  /// How many instances have been tried.
  public private(set) var count = 0

  /// Nothing tried yet.
  public init() {
    slots = InlineArray(repeating: HealthSlot(0))
  }

  /// Whether no attempt is left.
  public var isFull: Bool { count == Self.capacity }

  /// Adds the instance of a failed attempt; one that is there already, or the one after
  /// `capacity`, changes nothing.
  public mutating func insert(_ slot: HealthSlot) {
    if isFull || contains(slot) { return }
    slots[count] = slot
    count += 1
  }

  /// Whether the instance has been tried.
  @inline(__always)
  public func contains(_ slot: HealthSlot) -> Bool {
    for index in 0..<count where slots[index] == slot { return true }
    return false
  }
}
