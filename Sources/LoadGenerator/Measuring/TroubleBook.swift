import LoadClient

/// What went wrong with connections beside their transactions, counted by cause.
struct TroubleBook {
  private var entries: [Trouble] = []

  /// Counts one; `message` is kept the first time.
  mutating func note(_ kind: Trouble.Kind, _ failure: Failure, message: @autoclosure () -> String?)
  {
    for index in entries.indices
    where entries[index].kind == kind && entries[index].failure == failure {
      entries[index].count += 1
      return
    }
    entries.append(Trouble(kind: kind, load: 0, failure: failure, count: 1, message: message()))
  }

  /// All of them, as those of a load.
  func troubles(ofLoad load: Int) -> [Trouble] {
    entries.map { entry in
      var entry = entry
      entry.load = load
      return entry
    }
  }
}
