extension Validator {
  /// What may not happen between the map in force and this one.
  mutating func checkHistory(since previous: MapDocument) {
    checkMapVersion(since: previous)
    checkEpochs(since: previous)
    checkGenerations(since: previous)
  }

  private mutating func checkMapVersion(since previous: MapDocument) {
    let (old, new) = (previous.mapVersion, document.mapVersion)
    if new < old {
      find(
        "mapVersion", "it goes backwards, from \(old) to \(new)",
        hint: "a rollback is a newer map with old content: use \(Self.next(old)) or more")
    } else if new == old, document != previous {
      find(
        "mapVersion", "it is still \(old), and the content differs",
        hint: "use \(Self.next(old)) or more")
    }
  }

  private mutating func checkEpochs(since previous: MapDocument) {
    let before = Dictionary(previous.shards.map { ($0.id, $0) }) { first, _ in first }
    for (place, shard) in document.shards.enumerated() {
      guard let old = before[shard.id] else { continue }
      checkCounter(
        from: old.epoch, to: shard.epoch, "shards[\(place)].epoch",
        cause: "primary", old: old.primary, new: shard.primary)
    }
  }

  private mutating func checkGenerations(since previous: MapDocument) {
    let before = Dictionary(previous.tenants.map { ($0.id, $0) }) { first, _ in first }
    for (place, tenant) in document.tenants.enumerated() {
      guard let old = before[tenant.id] else { continue }
      checkCounter(
        from: old.generation, to: tenant.generation, "tenants[\(place)].generation",
        cause: "shard", old: old.shard, new: tenant.shard)
    }
  }

  /// The counter grows when, and only when, its cause changes.
  private mutating func checkCounter(
    from before: UInt64, to after: UInt64, _ path: String, cause: String, old: String, new: String
  ) {
    if after < before {
      find(
        path, "it goes backwards, from \(before) to \(after)",
        hint: "use \(old == new ? before : Self.next(before))")
    } else if old != new, after == before {
      find(
        path, "it is still \(before), but the \(cause) changed from \"\(old)\" to \"\(new)\"",
        hint: "use \(Self.next(before))")
    } else if old == new, after > before {
      find(
        path, "it grew from \(before) to \(after), but the \(cause) is still \"\(old)\"",
        hint: "use \(before)")
    }
  }

  /// The number to suggest; a counter at its end has none that is higher.
  private static func next(_ number: UInt64) -> UInt64 {
    number == .max ? number : number + 1
  }
}
