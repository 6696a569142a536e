/// What an instance is worth to a piece of work, its lag aside; best first.
enum Standing: UInt8 {
  /// It can serve.
  case open
  /// It failed a moment ago, or another session is just finding out whether it is back.
  case cooling
  /// It failed too often.
  case ejected
  /// It was tried in vain.
  case tried
}

extension HealthTable {
  /// What the instance of a slot is worth now to work that has tried some. A pure function, so that
  /// a decision may ask again instead of remembering.
  func standing(
    of slot: HealthSlot, tried: borrowing TriedInstances, ignoringEjection: Bool,
    at now: MonotonicTime
  ) -> Standing {
    if tried.contains(slot) { return .tried }
    if slots[slot.index].failures == 0 { return .open }
    if !ignoringEjection, slots[slot.index].isEjected(at: now) { return .ejected }
    return slots[slot.index].isCooling(at: now) ? .cooling : .open
  }
}
