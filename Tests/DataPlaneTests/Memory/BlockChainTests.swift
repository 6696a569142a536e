import RandomNumbers
import Testing

@testable import DataPlane

@Suite("Blocks and chains of them")
struct BlockChainTests {
  private static let blockBytes = 16

  /// Appends bytes; whether there was room.
  private func append(_ bytes: [UInt8], to chain: inout BlockChain, _ pool: inout BlockPool) -> Bool
  {
    bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return true }
      return chain.append(start, count: buffer.count, pool: &pool)
    }
  }

  /// Takes up to `limit` bytes off the front, as a send does.
  private func take(
    _ limit: Int, from chain: inout BlockChain, _ pool: inout BlockPool, keepingBlock: Bool
  ) -> [UInt8] {
    guard let piece = chain.nextPiece(pool) else { return [] }
    let count = min(limit, piece.count)
    let bytes = Array(UnsafeRawBufferPointer(start: piece.bytes, count: count))
    chain.removeFirst(count, pool: &pool, keepingBlock: keepingBlock)
    return bytes
  }

  /// Takes all bytes off.
  private func drain(_ chain: inout BlockChain, _ pool: inout BlockPool) -> [UInt8] {
    var bytes: [UInt8] = []
    while !chain.isEmpty { bytes += take(.max, from: &chain, &pool, keepingBlock: false) }
    return bytes
  }

  @Test("a chain can be copied, and is what it was")
  func copied() {
    var pool = BlockPool(blockBytes: Self.blockBytes, limit: 8)
    var chain = BlockChain()
    #expect(chain.copy(from: pool).isEmpty)
    let bytes = Array(0..<50 as Range<UInt8>)
    let isKept = append(bytes, to: &chain, &pool)
    #expect(isKept && chain.copy(from: pool) == bytes)
    for taken in [3, 13, 16, 10] {
      _ = take(taken, from: &chain, &pool, keepingBlock: true)
      #expect(chain.copy(from: pool) == bytes.suffix(chain.byteCount))
    }
    #expect(drain(&chain, &pool) == bytes.suffix(8))
  }

  @Test("a chain gives back the bytes of a model, in order", arguments: 0..<20 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var pool = BlockPool(blockBytes: Self.blockBytes, limit: 8)
    var chain = BlockChain()
    var model: [UInt8] = []
    for _ in 0..<1_000 {
      if Bool.random(using: &random) {
        let bytes = random.bytes(Int.random(in: 0...40, using: &random))
        guard model.count + bytes.count <= 6 * Self.blockBytes else { continue }
        let isKept = append(bytes, to: &chain, &pool)
        #expect(isKept)
        model += bytes
      } else {
        let taken = take(
          Int.random(in: 1...20, using: &random), from: &chain, &pool,
          keepingBlock: Bool.random(using: &random))
        #expect(taken == Array(model.prefix(taken.count)) && taken.isEmpty == model.isEmpty)
        model.removeFirst(taken.count)
      }
      let inUse = pool.inUse
      #expect(chain.byteCount == model.count)
      #expect(inUse <= model.count / Self.blockBytes + 2, "blocks are kept that hold nothing")
    }
    let rest = drain(&chain, &pool)
    chain.giveBack(to: &pool)
    let leaked = pool.inUse
    #expect(rest == model && leaked == 0)
  }

  @Test("a chain that finds no more blocks says so, and gives back what it has")
  func exhaustion() {
    var pool = BlockPool(blockBytes: Self.blockBytes, limit: 2)
    var chain = BlockChain()
    let fits = append([UInt8](repeating: 1, count: 32), to: &chain, &pool)
    let isTooMuch = !append([2], to: &chain, &pool)
    #expect(fits && isTooMuch && chain.byteCount == 32)
    chain.giveBack(to: &pool)
    let inUse = pool.inUse
    #expect(inUse == 0 && !chain.ownsBlock)
  }

  @Test("an empty block can be kept, filled from outside, and sent from")
  func streamingBlock() throws {
    var pool = BlockPool(blockBytes: Self.blockBytes, limit: 1)
    var chain = BlockChain()
    let taken = chain.emptyBlock(&pool)
    let room = try #require(taken)
    room.storeBytes(of: 0x0403_0201, as: UInt32.self)
    chain.filledEmptyBlock(4)
    let first = take(3, from: &chain, &pool, keepingBlock: true)
    let second = take(3, from: &chain, &pool, keepingBlock: true)
    #expect(first == [1, 2, 3] && second == [4])
    #expect(chain.isEmpty && chain.ownsBlock)
    let again = chain.emptyBlock(&pool)
    #expect(again == room, "the block it has is used again")
  }

  @Test(
    "a younger chain joins behind an older one, and no block is lost",
    arguments: [
      (older: 0, younger: 0), (0, 5), (5, 0), (5, 5), (16, 16), (20, 40), (0, 40),
    ], [false, true])
  func joining(counts: (older: Int, younger: Int), youngerKeepsBlock: Bool) {
    var random = SplitMix64(seed: 1)
    var pool = BlockPool(blockBytes: Self.blockBytes, limit: 16)
    let olderBytes = random.bytes(counts.older)
    let youngerBytes = random.bytes(counts.younger)
    var older = BlockChain()
    var younger = BlockChain()
    if youngerKeepsBlock { _ = younger.emptyBlock(&pool) }
    let isKept =
      append(olderBytes, to: &older, &pool) && append(youngerBytes, to: &younger, &pool)
    let isJoined = older.append(younger, pool: &pool)
    let all = drain(&older, &pool)
    older.giveBack(to: &pool)
    let leaked = pool.inUse
    #expect(isKept && isJoined && all == olderBytes + youngerBytes && leaked == 0)
  }

  @Test("a younger chain that finds no room behind an older one loses its bytes, but no block")
  func joiningWithoutRoom() {
    var pool = BlockPool(blockBytes: Self.blockBytes, limit: 2)
    var older = BlockChain()
    var younger = BlockChain()
    let isKept =
      append([UInt8](repeating: 1, count: 15), to: &older, &pool)
      && append([UInt8](repeating: 2, count: 15), to: &younger, &pool)
    let isJoined = older.append(younger, pool: &pool)
    #expect(isKept && !isJoined)
    older.giveBack(to: &pool)
    let leaked = pool.inUse
    #expect(leaked == 0)
  }

  @Test("a pool gives each block to one holder, uses what comes back, and stops at its limit")
  func pool() {
    var pool = BlockPool(blockBytes: 64, limit: 3)
    let taken = (0..<3).compactMap { _ in pool.take() }
    let none = pool.take()
    let addresses = Set(taken.map { UInt(bitPattern: pool.address(of: $0)) })
    #expect(taken.count == 3 && addresses.count == 3 && none == nil)
    pool.giveBack(taken[1])
    let again = pool.take()
    let inUse = pool.inUse
    #expect(again == taken[1] && inUse == 3)
  }
}
