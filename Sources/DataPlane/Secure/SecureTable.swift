/// Which sockets are secured: a slot for each descriptor number, one load to ask.
///
/// Invariant that keeps the pointer safe: `slots` has `capacity` elements, and a number is checked against it.
struct SecureTable: ~Copyable {
  private static let none = UInt32.max
  private var slots: UnsafeMutablePointer<UInt32>
  private var capacity: Int

  init(capacity: Int = 1024) {
    self.capacity = capacity
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: Self.none, count: capacity)
  }

  deinit { slots.deallocate() }

  /// The slot of a descriptor; nil where it is not secured.
  @inline(__always)
  subscript(descriptor: Int32) -> UInt32? {
    guard UInt32(bitPattern: descriptor) < UInt32(capacity) else { return nil }
    let slot = slots[Int(descriptor)]
    return slot == Self.none ? nil : slot
  }

  /// Enters a descriptor.
  mutating func insert(_ descriptor: Int32, _ slot: UInt32) {
    if Int(descriptor) >= capacity { grow(beyond: Int(descriptor)) }
    slots[Int(descriptor)] = slot
  }

  /// Strikes a descriptor out.
  mutating func remove(_ descriptor: Int32) { slots[Int(descriptor)] = Self.none }

  private mutating func grow(beyond descriptor: Int) {
    var larger = capacity
    while larger <= descriptor { larger *= 2 }
    let grown = UnsafeMutablePointer<UInt32>.allocate(capacity: larger)
    grown.initialize(repeating: Self.none, count: larger)
    grown.update(from: slots, count: capacity)
    slots.deallocate()
    slots = grown
    capacity = larger
  }
}
