import Testing

@testable import DataPlane

@Suite("The ledger of a worker's memory")
struct MemoryLedgerTests {
  @Test("blocks of all pools together take no more than it allows, and give it back")
  func pools() {
    let ledger = MemoryLedger(limit: 1_000)
    var large = BlockPool(blockBytes: 400, limit: 10, ledger: ledger)
    var small = BlockPool(blockBytes: 100, limit: 10, ledger: ledger)
    let taken = (0..<2).compactMap { _ in large.take() }
    let others = (0..<2).compactMap { _ in small.take() }
    #expect(taken.count == 2 && others.count == 2)
    #expect(ledger.inUse == 1_000 && !ledger.hasRoom(for: 1))
    var (more, moreOthers) = (large.take(), small.take())
    #expect(more == nil && moreOthers == nil && ledger.inUse == 1_000)
    large.giveBack(taken[0])
    more = large.take()
    #expect(more != nil)
    large.giveBack(taken[1])
    let four = (0..<4).compactMap { _ in small.take() }
    moreOthers = small.take()
    #expect(four.count == 4 && moreOthers == nil && ledger.inUse == 1_000)
  }

  @Test("a pool's own limit holds beside it, and takes nothing from it")
  func ownLimit() {
    let ledger = MemoryLedger()
    var pool = BlockPool(blockBytes: 100, limit: 2, ledger: ledger)
    let taken = (0..<3).compactMap { _ in pool.take() }
    #expect(taken.count == 2 && ledger.inUse == 200)
  }

  @Test("takes all of it or nothing")
  func whole() {
    let ledger = MemoryLedger(limit: 10)
    #expect(!ledger.take(11) && ledger.inUse == 0)
    #expect(ledger.take(10) && !ledger.take(1))
    ledger.giveBack(10)
    #expect(ledger.inUse == 0)
  }
}
