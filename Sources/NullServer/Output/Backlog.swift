import Glibc
import TLS

/// What a connection has still to send, because its client has not read what came before.
///
/// A send waits for room; only one is under way at a time. Plaintext of a connection with TLS is encrypted when its turn comes.
///
/// Invariant that keeps the pointers safe: an item with bytes owns an allocation of `count` bytes, freed when the item is removed or by
/// `deinit`; the bytes under way belong to the first item, which is not removed before its send has completed.
struct Backlog: ~Copyable {
  private struct Item {
    enum Kind { case final, plaintext, fill }
    let kind: Kind
    let bytes: UnsafeMutableRawPointer?
    let count: Int
    var sent = 0
    var rest: Int { count - sent }
  }

  private var items: [Item] = []
  private var head = 0
  /// How many bytes of memory wait; runs of the letter take none.
  private(set) var heldBytes = 0

  init() {}

  deinit { for item in items[head...] { item.bytes?.deallocate() } }

  /// Whether nothing waits.
  var isEmpty: Bool { head == items.count }

  /// Adds a piece of an answer behind what waits, but for its first `skipped` bytes.
  mutating func append(_ piece: AnswerBuffer.Piece, skipping skipped: Int = 0, isPlaintext: Bool) {
    let count = piece.count - skipped
    guard count > 0 else { return }
    guard let bytes = piece.bytes else {
      items.append(Item(kind: .fill, bytes: nil, count: count))
      return
    }
    items.append(
      makeItem(
        isPlaintext ? .plaintext : .final,
        UnsafeRawBufferPointer(start: bytes + skipped, count: count)))
  }

  /// Adds ciphertext: before all that is not encrypted yet, as the order of TLS's records wants it.
  mutating func insert(ciphertext: UnsafeRawBufferPointer) {
    guard ciphertext.count > 0 else { return }
    let place = items[head...].firstIndex { $0.kind != .final } ?? items.count
    items.insert(makeItem(.final, ciphertext), at: place)
  }

  private mutating func makeItem(_ kind: Item.Kind, _ bytes: UnsafeRawBufferPointer) -> Item {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
    heldBytes += bytes.count
    return Item(kind: kind, bytes: copy, count: bytes.count)
  }

  /// The bytes to send next, of a connection without TLS.
  ///
  /// - Precondition: something waits, and no send is under way.
  func next() -> UnsafeRawBufferPointer {
    let item = items[head]
    if let bytes = item.bytes {
      return UnsafeRawBufferPointer(start: bytes + item.sent, count: item.rest)
    }
    return UnsafeRawBufferPointer(rebasing: FillPage.bytes.prefix(item.rest))
  }

  /// The bytes to send next, of a connection with TLS: encrypts some, unless ciphertext waits.
  ///
  /// - Precondition: something waits, and no send is under way.
  mutating func next(
    encryptedBy tls: inout TLSStream, scratch: inout [UInt8]
  ) throws(TLSError) -> UnsafeRawBufferPointer {
    if items[head].kind != .final { try encryptSome(by: &tls, scratch: &scratch) }
    return next()
  }

  private mutating func encryptSome(
    by tls: inout TLSStream, scratch: inout [UInt8]
  ) throws(TLSError) {
    scratch.removeAll(keepingCapacity: true)
    while !isEmpty, items[head].kind != .final,
      scratch.count < NullServerLimits.encryptedAtOnceBytes
    {
      let bytes = UnsafeRawBufferPointer(
        rebasing: next().prefix(NullServerLimits.encryptedAtOnceBytes))
      try tls.send(bytes.bytes, ciphertext: &scratch)
      removeFirst(bytes.count)
    }
    let ciphertext = scratch.withUnsafeBytes { makeItem(.final, $0) }
    items.insert(ciphertext, at: head)
  }

  /// Says that so many bytes of what ``next()`` gave are sent.
  mutating func removeFirst(_ count: Int) {
    items[head].sent += count
    precondition(items[head].rest >= 0, "more was sent than there was")
    guard items[head].rest == 0 else { return }
    if let bytes = items[head].bytes {
      heldBytes -= items[head].count
      bytes.deallocate()
    }
    head += 1
    if head == items.count {
      items = []
      head = 0
    } else if head > 64, head > items.count / 2 {
      items.removeFirst(head)
      head = 0
    }
  }
}
