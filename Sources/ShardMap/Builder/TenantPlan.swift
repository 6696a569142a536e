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

  /// Five homes for four tenants: a search then nearly always ends in the first word of tags.
  private static func homes(for count: Int) -> Int { count + (count + 3) / 4 }

  /// Tries seeds until no tenant is too far from its home.
  init(_ tenants: TenantStage) throws(MapBuildError) {
    let homes = Self.homes(for: tenants.count)
    for attempt in 0..<MapLimits.seedAttempts {
      // Odd multiples keep the seeds of the attempts apart. Derived from the ids, the seed is the
      // same for the same map and can't be known before all ids are.
      let seed = tenants.idSum ^ (UInt64(attempt) &* 0x9e37_79b9_7f4a_7c15)
      let entries = try Self.place(tenants, homes: homes, seed: seed)
      let longest = entries.lazy.map { Int($0.slot) - $0.hash.home(of: homes) }.max() ?? 0
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

  private static func place(
    _ tenants: TenantStage, homes: Int, seed: UInt64
  ) throws(MapBuildError) -> [Entry] {
    var entries = (0..<tenants.count).map { row in
      Entry(hash: tenants.hash(of: row, seed: seed), row: UInt32(row), slot: 0)
    }
    entries.sort { one, other in
      one.hash.value != other.hash.value
        ? one.hash.value < other.hash.value
        : tenants.id(of: Int(one.row)).lexicographicallyPrecedes(tenants.id(of: Int(other.row)))
    }
    var free = 0
    for index in entries.indices {
      let row = Int(entries[index].row)
      if index > 0, entries[index].hash.value == entries[index - 1].hash.value,
        tenants.id(of: row) == tenants.id(of: Int(entries[index - 1].row))
      {
        throw .duplicateTenant(String(decoding: tenants.id(of: row), as: UTF8.self))
      }
      let slot = max(free, entries[index].hash.home(of: homes))
      entries[index].slot = UInt32(slot)
      free = slot + 1
    }
    return entries
  }
}
