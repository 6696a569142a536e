/// The 64 bytes of a tenant's record.
struct TenantImage: BitwiseCopyable, Sendable {
  private typealias Field = MapFormat.Tenant

  private(set) var bytes: InlineArray<64, UInt8>

  /// An empty slot's.
  static let empty = TenantImage(bytes: InlineArray(repeating: 0))

  private init(bytes: InlineArray<64, UInt8>) {
    self.bytes = bytes
  }

  /// The record that stands in front of `bytes`.
  init(_ bytes: RawSpan) {
    self = bytes.unsafeLoadUnaligned(as: TenantImage.self)
  }

  /// A record with its names inside, when they fit: see ``fits(id:database:)``. When they don't, its
  /// ``stringOffset`` is to be set. `database` is nil when it has the id's name.
  init(
    id: String, database: String?, shard: ShardIndex, policy: PolicyIndex, pool: PoolIndex,
    generation: UInt64, state: TenantState, mode: TimedMode
  ) {
    bytes = InlineArray(repeating: 0)
    let fits = Self.fits(id: id, database: database)
    var span = bytes.mutableSpan
    if fits {
      let end = Self.copy(id, into: &span, at: Field.strings)
      if let database { _ = Self.copy(database, into: &span, at: end) }
    }
    var raw = span.mutableBytes
    raw.storeLittleEndian(generation, at: Field.generation)
    raw.storeLittleEndian(shard.rawValue, at: Field.shard)
    raw.storeLittleEndian(policy.rawValue, at: Field.policy)
    raw.storeLittleEndian(pool.rawValue, at: Field.pool)
    raw.storeLittleEndian(UInt8(id.utf8.count), at: Field.idCount)
    raw.storeLittleEndian(UInt8(database?.utf8.count ?? 0), at: Field.databaseCount)
    raw.storeLittleEndian(
      (state == .suspended ? Field.suspended : 0) | (fits ? 0 : Field.stringsOutside)
        | mode.mode.rawValue << Field.modeShift,
      at: Field.flags)
    raw.storeLittleEndian(mode.endSeconds, at: Field.modeEnd)
  }

  /// The mode that a record's flags and end say. One that nobody knows is `paused`.
  static func mode(flags: UInt8, endSeconds: UInt32) -> TimedMode {
    TimedMode(
      ServiceMode(rawValue: (flags & Field.modeMask) >> Field.modeShift) ?? .paused,
      untilMilliseconds: UInt64(endSeconds) * 1000)
  }

  /// Whether names fit a record.
  static func fits(id: String, database: String?) -> Bool {
    id.utf8.count + (database?.utf8.count ?? 0) <= MapFormat.Tenant.inlineStringBytes
  }

  private static func copy(_ name: String, into span: inout MutableSpan<UInt8>, at start: Int)
    -> Int
  {
    let name = name.utf8Span.span
    for index in name.indices { span[start + index] = name[index] }
    return start + name.count
  }

  /// Length of the id in bytes.
  var idCount: Int { Int(bytes[Field.idCount]) }

  /// Length of the id and the database behind it, in bytes.
  var nameCount: Int { idCount + Int(bytes[Field.databaseCount]) }

  /// The id, when the names are not outside.
  var inlineID: [UInt8] {
    let end = Field.strings + min(idCount, Field.inlineStringBytes)
    return withUnsafeBytes(of: self) { Array($0[Field.strings..<end]) }
  }

  /// Whether the names lie in the tenant strings.
  var namesAreOutside: Bool { bytes[Field.flags] & Field.stringsOutside != 0 }

  /// Where names that are outside begin in the tenant strings.
  var stringOffset: Int {
    get { Int(bytes.span.bytes.loadLittleEndian(at: Field.stringOffset, as: UInt32.self)) }
    set {
      var span = bytes.mutableSpan
      var raw = span.mutableBytes
      raw.storeLittleEndian(UInt32(newValue), at: Field.stringOffset)
    }
  }
}

extension TimedMode {
  /// Its end in seconds since 1970, rounded up; it is in ``MapLimits/modeEndMilliseconds``, or 0.
  fileprivate var endSeconds: UInt32 { UInt32(clamping: (untilMilliseconds + 999) / 1000) }
}
