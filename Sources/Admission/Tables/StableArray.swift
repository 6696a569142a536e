internal import Glibc

/// Elements that never move: chunks of them, allocated when they are needed, never given back before the end.
///
/// What it holds must need no destruction. A look-up costs two loads and a comparison.
///
/// Invariant that keeps the pointers safe: each chunk that an index below `count` falls into is allocated,
/// each element below `count` is initialized, and an index is checked against it before use.
@usableFromInline
struct StableArray<Element: ~Copyable>: ~Copyable {
  @usableFromInline typealias Chunk = UnsafeMutablePointer<Element>

  /// Elements of a chunk: 64 Ki. A chunk's memory costs nothing before it is touched.
  @inlinable static var chunkShift: Int { 16 }
  @inlinable static var chunkSize: Int { 1 &<< chunkShift }
  /// Together fewer than 2^24 elements, as many as a ``TenantRecord`` can link.
  @inlinable static var mostChunks: Int { 255 }

  private static var hugePage: Int { 2 << 20 }

  @usableFromInline let chunks: UnsafeMutablePointer<Chunk>
  @usableFromInline var chunkCount = 0
  @usableFromInline var count = 0

  init() { chunks = .allocate(capacity: Self.mostChunks) }

  @inlinable
  deinit {
    for chunk in 0..<chunkCount { UnsafeMutableRawPointer(chunks[chunk]).deallocate() }
    chunks.deallocate()
  }

  /// Adds an element, and says where.
  mutating func append(_ element: consuming Element) -> UInt32 {
    if count == chunkCount &<< Self.chunkShift { addChunk() }
    (chunks[count &>> Self.chunkShift] + (count & (Self.chunkSize - 1))).initialize(to: element)
    count += 1
    return UInt32(count - 1)
  }

  /// The element at a place.
  @inlinable @inline(__always)
  func at(_ index: UInt32) -> UnsafeMutablePointer<Element> {
    let index = Int(index)
    precondition(index < count, "no such place")
    return chunks[index &>> Self.chunkShift] + (index & (Self.chunkSize - 1))
  }

  private mutating func addChunk() {
    precondition(chunkCount < Self.mostChunks, "more tenants than a process can have")
    let size = MemoryLayout<Element>.stride * Self.chunkSize
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: size, alignment: chunkCount == 0 ? 64 : Self.hugePage)
    // Where there are many, they are touched in no order, and most of the time would go into finding
    // their pages. Where there are few, a huge page would be mostly empty. Without them all goes on.
    if chunkCount > 0 { _ = madvise(memory, size, MADV_HUGEPAGE) }
    (chunks + chunkCount).initialize(
      to: memory.bindMemory(to: Element.self, capacity: Self.chunkSize))
    chunkCount += 1
  }
}
