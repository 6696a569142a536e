/// What of a router `shardway top` shows below its head.
enum TopView: String, CaseIterable, Sendable {
  case shards, pools, tenants, modes, workers

  /// The key that chooses it, from 1.
  var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

  /// The one behind it, or before it, around the end.
  func next(_ step: Int = 1) -> TopView {
    let all = Self.allCases
    return all[(number - 1 + step + all.count) % all.count]
  }
}
