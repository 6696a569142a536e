import RandomNumbers
import Testing

@testable import DataPlane

@Suite("Slot table")
struct SlotTableTests {
  @Test("has what was put in until it is taken out")
  func presence() {
    var table = SlotTable<Int>(capacity: 8)
    let isEmpty = !table.has(0) && !table.has(7) && !table.has(8) && !table.has(.max)
    #expect(isEmpty)
    table.insert(5, 50)
    let hasFive = table.has(5)
    let hasOthers = table.has(4) || table.has(6)
    #expect(hasFive && !hasOthers)
    table[5] += 1
    let value = table.remove(5)
    let again = table.remove(5)
    let isGone = !table.has(5)
    #expect(value == 51 && again == nil && isGone)
  }

  @Test("has a place for each slot below its capacity")
  func capacity() {
    var table = SlotTable<UInt32>(capacity: 100)
    for slot in (0..<100 as Range<UInt32>).reversed() { table.insert(slot, slot * 3) }
    let values = (0..<100 as Range<UInt32>).map { table[$0] }
    #expect(values == (0..<100).map { $0 * 3 })
  }

  @Test("elements are let go when they are taken out, and with the table")
  func lifetimes() {
    final class Counted {}
    weak var removed: Counted?
    weak var kept: Counted?
    do {
      var table = SlotTable<Counted>(capacity: 4)
      var elements = [Counted(), Counted()]
      (removed, kept) = (elements[0], elements[1])
      table.insert(3, elements[0])
      table.insert(1, elements[1])
      elements = []
      _ = table.remove(3)
      #expect(removed == nil && kept != nil)
    }
    #expect(kept == nil)
  }

  @Test("does what a dictionary does", arguments: 0..<10 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var table = SlotTable<UInt64>(capacity: 16)
    var model: [UInt32: UInt64] = [:]
    for _ in 0..<2_000 {
      let slot = UInt32.random(in: 0..<16, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0 where model[slot] == nil:
        let value = random.next()
        table.insert(slot, value)
        model[slot] = value
      case 1 where model[slot] != nil:
        table[slot] &+= 1
        model[slot]? &+= 1
      default:
        let value = table.remove(slot)
        #expect(value == model.removeValue(forKey: slot))
      }
      for slot in 0..<20 as Range<UInt32> {
        let value = table.has(slot) ? table[slot] : nil
        #expect(value == model[slot])
      }
    }
  }
}
