/// A transaction that was due and has no connection yet.
struct WaitingArrival: Equatable {
  /// The intended start, in nanoseconds of the monotonic clock.
  var intended: Int64
  var tenant: Int
  /// Which transaction of the mix.
  var kind: Int
}

/// Arrivals that wait for a connection: in order for each tenant, and in order of age over all.
///
/// Arrivals come in order of their intended start, so the oldest of all is always the first of its
/// tenant.
///
/// The entries' memory is reserved at once and touched as it is needed; entries are used again.
/// Each call costs O(1) without allocation.
struct WaitingArrivals {
  private static let none = UInt32.max

  private struct Entry {
    var intended: Int64
    var tenant: UInt32
    var kind: UInt32
    /// The tenant's next younger one; in a free entry the next free one.
    var nextOfTenant = none
    var younger = none
    var older = none
  }

  private let capacity: Int
  private var entries: [Entry] = []
  private var free = none
  private var heads: [UInt32]
  private var tails: [UInt32]
  private var oldest = none
  private var youngest = none
  private(set) var count = 0

  /// A queue for so many tenants, with at most `capacity` entries.
  init(tenants: Int, capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(capacity)
    heads = Array(repeating: Self.none, count: tenants)
    tails = heads
  }

  /// Whether anything waits for a tenant.
  func hasAny(of tenant: Int) -> Bool { heads[tenant] != Self.none }

  /// The intended start of the oldest of all; `Int64.max` when there is none.
  var oldestIntended: Int64 { oldest == Self.none ? .max : entries[Int(oldest)].intended }

  /// Appends one; false when there is no room.
  mutating func append(_ arrival: WaitingArrival) -> Bool {
    let entry = Entry(
      intended: arrival.intended, tenant: UInt32(arrival.tenant), kind: UInt32(arrival.kind),
      older: youngest)
    guard let place = insert(entry) else { return false }
    let tail = tails[arrival.tenant]
    if tail == Self.none {
      heads[arrival.tenant] = place
    } else {
      entries[Int(tail)].nextOfTenant = place
    }
    tails[arrival.tenant] = place
    if youngest == Self.none { oldest = place } else { entries[Int(youngest)].younger = place }
    youngest = place
    count += 1
    return true
  }

  /// Takes a tenant's oldest one.
  mutating func popFirst(of tenant: Int) -> WaitingArrival? {
    let place = heads[tenant]
    guard place != Self.none else { return nil }
    let entry = entries[Int(place)]
    heads[tenant] = entry.nextOfTenant
    if entry.nextOfTenant == Self.none { tails[tenant] = Self.none }
    if entry.older == Self.none {
      oldest = entry.younger
    } else {
      entries[Int(entry.older)].younger = entry.younger
    }
    if entry.younger == Self.none {
      youngest = entry.older
    } else {
      entries[Int(entry.younger)].older = entry.older
    }
    entries[Int(place)].nextOfTenant = free
    free = place
    count -= 1
    return WaitingArrival(intended: entry.intended, tenant: tenant, kind: Int(entry.kind))
  }

  /// Takes the oldest of all.
  mutating func popOldest() -> WaitingArrival? {
    oldest == Self.none ? nil : popFirst(of: Int(entries[Int(oldest)].tenant))
  }

  private mutating func insert(_ entry: Entry) -> UInt32? {
    if free != Self.none {
      let place = free
      free = entries[Int(place)].nextOfTenant
      entries[Int(place)] = entry
      return place
    }
    guard entries.count < capacity else { return nil }
    entries.append(entry)
    return UInt32(entries.count - 1)
  }
}
