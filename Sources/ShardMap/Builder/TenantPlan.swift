/// Which slot each tenant gets.
///
/// Tenants in the order of their hashes are in the order of their homes, so each takes the first
/// free slot at or behind its home, and no tenant ever jumps over another. The slack behind the
/// last home replaces a wrap-around.
struct TenantPlan {
  struct Entry {
    let hash: TenantHash
    let row: UInt32
    var slot: UInt32
  }

  /// In the order of their slots.
  let entries: [Entry]
  let homes: Int
  let seed: UInt64
  let longestProbe: Int

  /// Five homes for four tenants: a search then nearly always ends in the first word of tags. A few
  /// more, so that small maps can be patched, too.
  private static func homes(for count: Int) -> Int { count + (count + 3) / 4 + 16 }

  /// Slots behind the last home: room for longer probes than the longest of now, as the table gets
  /// fuller by patches.
  var tailSlots: Int { min(3 * longestProbe + 32, MapLimits.longestProbe) }

  /// Tries seeds until no tenant is too far from its home.
  init(_ tenants: TenantStage) throws(MapBuildError) {
    let homes = Self.homes(for: tenants.count)
    for attempt in 0..<MapLimits.seedAttempts {
      // Odd multiples keep the seeds of the attempts apart. Derived from the ids, the seed is the
      // same for the same map and can't be known before all ids are.
      let seed = tenants.idSum ^ (UInt64(attempt) &* 0x9e37_79b9_7f4a_7c15)
      var entries = Self.sorted(tenants, seed: seed)
      let longest = try Self.place(&entries, of: tenants, homes: homes)
      if longest <= MapLimits.longestProbe {
        self.entries = entries
        self.homes = homes
        self.seed = seed
        self.longestProbe = longest
        return
      }
    }
    throw .noSeed(attempts: MapLimits.seedAttempts)
  }

  /// The tenants in the order of their hashes; those of one hash in the order of their ids.
  ///
  /// Hashes are spread evenly, so their upper bits put nearly every tenant on its place; what falls
  /// together is sorted.
  private static func sorted(_ tenants: TenantStage, seed: UInt64) -> [Entry] {
    let bits = max(1, Int.bitWidth - tenants.count.leadingZeroBitCount)
    let shift = UInt64(64 - bits)
    var starts = [UInt32](repeating: 0, count: (1 << bits) + 1)
    let hashes = (0..<tenants.count).map { tenants.hash(of: $0, seed: seed) }
    for hash in hashes { starts[Int(hash.value >> shift) + 1] += 1 }
    for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
    var entries = [Entry](
      repeating: Entry(hash: TenantHash(0), row: 0, slot: 0), count: tenants.count)
    for (row, hash) in hashes.enumerated() {
      let bucket = Int(hash.value >> shift)
      entries[Int(starts[bucket])] = Entry(hash: hash, row: UInt32(row), slot: 0)
      starts[bucket] += 1
    }
    var start = 0
    for bucket in 0..<starts.count - 1 {
      let end = Int(starts[bucket])
      if end - start > 1 { entries[start..<end].sort { precedes($0, $1, in: tenants) } }
      start = end
    }
    return entries
  }

  private static func precedes(_ one: Entry, _ other: Entry, in tenants: TenantStage) -> Bool {
    one.hash.value != other.hash.value
      ? one.hash.value < other.hash.value
      : tenants.id(of: Int(one.row)).lexicographicallyPrecedes(tenants.id(of: Int(other.row)))
  }

  /// Gives each entry its slot, and tells how far the farthest is away from its home.
  private static func place(
    _ entries: inout [Entry], of tenants: TenantStage, homes: Int
  ) throws(MapBuildError) -> Int {
    var free = 0
    var longest = 0
    for index in entries.indices {
      if index > 0, entries[index].hash.value == entries[index - 1].hash.value {
        let id = tenants.id(of: Int(entries[index].row))
        if id == tenants.id(of: Int(entries[index - 1].row)) {
          throw .duplicateTenant(String(decoding: id, as: UTF8.self))
        }
      }
      let home = entries[index].hash.home(of: homes)
      let slot = max(free, home)
      longest = max(longest, slot - home)
      entries[index].slot = UInt32(slot)
      free = slot + 1
    }
    return longest
  }
}
