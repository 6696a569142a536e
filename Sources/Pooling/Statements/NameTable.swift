public import Tables

/// The names of one client's statements, close together: 8 bytes of index twice, 24 of entry, and the name itself.
///
/// Invariant that keeps the pointers safe: `entries` holds `capacity` elements, the first `count` of them initialized; `text` holds
/// `textCapacity` bytes, the first `textEnd` of them initialized; the name of an entry lies within those.
@usableFromInline
struct NameTable: ~Copyable {
  @usableFromInline
  struct Entry: BitwiseCopyable {
    @usableFromInline var id: UInt64
    @usableFromInline var hash: UInt32
    @usableFromInline var offset: UInt32
    @usableFromInline var length: UInt32
  }

  /// The most bytes of a name that count: `NAMEDATALEN - 1` at the server.
  @inlinable static var nameBytes: Int { 63 }

  @usableFromInline let key: HashKey
  @usableFromInline var index: HashIndex
  @usableFromInline var entries: UnsafeMutablePointer<Entry>
  @usableFromInline var count: UInt32 = 0
  private var capacity = 4
  @usableFromInline var text: UnsafeMutableRawPointer
  private var textCapacity = 64
  private var textEnd = 0
  /// Bytes in `text` that belong to no name any more.
  private var textWasted = 0

  init(key: HashKey) {
    self.key = key
    index = HashIndex(capacity: capacity)
    entries = .allocate(capacity: capacity)
    text = .allocate(byteCount: textCapacity, alignment: 1)
  }

  deinit {
    entries.deallocate()
    text.deallocate()
  }

  @inlinable
  func find(_ name: RawSpan) -> StatementID? {
    let length = min(name.byteCount, Self.nameBytes)
    guard let place = place(of: name, length: length, hash: hash(name, length: length)) else {
      return nil
    }
    return StatementID(rawValue: entries[Int(place)].id)
  }

  /// Gives a name that is there to another statement, and says to which it belonged; nil when the name isn't there.
  mutating func replace(_ name: RawSpan, with id: StatementID) -> StatementID? {
    let length = min(name.byteCount, Self.nameBytes)
    guard let place = place(of: name, length: length, hash: hash(name, length: length)) else {
      return nil
    }
    let replaced = entries[Int(place)].id
    entries[Int(place)].id = id.rawValue
    return StatementID(rawValue: replaced)
  }

  /// Adds a name that isn't there.
  mutating func add(_ name: RawSpan, _ id: StatementID) {
    let length = min(name.byteCount, Self.nameBytes)
    if Int(count) == capacity { growEntries() }
    if textEnd + length > textCapacity { makeTextRoom(for: length) }
    let hash = hash(name, length: length)
    name.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress {
        (text + textEnd).copyMemory(from: source, byteCount: length)
      }
    }
    let entry = Entry(
      id: id.rawValue, hash: hash, offset: UInt32(textEnd), length: UInt32(length))
    (entries + Int(count)).initialize(to: entry)
    textEnd += length
    index.insert(hash, place: count)
    count += 1
  }

  /// Forgets a name; the last entry takes its place.
  mutating func remove(_ name: RawSpan) -> StatementID? {
    let length = min(name.byteCount, Self.nameBytes)
    let hash = hash(name, length: length)
    guard let place = place(of: name, length: length, hash: hash) else { return nil }
    let removed = entries[Int(place)]
    index.remove(hash, place: place)
    textWasted += Int(removed.length)
    count -= 1
    if place != count {
      let moved = entries[Int(count)]
      index.move(moved.hash, from: count, to: place)
      entries[Int(place)] = moved
    }
    return StatementID(rawValue: removed.id)
  }

  func name(at place: UInt32) -> [UInt8] {
    precondition(place < count)
    let entry = entries[Int(place)]
    return Array(UnsafeRawBufferPointer(start: text + Int(entry.offset), count: Int(entry.length)))
  }

  func id(at place: UInt32) -> StatementID {
    precondition(place < count)
    return StatementID(rawValue: entries[Int(place)].id)
  }

  @inlinable
  func hash(_ name: RawSpan, length: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: key.hash(name, count: length))
  }

  @inlinable
  func place(of name: RawSpan, length: Int, hash: UInt32) -> UInt32? {
    let entries = entries
    let text = text
    return index.find(hash) { place in
      let entry = entries[Int(place)]
      if Int(entry.length) != length { return false }
      let known = RawSpan(_unsafeStart: text + Int(entry.offset), byteCount: length)
      return known.hasPrefix(name, count: length)
    }
  }

  private mutating func growEntries() {
    let grown = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * capacity)
    grown.moveInitialize(from: entries, count: Int(count))
    entries.deallocate()
    entries = grown
    capacity *= 2
  }

  /// Leaves out the bytes that belong to no name, and makes the text larger if more than half of it is used even so.
  private mutating func makeTextRoom(for length: Int) {
    let used = textEnd - textWasted + length
    while textCapacity < 2 * used { textCapacity *= 2 }
    let packed = UnsafeMutableRawPointer.allocate(byteCount: textCapacity, alignment: 1)
    textEnd = 0
    for place in 0..<Int(count) {
      let entry = entries[place]
      (packed + textEnd).copyMemory(from: text + Int(entry.offset), byteCount: Int(entry.length))
      entries[place].offset = UInt32(textEnd)
      textEnd += Int(entry.length)
    }
    text.deallocate()
    text = packed
    textWasted = 0
  }
}
