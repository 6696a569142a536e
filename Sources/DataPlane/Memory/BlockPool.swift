/// The name of a block in a pool.
struct BlockIndex: Sendable, Equatable, BitwiseCopyable {
  let rawValue: UInt32
}

/// Blocks of one size, made when wanted, never more than a limit. A few are kept for reuse; what a storm took beyond them is freed.
///
/// Invariant that keeps the pointers safe: `blocks[i]` for `i < named` is one allocation of `blockBytes` or nil, and never nil between
/// ``take()`` and ``giveBack(_:)``; an index comes from ``take()`` and is checked against `named`.
struct BlockPool: ~Copyable {
  let blockBytes: Int
  private let limit: Int
  private let kept: Int
  private let blocks: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let successors: UnsafeMutablePointer<UInt32>
  /// Blocks that can be taken and have their memory.
  private var free: IndexStack
  /// Blocks that can be taken and need memory.
  private var bare: IndexStack
  private var named = 0
  /// Where blocks in use are entered.
  private let ledger: MemoryLedger

  /// Blocks taken and not given back.
  var inUse: Int { named - free.count - bare.count }

  /// An empty pool, of which at most `kept` blocks that were given back stay allocated; blocks in use
  /// are entered in a ledger, and there are no more of them than that allows.
  init(
    blockBytes: Int, limit: Int, kept: Int = 64, ledger: MemoryLedger = MemoryLedger()
  ) {
    self.ledger = ledger
    self.blockBytes = blockBytes
    self.kept = kept
    self.limit = limit
    blocks = .allocate(capacity: max(limit, 1))
    successors = .allocate(capacity: max(limit, 1))
    free = IndexStack(capacity: min(kept, limit))
    bare = IndexStack(capacity: limit)
  }

  deinit {
    for index in 0..<named { blocks[index]?.deallocate() }
    blocks.deallocate()
    successors.deallocate()
  }

  /// A block, or nil when the limit is reached, or the ledger's. Its bytes are whatever was left in it.
  mutating func take() -> BlockIndex? {
    guard inUse < limit, ledger.take(blockBytes) else { return nil }
    if let index = free.pop() { return BlockIndex(rawValue: index) }
    guard let index = bare.pop() ?? nextName() else { return nil }
    blocks[Int(index)] = .allocate(byteCount: blockBytes, alignment: 64)
    return BlockIndex(rawValue: index)
  }

  private mutating func nextName() -> UInt32? {
    guard named < limit else { return nil }
    named += 1
    return UInt32(named - 1)
  }

  /// Gives a block back.
  mutating func giveBack(_ block: BlockIndex) {
    ledger.giveBack(blockBytes)
    if free.count < min(kept, limit) {
      free.push(block.rawValue)
    } else {
      address(of: block).deallocate()
      blocks[Int(block.rawValue)] = nil
      bare.push(block.rawValue)
    }
  }

  /// Where the block's bytes are.
  func address(of block: BlockIndex) -> UnsafeMutableRawPointer {
    guard Int(block.rawValue) < named, let address = blocks[Int(block.rawValue)] else {
      preconditionFailure("no such block")
    }
    return address
  }

  /// The block after this one in its chain; meaningful only inside a ``BlockChain``.
  func successor(of block: BlockIndex) -> BlockIndex {
    BlockIndex(rawValue: successors[Int(block.rawValue)])
  }

  /// Says which block comes after this one.
  mutating func link(_ block: BlockIndex, to next: BlockIndex) {
    successors[Int(block.rawValue)] = next.rawValue
  }
}
