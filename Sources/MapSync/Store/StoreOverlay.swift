internal import MapExchange

/// What deltas have changed since the snapshot: the newest record of each key, or that it is gone.
struct StoreOverlay {
  private var changes: [ResourceKey: MapRecord?] = [:]

  /// Keys that have changed.
  var count: Int { changes.count }

  mutating func apply(_ delta: MapDelta) {
    for record in delta.upserts { changes[record.key] = .some(record) }
    for key in delta.removes { changes[key] = .some(nil) }
  }

  mutating func removeAll() { changes = [:] }

  /// The changes in the order of their keys, to be merged with a snapshot's records.
  func merging() -> Merge { Merge(changes.sorted { $0.key < $1.key }[...]) }

  /// Merges the changes into records that come in the order of their keys.
  struct Merge {
    private var rest: ArraySlice<(key: ResourceKey, value: MapRecord?)>

    fileprivate init(_ rest: ArraySlice<(key: ResourceKey, value: MapRecord?)>) {
      self.rest = rest
    }

    /// What is to be given before and in place of the snapshot's next record; without one, what
    /// stands behind the last.
    mutating func take(before record: MapRecord?) -> [MapRecord] {
      var taken: [MapRecord] = []
      while let first = rest.first, record.map({ first.key <= $0.key }) ?? true {
        rest.removeFirst()
        if let changed = first.value { taken.append(changed) }
        if first.key == record?.key { return taken }
      }
      if let record { taken.append(record) }
      return taken
    }
  }
}
