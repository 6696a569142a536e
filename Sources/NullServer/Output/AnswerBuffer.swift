import Glibc

/// The answers of one turn, for all connections of a worker: bytes in chunks, and long runs of one letter, which take no memory.
///
/// An answer is a run of pieces. Nothing moves once it is written, so that sends can be queued while more is written; ``reset()`` starts
/// anew in the same memory, which so stays in the processor's cache.
///
/// Invariant that keeps the pointers safe: each chunk is an allocation of ``NullServerLimits/chunkBytes``, freed by ``reset()`` or `deinit`
/// only; `cursor` and `limit` lie in the chunk `chunks[current]`, and every write is checked against `limit` first.
struct AnswerBuffer: ~Copyable {
  /// Bytes that stand together, or a run of the letter.
  struct Piece {
    /// Where they are; nil for a run.
    let bytes: UnsafeMutablePointer<UInt8>?
    /// How many.
    let count: Int
  }

  /// The letter of runs.
  static let letter = UInt8(ascii: "x")

  private var chunks: [UnsafeMutablePointer<UInt8>] = []
  private var current = 0
  private var cursor: UnsafeMutablePointer<UInt8>
  private var limit: UnsafeMutablePointer<UInt8>
  private var pieceStart: UnsafeMutablePointer<UInt8>
  /// All pieces that are complete.
  private(set) var pieces: [Piece] = []

  init() {
    let chunk = Self.makeChunk()
    chunks.append(chunk)
    cursor = chunk
    pieceStart = chunk
    limit = chunk + NullServerLimits.chunkBytes
  }

  deinit { for chunk in chunks { chunk.deallocate() } }

  private static func makeChunk() -> UnsafeMutablePointer<UInt8> {
    .allocate(capacity: NullServerLimits.chunkBytes)
  }

  /// Forgets everything; what pieces pointed to may be overwritten from now on.
  mutating func reset() {
    while chunks.count > NullServerLimits.keptChunks { chunks.removeLast().deallocate() }
    pieces.removeAll(keepingCapacity: true)
    moveTo(0)
  }

  private mutating func moveTo(_ index: Int) {
    current = index
    cursor = chunks[index]
    pieceStart = cursor
    limit = cursor + NullServerLimits.chunkBytes
  }

  /// Begins an answer that goes on where `earlier` ended, whose pieces move to the end of the list; returns where the answer's pieces begin.
  mutating func begin(continuing earlier: Range<Int>) -> Int {
    let start = pieces.count
    if earlier.upperBound == start { return earlier.isEmpty ? start : earlier.lowerBound }
    for index in earlier { pieces.append(pieces[index]) }
    return start
  }

  /// Ends the answer that began at `start`; returns its pieces.
  @inline(__always)
  mutating func end(from start: Int) -> Range<Int> {
    closePiece()
    return start..<pieces.count
  }

  @inline(__always)
  private mutating func closePiece() {
    let count = cursor - pieceStart
    guard count > 0 else { return }
    pieces.append(Piece(bytes: pieceStart, count: count))
    pieceStart = cursor
  }

  /// Makes room for `count` bytes that stand together.
  @inline(__always)
  private mutating func reserve(_ count: Int) {
    if limit - cursor < count { nextChunk() }
  }

  private mutating func nextChunk() {
    closePiece()
    if current + 1 == chunks.count { chunks.append(Self.makeChunk()) }
    moveTo(current + 1)
  }

  // MARK: Writing

  /// Appends one byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    cursor.pointee = byte
    cursor += 1
  }

  /// Appends an integer, most significant byte first.
  @inline(__always)
  mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
    let count = MemoryLayout<Integer>.size
    reserve(count)
    UnsafeMutableRawPointer(cursor).storeBytes(of: value.bigEndian, as: Integer.self)
    cursor += count
  }

  /// Appends bytes of somebody else's.
  @inline(__always)
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while rest.count > 0 {
      if cursor == limit { nextChunk() }
      let count = min(rest.count, limit - cursor)
      memcpy(cursor, rest.baseAddress!, count)
      cursor += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Appends bytes of somebody else's.
  mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  /// Appends the letter so many times.
  mutating func append(fill count: Int) {
    guard count > NullServerLimits.smallFillBytes else {
      reserve(count)
      memset(cursor, Int32(Self.letter), count)
      cursor += count
      return
    }
    closePiece()
    pieces.append(Piece(bytes: nil, count: count))
  }
}

/// A page full of the letter, from which runs are sent.
enum FillPage {
  /// Invariant: allocated once, written before anybody sees it, never afterwards, never freed.
  nonisolated(unsafe) static let bytes: UnsafeRawBufferPointer = {
    let page = UnsafeMutableRawBufferPointer.allocate(
      byteCount: NullServerLimits.fillPageBytes, alignment: 4096)
    page.initializeMemory(as: UInt8.self, repeating: AnswerBuffer.letter)
    return UnsafeRawBufferPointer(page)
  }()
}
