internal import Tables

/// The different values that a worker's clients and links have for their tracked settings, each kept once.
///
/// A value goes when its last reference is given back. Nothing here is for every transaction: only
/// comparing two ``ParameterValues`` is.
///
/// Invariant that keeps the pointers safe: `entries` holds `limits.parameterValues` elements, of which those before `touched` are
/// initialized; an entry with references owns the memory at `bytes`, the others own nothing.
public struct ValueTable: ~Copyable {
  struct Entry {
    var bytes: UnsafeMutableRawPointer
    var byteCount: Int
    var hash: UInt32
    var references: UInt32
    var isASCII: Bool
    /// The next free place, in one that is free.
    var nextFree: UInt32
  }

  private let limits: PoolingLimits
  private let key: HashKey
  private let entries: UnsafeMutablePointer<Entry>
  private var index: HashIndex
  private var firstFree = HashIndex.none
  private var touched: UInt32 = 0

  /// How many different values are kept.
  public private(set) var count = 0

  /// An empty table.
  public init(limits: PoolingLimits = PoolingLimits(), key: HashKey) {
    self.limits = limits
    self.key = key
    entries = .allocate(capacity: max(limits.parameterValues, 1))
    index = HashIndex(capacity: 0)
  }

  deinit {
    for place in 0..<Int(touched) where entries[place].references > 0 {
      entries[place].bytes.deallocate()
    }
    entries.deallocate()
  }

  /// Changes a value in a set: a server has reported it, or a client asks for it in its startup packet.
  ///
  /// - Throws: when the value can't be kept; the set keeps the one it had.
  public mutating func set(
    _ parameter: TrackedParameter, to value: RawSpan, in values: inout ParameterValues
  ) throws(ParameterError) {
    let number = try intern(value, of: "\(parameter.name)")
    release(values[parameter])
    values[parameter] = number
  }

  /// Changes what a set has of settings that servers don't report.
  ///
  /// - Throws: when it can't be kept; the set keeps what it had.
  public mutating func set(
    _ settings: UnreportedSettings, in values: inout ParameterValues
  ) throws(ParameterError) {
    let text = settings.text
    let number = text.isEmpty ? 0 : try intern(text.span.bytes, of: "all that was SET")
    release(values.unreported)
    values.unreported = number
  }

  /// What a set has of settings that servers don't report. Allocates unless it is nothing.
  public func unreported(in values: ParameterValues) -> UnreportedSettings {
    guard values.unreported != 0 else { return UnreportedSettings() }
    return UnreportedSettings(span(of: values.unreported))
  }

  /// Makes a second set with the same values and references of its own.
  public mutating func copy(_ values: ParameterValues) -> ParameterValues {
    for parameter in TrackedParameter.allCases { retain(values[parameter]) }
    retain(values.unreported)
    return values
  }

  /// Makes a set like another one: a link that was set to what its client wants now has the client's values.
  ///
  /// Values that the other set doesn't know stay; what servers don't report is all the other's.
  public mutating func update(_ values: inout ParameterValues, from other: ParameterValues) {
    for parameter in TrackedParameter.allCases where other.knows(parameter) {
      retain(other[parameter])
      release(values[parameter])
      values[parameter] = other[parameter]
    }
    retain(other.unreported)
    release(values.unreported)
    values.unreported = other.unreported
  }

  /// Gives all references of a set back; it knows no values then.
  public mutating func clear(_ values: inout ParameterValues) {
    for parameter in TrackedParameter.allCases { release(values[parameter]) }
    release(values.unreported)
    values = ParameterValues()
  }

  /// A set's value of a parameter; nil when it isn't known.
  @_lifetime(borrow self)
  public func value(_ parameter: TrackedParameter, in values: ParameterValues) -> RawSpan? {
    guard values.knows(parameter) else { return nil }
    return span(of: values[parameter])
  }

  @_lifetime(borrow self)
  private func span(of number: UInt32) -> RawSpan {
    let entry = entries[place(of: number)]
    let bytes = RawSpan(_unsafeStart: entry.bytes, byteCount: entry.byteCount)
    return _overrideLifetime(bytes, borrowing: self)
  }

  /// Whether the value with this number reads the same in all encodings.
  func isASCII(_ number: UInt32) -> Bool { entries[place(of: number)].isASCII }

  private func place(of number: UInt32) -> Int {
    precondition(
      number > 0 && number <= touched && entries[Int(number) - 1].references > 0,
      "a value was used after its last reference was given back")
    return Int(number) - 1
  }

  private mutating func retain(_ number: UInt32) {
    if number == 0 { return }
    let place = place(of: number)
    precondition(entries[place].references < .max, "too many references to a value")
    entries[place].references += 1
  }

  private mutating func release(_ number: UInt32) {
    if number == 0 { return }
    let place = place(of: number)
    entries[place].references -= 1
    if entries[place].references > 0 { return }
    index.remove(entries[place].hash, place: UInt32(place))
    entries[place].bytes.deallocate()
    entries[place].nextFree = firstFree
    firstFree = UInt32(place)
    count -= 1
  }

  /// The number of a value, with a reference.
  private mutating func intern(
    _ value: RawSpan, of parameter: @autoclosure () -> String
  ) throws(ParameterError) -> UInt32 {
    let hash = UInt32(truncatingIfNeeded: key.hash(value, count: value.byteCount))
    if let place = place(of: value, hash: hash) {
      retain(place + 1)
      return place + 1
    }
    let isASCII = try check(value, of: parameter())
    return add(value, hash: hash, isASCII: isASCII)
  }

  private func place(of value: RawSpan, hash: UInt32) -> UInt32? {
    let entries = entries
    return index.find(hash) { place in
      let entry = entries[Int(place)]
      let bytes = RawSpan(_unsafeStart: entry.bytes, byteCount: entry.byteCount)
      return bytes.isEqual(to: value)
    }
  }

  /// Whether a new value is ASCII.
  private func check(
    _ value: RawSpan, of parameter: @autoclosure () -> String
  ) throws(ParameterError) -> Bool {
    if value.byteCount > limits.parameterValueBytes {
      throw .valueTooLong(
        parameter(), bytes: value.byteCount, limit: limits.parameterValueBytes)
    }
    if count >= limits.parameterValues {
      throw .tooManyValues(parameter(), limit: limits.parameterValues)
    }
    var isASCII = true
    for offset in 0..<value.byteCount {
      let byte = value.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      if byte == 0 { throw .zeroByte(parameter()) }
      if byte >= 0x80 { isASCII = false }
    }
    return isASCII
  }

  private mutating func add(_ value: RawSpan, hash: UInt32, isASCII: Bool) -> UInt32 {
    let place: UInt32
    if firstFree != HashIndex.none {
      place = firstFree
      firstFree = entries[Int(place)].nextFree
    } else {
      place = touched
      touched += 1
    }
    let entry = Entry(
      bytes: value.heapCopy(), byteCount: value.byteCount, hash: hash, references: 1,
      isASCII: isASCII, nextFree: HashIndex.none)
    (entries + Int(place)).initialize(to: entry)
    index.insert(hash, place: place)
    count += 1
    return place + 1
  }
}
