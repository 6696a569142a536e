import Wire

/// The statements that a session keeps under names, the unnamed one among them.
///
/// Finding one costs a hash of its name, and a comparison if it is the one that was used last; else one for each statement.
struct StatementTable {
  /// A statement that was parsed.
  struct Entry {
    let name: [UInt8]
    fileprivate let hash: UInt64
    let answer: StatementAnswer
    /// The types of its parameters, by their oids.
    let parameterTypes: [UInt32]
  }

  private var entries: [Entry] = []
  private var latest = 0

  /// How many there are.
  var count: Int { entries.count }

  subscript(place: Int) -> Entry { entries[place] }

  /// Where the statement of a name is; nil when there is none.
  mutating func place(of name: RawSpan) -> Int? {
    let hash = Self.hash(name)
    if latest < entries.count, entries[latest].hash == hash, isEqual(latest, name) {
      return latest
    }
    for place in entries.indices where entries[place].hash == hash && isEqual(place, name) {
      latest = place
      return place
    }
    return nil
  }

  /// Keeps a statement under a name that is free, or empty.
  mutating func insert(_ name: RawSpan, _ answer: StatementAnswer, parameterTypes: [UInt32]) {
    let entry = Entry(
      name: name.copy(of: 0..<name.byteCount), hash: Self.hash(name), answer: answer,
      parameterTypes: parameterTypes)
    if let place = place(of: name) { entries[place] = entry } else { entries.append(entry) }
  }

  /// Forgets the statement of a name, if there is one.
  mutating func remove(_ name: RawSpan) -> Bool {
    guard let place = place(of: name) else { return false }
    entries.swapAt(place, entries.count - 1)
    entries.removeLast()
    return true
  }

  /// Forgets all but the unnamed one, as `DEALLOCATE ALL` does.
  mutating func removeNamed() { entries.removeAll { !$0.name.isEmpty } }

  private func isEqual(_ place: Int, _ name: RawSpan) -> Bool {
    let known = entries[place].name
    guard known.count == name.byteCount else { return false }
    for offset in 0..<known.count where known[offset] != name.byte(at: offset) { return false }
    return true
  }

  /// FNV-1a: names are short.
  private static func hash(_ name: RawSpan) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for offset in 0..<name.byteCount {
      hash = (hash ^ UInt64(name.byte(at: offset))) &* 0x100_0000_01B3
    }
    return hash
  }
}
