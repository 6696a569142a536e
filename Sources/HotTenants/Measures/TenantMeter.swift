public import Routing
public import ShardMap

/// What one worker measures of its tenants: exactly, by their places in its table, and in each window the heaviest of
/// them by transactions, bytes and server time.
///
/// A transaction is noted at its tenant's place only: some loads and stores. What has come together there goes into
/// the sketches when it is worth it, so a tenant whose work in a window stays below that is only counted with its shard.
///
/// Windows end at whole multiples of ``TenantWindow/nanoseconds``; one begins with the first transaction in it, so an
/// idle worker has none.
///
/// Invariant that keeps the pointers safe: `places` and `names` have the same count, and every place below it is
/// initialized; a place is checked against it. `shards` has `shardCount` elements, and one more for tenants
/// that the map has no more; `histograms` has one for each counter of `byTime`.
public struct TenantMeter: ~Copyable {
  /// Transactions of a tenant that go into the sketches together.
  public static let batch = 16
  /// Server time of a tenant that goes into the sketches at once.
  private static let batchNanoseconds: UInt64 = 8_000_000
  /// Bytes of a tenant that go into the sketches at once.
  private static let batchBytes: UInt64 = 65_536

  /// What is known of the tenant that has a place.
  private struct Place: BitwiseCopyable {
    var digest: UInt64 = 0
    /// The window that the amounts are of; 0 is none.
    var window: UInt64 = 0
    /// The window in whose list it is.
    var listed: UInt64 = 0
    var shard: UInt32 = 0
    /// The map that knows the shard by this number.
    var edition: UInt32 = 0
    /// What is in the sketches already.
    var total = WorkAmounts()
    /// What is not; of each transaction the range of its latency.
    var pending = WorkAmounts()
    var ranges = RangeBatch()
  }

  private var places: UnsafeMutablePointer<Place>
  private var room: Int
  private var names: [[UInt8]] = []
  private var shards: UnsafeMutablePointer<WorkAmounts>
  private var shardCount: Int
  private var edition: UInt32 = 1

  private var byTime = SpaceSaving(capacity: HotTenantLimits.counters)
  private var byBytes = SpaceSaving(capacity: HotTenantLimits.counters)
  private var byCount = SpaceSaving(capacity: HotTenantLimits.counters)
  private let histograms: UnsafeMutablePointer<LatencyCounts>
  private var distinct = DistinctCount()

  /// The window's number among this meter's, from 1.
  private var window: UInt64 = 1
  /// When the window ends; the clock's origin while there is none.
  private var end = MonotonicTime.origin

  /// A meter that knows no tenant, for a map with so many shards.
  public init(shardCount: Int) {
    room = 0
    places = .allocate(capacity: 1)
    self.shardCount = shardCount
    shards = .allocate(capacity: shardCount + 1)
    shards.initialize(repeating: WorkAmounts(), count: shardCount + 1)
    histograms = .allocate(capacity: HotTenantLimits.counters)
    histograms.initialize(repeating: LatencyCounts(), count: HotTenantLimits.counters)
  }

  deinit {
    places.deallocate()
    shards.deallocate()
    histograms.deallocate()
  }

  // MARK: Tenants and shards

  /// A tenant has this place from now on, until another one gets it.
  ///
  /// - Parameters:
  ///   - place: its place, from 0.
  ///   - name: its id.
  ///   - digest: a hash of that which all workers make alike, good in all its bits.
  public mutating func join(_ place: Int, name: [UInt8], digest: UInt64) {
    while names.count <= place {
      if names.count == room { grow() }
      (places + names.count).initialize(to: Place())
      names.append([])
    }
    guard places[place].digest != digest || names[place] != name else { return }
    places[place] = Place(digest: digest)
    names[place] = name
  }

  /// The map has changed: what shards tenants are on has to be told anew. Take the window first.
  public mutating func mapChanged(shardCount: Int) {
    edition &+= 1
    guard shardCount != self.shardCount else { return }
    shards.deallocate()
    self.shardCount = shardCount
    shards = .allocate(capacity: shardCount + 1)
    shards.initialize(repeating: WorkAmounts(), count: shardCount + 1)
  }

  /// Whether it is known which shard the tenant of a place is on.
  public func knowsShard(_ place: Int) -> Bool { places[checked(place)].edition == edition }

  /// Tells which shard the tenant of a place is on; nil where the map has it no more.
  public mutating func setShard(_ place: Int, _ shard: ShardIndex?) {
    places[checked(place)].shard = min(shard?.rawValue ?? .max, UInt32(shardCount))
    places[place].edition = edition
  }

  /// The name of the tenant that has a place.
  public func name(_ place: Int) -> [UInt8] { names[checked(place)] }

  // MARK: Transactions

  /// When the window ends; nil while there is none.
  public var windowEnd: MonotonicTime? { end == .origin ? nil : end }

  /// Whether a window has begun and is not over.
  public func isMeasuring(at now: MonotonicTime) -> Bool { now < end }

  /// Begins a window, where there is none.
  public mutating func begin(at now: MonotonicTime) {
    let number = now.nanoseconds / TenantWindow.nanoseconds + 1
    end = MonotonicTime(nanoseconds: number * TenantWindow.nanoseconds)
  }

  /// Whether the tenant of a place has had a transaction in this window.
  public func isPresent(_ place: Int) -> Bool { places[checked(place)].window == window }

  /// The tenant of a place has its first transaction in this window.
  public mutating func enter(_ place: Int) {
    places[checked(place)].window = window
    places[place].total = WorkAmounts()
    places[place].pending = WorkAmounts()
    distinct.insert(hash: places[place].digest)
    // As long as there is room, everybody is listed.
    if byTime.count < byTime.capacity { addTime(place, 0) }
  }

  /// A transaction is over. The window has begun, and its tenant is present in it.
  ///
  /// - Complexity: some loads and stores; every now and then O(log k). No allocation.
  public mutating func note(
    _ place: Int, bytes: UInt64, serverNanoseconds: UInt64, latencyNanoseconds: UInt64
  ) {
    let entry = places + checked(place)
    let work = WorkAmounts(transactions: 1, bytes: bytes, serverNanoseconds: serverNanoseconds)
    shards[Int(entry.pointee.shard)] += work
    let pending = Int(truncatingIfNeeded: entry.pointee.pending.transactions)
    entry.pointee.ranges[pending] = LatencyCounts.range(ofNanoseconds: latencyNanoseconds)
    entry.pointee.pending += work
    if pending + 1 == Self.batch
      || entry.pointee.pending.serverNanoseconds >= Self.batchNanoseconds
      || entry.pointee.pending.bytes >= Self.batchBytes
    {
      settle(place)
    }
  }

  /// Puts what has come together at a place into the sketches.
  private mutating func settle(_ place: Int) {
    let work = places[place].pending
    places[place].pending = WorkAmounts()
    places[place].total += work
    let key = UInt64(place)
    _ = byCount.add(key, weight: work.transactions)
    _ = byBytes.add(key, weight: work.bytes)
    let counter = addTime(place, work.serverNanoseconds)
    for number in 0..<Int(work.transactions) {
      histograms[counter].count(range: places[place].ranges[number])
    }
  }

  @discardableResult
  private mutating func addTime(_ place: Int, _ nanoseconds: UInt64) -> Int {
    let added = byTime.add(UInt64(place), weight: nanoseconds)
    if added.isNew { histograms[added.place] = LatencyCounts() }
    return added.place
  }

  // MARK: Windows

  /// Takes what was measured in the window, and ends it; nil where there is none.
  ///
  /// - Complexity: O(k + shards), some tens of microseconds. Allocates.
  public mutating func takeWindow() -> TenantWindow? {
    guard end != .origin else { return nil }
    var taken = TenantWindow(number: end.nanoseconds / TenantWindow.nanoseconds)
    taken.tenants.reserveCapacity(byTime.count + byTime.capacity / 4)
    for counter in 0..<byTime.count { list(Int(byTime[counter].key), in: &taken) }
    for counter in 0..<byBytes.count { list(Int(byBytes[counter].key), in: &taken) }
    for counter in 0..<byCount.count { list(Int(byCount[counter].key), in: &taken) }
    for shard in 0..<shardCount where shards[shard] != WorkAmounts() {
      taken.shards.append(
        ShardMeasure(shard: ShardIndex(UInt32(shard)), amounts: shards[shard]))
    }
    taken.distinct = distinct
    reset()
    return taken
  }

  private mutating func list(_ place: Int, in taken: inout TenantWindow) {
    guard places[place].window == window, places[place].listed != window else { return }
    places[place].listed = window
    var latencies = LatencyCounts()
    if let counter = byTime.place(of: UInt64(place)) { latencies = histograms[counter] }
    for number in 0..<Int(places[place].pending.transactions) {
      latencies.count(range: places[place].ranges[number])
    }
    let shard = places[place].shard
    taken.tenants.append(
      TenantMeasure(
        tenant: names[place], shard: shard < UInt32(shardCount) ? ShardIndex(shard) : nil,
        amounts: places[place].total + places[place].pending, latencies: latencies))
  }

  private mutating func reset() {
    byTime.removeAll()
    byBytes.removeAll()
    byCount.removeAll()
    distinct = DistinctCount()
    shards.update(repeating: WorkAmounts(), count: shardCount + 1)
    end = .origin
    window += 1
  }

  // MARK: Memory

  private func checked(_ place: Int) -> Int {
    precondition(place >= 0 && place < names.count, "no tenant has this place")
    return place
  }

  private mutating func grow() {
    let more = max(64, room * 2)
    let larger = UnsafeMutablePointer<Place>.allocate(capacity: more)
    larger.moveInitialize(from: places, count: names.count)
    places.deallocate()
    places = larger
    room = more
  }
}

/// Sixteen numbers of ranges, in two words: an array of bytes would be copied as a whole for each.
private struct RangeBatch: BitwiseCopyable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  subscript(place: Int) -> UInt8 {
    get {
      let word = place < 8 ? low : high
      return UInt8(truncatingIfNeeded: word >> UInt64((place & 7) * 8))
    }
    set {
      let shift = UInt64((place & 7) * 8)
      if place < 8 {
        low = low & ~(0xFF << shift) | UInt64(newValue) << shift
      } else {
        high = high & ~(0xFF << shift) | UInt64(newValue) << shift
      }
    }
  }
}
