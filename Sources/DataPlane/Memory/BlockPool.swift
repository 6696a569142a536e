/// The name of a block in a pool.
struct BlockIndex: Sendable, Equatable, BitwiseCopyable {
  let rawValue: UInt32
}

/// Blocks of one size, made when first wanted, kept for reuse, never more than a limit.
///
/// Invariant that keeps the pointers safe: `blocks[i]` for `i < made` is one allocation of `blockBytes`, freed only by `deinit`;
/// an index comes from ``take()`` and is checked against `made`.
struct BlockPool: ~Copyable {
  let blockBytes: Int
  private let limit: Int
  private let blocks: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let successors: UnsafeMutablePointer<UInt32>
  private var free: IndexStack
  private var made = 0

  /// Blocks taken and not given back.
  var inUse: Int { made - free.count }

  init(blockBytes: Int, limit: Int) {
    self.blockBytes = blockBytes
    self.limit = limit
    blocks = .allocate(capacity: max(limit, 1))
    successors = .allocate(capacity: max(limit, 1))
    free = IndexStack(capacity: limit)
  }

  deinit {
    for index in 0..<made { blocks[index].deallocate() }
    blocks.deallocate()
    successors.deallocate()
  }

  /// A block, or nil when the limit is reached. Its bytes are whatever was left in it.
  mutating func take() -> BlockIndex? {
    if let index = free.pop() { return BlockIndex(rawValue: index) }
    guard made < limit else { return nil }
    blocks[made] = .allocate(byteCount: blockBytes, alignment: 64)
    made += 1
    return BlockIndex(rawValue: UInt32(made - 1))
  }

  /// Gives a block back.
  mutating func giveBack(_ block: BlockIndex) {
    free.push(block.rawValue)
  }

  /// Where the block's bytes are.
  func address(of block: BlockIndex) -> UnsafeMutableRawPointer {
    precondition(Int(block.rawValue) < made, "no such block")
    return blocks[Int(block.rawValue)]
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
