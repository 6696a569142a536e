import RandomNumbers
import Tables
import Testing

@Suite struct TableTests {
  /// With few different hashes, so that searches are long and every removal has to close a gap.
  @Test(arguments: 0..<8 as Range<UInt64>, [0xFFFF_FFFF, 0x7, 0x1] as [UInt32])
  func `an index finds what a dictionary has`(seed: UInt64, hashMask: UInt32) {
    var random = SplitMix64(seed: seed)
    var index = HashIndex(capacity: 0)
    var model: [UInt32: UInt32] = [:]
    func hash(_ place: UInt32) -> UInt32 { (place &* 0x9e37_79b9 ^ place >> 3) & hashMask }
    for _ in 0..<3_000 {
      let place = UInt32(
        Int.random(in: 0..<100, using: &random) + 1000 * Int.random(in: 0..<2, using: &random))
      let other = place < 1000 ? place + 1000 : place - 1000
      switch (Int.random(in: 0..<3, using: &random), model[place]) {
      case (0, nil):
        index.insert(hash(place), place: place)
        model[place] = hash(place)
      case (1, let hash?):
        index.remove(hash, place: place)
        model[place] = nil
      case (2, let hash?) where model[other] == nil:
        index.move(hash, from: place, to: other)
        model[other] = hash
        model[place] = nil
      default: break
      }
      let found = index.find(model[place] ?? hash(place)) { $0 == place }
      #expect(found == (model[place] == nil ? nil : place))
    }
    let count = index.count
    #expect(Int(count) == model.count)
    for (place, hash) in model {
      let found = index.find(hash) { $0 == place }
      #expect(found == place)
    }
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func `linked slots are in the order of an array, in the list they were put in`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var links = SlotLinks(capacity: 20)
    var lists = [SlotList(), SlotList()]
    var model: [[UInt32]] = [[], []]
    for _ in 0..<2_000 {
      let slot = UInt32(Int.random(in: 0..<20, using: &random))
      let list = Int.random(in: 0..<2, using: &random)
      let home = model.firstIndex { $0.contains(slot) }
      let isLinked = links.isLinked(slot)
      #expect(isLinked == (home != nil))
      switch (Int.random(in: 0..<4, using: &random), home) {
      case (0, nil):
        links.append(slot, to: &lists[list])
        model[list].append(slot)
      case (1, nil):
        links.prepend(slot, to: &lists[list])
        model[list].insert(slot, at: 0)
      case (2, let home?):
        links.remove(slot, from: &lists[home])
        model[home].removeAll { $0 == slot }
      case (3, _):
        let popped = links.popFirst(from: &lists[list])
        #expect(popped == (model[list].isEmpty ? nil : model[list].removeFirst()))
      default: break
      }
      for list in 0..<2 {
        #expect(lists[list].isEmpty == model[list].isEmpty)
        #expect(lists[list].first == model[list].first ?? SlotLinks.end)
        #expect(lists[list].last == model[list].last ?? SlotLinks.end)
      }
    }
  }
}
