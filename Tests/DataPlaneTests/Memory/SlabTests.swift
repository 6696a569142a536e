import RandomNumbers
import Testing

@testable import DataPlane

@Suite("Slab, tokens and lists")
struct SlabTests {
  @Test("a handle goes stale with its element, also when the place is taken again")
  func staleHandles() throws {
    var slab = Slab<Int>(capacity: 2)
    let inserted = slab.insert(10)
    let first = try #require(inserted)
    slab.remove(first)
    let isStale = !slab.isCurrent(first)
    let insertedAgain = slab.insert(20)
    let second = try #require(insertedAgain)
    #expect(second.index == first.index && second != first && isStale)
    let isFirstCurrent = slab.isCurrent(first)
    let isSecondCurrent = slab.isCurrent(second)
    let value = slab[second]
    #expect(!isFirstCurrent && isSecondCurrent && value == 20)
  }

  @Test("a full slab takes nothing, and goes on when a place is given back")
  func full() throws {
    var slab = Slab<Int>(capacity: 3)
    let handles = (0..<3).compactMap { slab.insert($0) }
    let tooMany = slab.insert(3)
    #expect(handles.count == 3 && tooMany == nil)
    slab.remove(handles[1])
    let again = slab.insert(4)
    let count = slab.count
    #expect(again != nil && count == 3)
  }

  @Test("a handle of another slab, or of a place never taken, is not current")
  func foreignHandles() {
    let slab = Slab<Int>(capacity: 4)
    let isFirst = slab.isCurrent(SlabHandle(index: 0, generation: 0))
    let isBeyond = slab.isCurrent(SlabHandle(index: 400, generation: 0))
    let handle = slab.currentHandle(at: 0)
    #expect(!isFirst && !isBeyond && handle == nil)
  }

  @Test("elements are let go when they are removed, and with the slab")
  func lifetimes() {
    final class Counted {}
    weak var removed: Counted?
    weak var kept: Counted?
    do {
      var slab = Slab<Counted>(capacity: 2)
      var elements = [Counted(), Counted()]
      (removed, kept) = (elements[0], elements[1])
      let handles = elements.compactMap { slab.insert($0) }
      elements = []
      slab.remove(handles[0])
      #expect(removed == nil && kept != nil)
    }
    #expect(kept == nil)
  }

  @Test("does what a dictionary does", arguments: 0..<10 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var slab = Slab<UInt64>(capacity: 16)
    var model: [(handle: SlabHandle, value: UInt64)] = []
    var gone: [SlabHandle] = []
    for _ in 0..<2_000 {
      if Bool.random(using: &random) {
        let value = random.next()
        let handle = slab.insert(value)
        #expect((handle == nil) == (model.count == 16))
        if let handle { model.append((handle, value)) }
      } else if let place = model.indices.randomElement(using: &random) {
        let handle = model.remove(at: place).handle
        slab.remove(handle)
        gone.append(handle)
      }
      for (handle, value) in model {
        let isKept = slab.isCurrent(handle) && slab[handle] == value
        #expect(isKept)
      }
      let count = slab.count
      let reborn = gone.suffix(50).filter { slab.isCurrent($0) }
      #expect(count == model.count && reborn.isEmpty)
    }
  }

  @Test("a token gives back what it was made of", arguments: Operation.allCases)
  func tokens(operation: Operation) {
    let limits = [
      SlabHandle(index: 0, generation: 0),
      SlabHandle(index: .max, generation: Token.generationMask),
      SlabHandle(index: 0x1234_5678, generation: 0xABCDEF),
    ]
    for handle in limits {
      let token = Token(rawValue: Token(operation, handle).rawValue)
      #expect(token.operation == operation && token.session == handle)
    }
    let own = Token(operation, index: 17)
    #expect(own.operation == operation && own.index == 17)
  }

  @Test("a token of no operation is told from all others", arguments: [0, 200, 255] as [UInt64])
  func foreignTokens(operation: UInt64) {
    #expect(Token(rawValue: operation << 56).operation == nil)
  }

  @Test("a work list keeps the order of what is left when the first are done")
  func workList() {
    var list = WorkList<Int>(capacity: 4)
    for number in 1...4 { list.append(number) }
    list.removeFirst(3)
    list.append(5)
    let rest = (0..<list.count).map { list[$0] }
    #expect(rest == [4, 5])
    list.removeFirst(2)
    let isEmpty = list.isEmpty
    #expect(isEmpty)
  }
}
