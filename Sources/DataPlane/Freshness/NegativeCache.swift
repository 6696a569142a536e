import Routing
import Wire

/// Names of tenants that don't exist, so that nobody is asked for each of them twice.
///
/// A fixed table of digests: a newer name takes the place of an older one with which it shares it.
/// Two names with one digest are no harm: a name is looked for here only when the map doesn't have
/// it, and whoever is found is refused a little sooner than otherwise.
struct NegativeCache {
  private struct Entry {
    var digest: UInt64 = 0
    /// When it is forgotten, in nanoseconds; 0 for an empty place.
    var until: UInt64 = 0
  }

  private var entries = [Entry](repeating: Entry(), count: FreshnessLimits.negativeNames)
  private var isEmpty = true

  /// Whether the name is known not to exist.
  func contains(_ digest: UInt64, now: MonotonicTime) -> Bool {
    let entry = entries[Self.place(of: digest)]
    return entry.until > now.nanoseconds && entry.digest == digest
  }

  /// Remembers that a name doesn't exist.
  mutating func insert(_ digest: UInt64, now: MonotonicTime) {
    let until = now.advanced(byNanoseconds: FreshnessLimits.negativeMemory.wholeNanoseconds)
    entries[Self.place(of: digest)] = Entry(digest: digest, until: until.nanoseconds)
    isEmpty = false
  }

  /// Forgets all: a new map may have any of them.
  mutating func removeAll() {
    guard !isEmpty else { return }
    for place in entries.indices { entries[place].until = 0 }
    isEmpty = true
  }

  private static func place(of digest: UInt64) -> Int {
    Int(digest % UInt64(FreshnessLimits.negativeNames))
  }
}

/// A short name for a name: FNV-1a, from a start of the worker's own, mixed once more so that every
/// bit counts.
enum NameDigest {
  static func of(_ name: [UInt8], seed: UInt64 = 0) -> UInt64 {
    of(name.span.bytes, seed: seed)
  }

  static func of(_ name: RawSpan, seed: UInt64 = 0) -> UInt64 {
    var digest = 0xCBF2_9CE4_8422_2325 ^ seed
    for place in 0..<name.byteCount {
      digest = (digest ^ UInt64(name.byte(at: place))) &* 0x0000_0100_0000_01B3
    }
    return finish(digest)
  }

  /// A digest that is good in all its bits, the highest too, and the same on every worker.
  static func spread(_ name: [UInt8]) -> UInt64 {
    var mixed = of(name)
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// The digest of two words.
  static func mix(_ words: [UInt64], seed: UInt64) -> UInt64 {
    finish(words.reduce(seed) { finish($0 ^ $1) })
  }

  private static func finish(_ digest: UInt64) -> UInt64 {
    let mixed = (digest ^ digest >> 32) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ mixed >> 29
  }
}
