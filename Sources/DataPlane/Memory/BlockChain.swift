/// Bytes of one direction that were copied out of the receive buffers, in blocks of a ``BlockPool``, oldest first.
///
/// All blocks but the last are full. A chain may keep one empty block to stream through.
struct BlockChain {
  private var first: BlockIndex?
  private var last = BlockIndex(rawValue: 0)
  /// Bytes of the first block that were sent already.
  private var sentOfFirst = 0
  /// Bytes that the last block holds.
  private var filledOfLast = 0
  /// Bytes in the chain.
  private(set) var byteCount = 0

  var isEmpty: Bool { byteCount == 0 }
  /// Whether the chain owns a block, full or empty.
  var ownsBlock: Bool { first != nil }

  /// Copies bytes to the end; false, with the chain unchanged in what it holds, when the pool has no more blocks.
  mutating func append(
    _ bytes: UnsafeRawPointer, count: Int, pool: inout BlockPool
  ) -> Bool {
    var copied = 0
    while copied < count {
      if first == nil || filledOfLast == pool.blockBytes {
        guard let block = pool.take() else { return false }
        extend(with: block, pool: &pool)
      }
      let piece = min(count - copied, pool.blockBytes - filledOfLast)
      (pool.address(of: last) + filledOfLast).copyMemory(from: bytes + copied, byteCount: piece)
      filledOfLast += piece
      byteCount += piece
      copied += piece
    }
    return true
  }

  /// Moves all of a younger chain behind this one. The seam may leave a block that is not full, so the younger chain
  /// keeps its own sizes only if this chain is empty; otherwise its bytes are copied.
  mutating func append(_ younger: consuming BlockChain, pool: inout BlockPool) -> Bool {
    guard first != nil else {
      self = younger
      return true
    }
    while let piece = younger.nextPiece(pool) {
      guard append(piece.bytes, count: piece.count, pool: &pool) else {
        younger.giveBack(to: &pool)
        return false
      }
      younger.removeFirst(piece.count, pool: &pool, keepingBlock: false)
    }
    // An empty block that it kept to stream through.
    younger.giveBack(to: &pool)
    return true
  }

  /// The oldest bytes that lie together; nil when there are none.
  func nextPiece(_ pool: borrowing BlockPool) -> (bytes: UnsafeRawPointer, count: Int)? {
    guard let first, byteCount > 0 else { return nil }
    let end = first == last ? filledOfLast : pool.blockBytes
    return (UnsafeRawPointer(pool.address(of: first) + sentOfFirst), end - sentOfFirst)
  }

  /// A copy of all the bytes.
  func copy(from pool: borrowing BlockPool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    var start = sentOfFirst
    var next = byteCount > 0 ? first : nil
    while let block = next {
      let end = block == last ? filledOfLast : pool.blockBytes
      bytes.append(
        contentsOf: UnsafeRawBufferPointer(
          start: pool.address(of: block) + start, count: end - start))
      next = block == last ? nil : pool.successor(of: block)
      start = 0
    }
    return bytes
  }

  /// Forgets the oldest bytes, at most those of ``nextPiece(_:)``. With `keepingBlock` the last block stays when it is empty.
  mutating func removeFirst(_ count: Int, pool: inout BlockPool, keepingBlock: Bool) {
    guard let block = first else { return }
    sentOfFirst += count
    byteCount -= count
    let end = block == last ? filledOfLast : pool.blockBytes
    precondition(sentOfFirst <= end, "more was sent than the block holds")
    guard sentOfFirst == end else { return }
    if block != last {
      first = pool.successor(of: block)
      sentOfFirst = 0
      pool.giveBack(block)
    } else if keepingBlock {
      sentOfFirst = 0
      filledOfLast = 0
    } else {
      giveBack(to: &pool)
    }
  }

  /// Room in the chain's one, empty block, taking a block if there is none; nil when the pool has none.
  mutating func emptyBlock(_ pool: inout BlockPool) -> UnsafeMutableRawPointer? {
    precondition(byteCount == 0, "bytes would be overwritten")
    if first == nil {
      guard let block = pool.take() else { return nil }
      extend(with: block, pool: &pool)
    }
    return pool.address(of: last)
  }

  /// Says that `count` bytes were written into ``emptyBlock(_:)``.
  mutating func filledEmptyBlock(_ count: Int) {
    filledOfLast = count
    byteCount = count
  }

  /// Gives all blocks back.
  mutating func giveBack(to pool: inout BlockPool) {
    while let block = first {
      first = block == last ? nil : pool.successor(of: block)
      pool.giveBack(block)
    }
    self = BlockChain()
  }

  private mutating func extend(with block: BlockIndex, pool: inout BlockPool) {
    if first == nil { first = block } else { pool.link(last, to: block) }
    last = block
    filledOfLast = 0
  }
}
