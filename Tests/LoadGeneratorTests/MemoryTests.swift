import LoadModel
import Testing

@testable import LoadGenerator

/// The structures that a worker keeps its connections and arrivals in, against simple models.
@Suite("Queues, lists and heaps of a worker")
struct MemoryTests {
  @Test(
    "a heap gives places in the order of their moments, whatever was moved or cleared",
    arguments: 0..<20)
  func wakeHeap(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var heap = WakeHeap(capacity: 50)
    var model: [Int: Int64] = [:]
    for _ in 0..<2_000 {
      let slot = Int.random(in: 0..<50, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let moment = Int64.random(in: 0..<1_000, using: &random)
        heap.set(slot, to: moment)
        model[slot] = moment
      case 2:
        heap.clear(slot)
        model[slot] = nil
      default:
        let now = Int64.random(in: 0..<1_000, using: &random)
        let earliest = model.values.min()
        let popped = heap.popExpired(now: now)
        #expect((popped != nil) == (earliest.map { $0 <= now } ?? false))
        if let popped {
          #expect(model[popped] == earliest)
          model[popped] = nil
        }
      }
      #expect(heap.count == model.count)
      #expect(heap.earliest == model.values.min() ?? .max)
    }
  }

  @Test(
    "waiting arrivals are served in order by tenant, and expire in order of age", arguments: 0..<20)
  func waitingArrivals(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var waiting = WaitingArrivals(tenants: 4, capacity: 30)
    var model: [WaitingArrival] = []
    for step in 0..<3_000 {
      let tenant = Int.random(in: 0..<4, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0...2:
        let arrival = WaitingArrival(intended: Int64(step), tenant: tenant, kind: step % 3)
        #expect(waiting.append(arrival) == (model.count < 30))
        if model.count < 30 { model.append(arrival) }
      case 3:
        let place = model.firstIndex { $0.tenant == tenant }
        #expect(waiting.popFirst(of: tenant) == place.map { model.remove(at: $0) })
      default:
        #expect(waiting.popOldest() == (model.isEmpty ? nil : model.removeFirst()))
      }
      #expect(waiting.count == model.count)
      #expect(waiting.oldestIntended == model.first?.intended ?? .max)
      #expect(waiting.hasAny(of: tenant) == model.contains { $0.tenant == tenant })
    }
  }

  @Test("a place is in one list, and leaves it from anywhere", arguments: 0..<10)
  func slotLists(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var lists = SlotLists(lists: 3, slots: 20)
    var model: [[Int]] = [[], [], []]
    for _ in 0..<2_000 {
      let slot = Int.random(in: 0..<20, using: &random)
      let list = slot % 3
      if lists.has(slot) {
        lists.remove(slot, from: list)
        model[list].removeAll { $0 == slot }
      } else {
        lists.append(slot, to: list)
        model[list].append(slot)
      }
      for list in 0..<3 { #expect(lists.first(in: list) == model[list].first) }
    }
    lists.remove(0, from: 0)
    lists.remove(0, from: 0)
    #expect(!lists.has(0))
  }

  @Test("a queue holds each place once, in order")
  func slotQueue() {
    var queue = SlotQueue(capacity: 3)
    for slot in [2, 0, 2, 1, 0] { queue.append(slot) }
    #expect(queue.count == 3)
    #expect(queue.popFirst() == 2)
    queue.append(2)
    #expect(
      [queue.popFirst(), queue.popFirst(), queue.popFirst(), queue.popFirst()] == [0, 1, 2, nil])
  }

  @Test("a token gives back what it was made of, and is of its opening alone")
  func token() {
    let token = Token(.receive, place: 70_000, generation: 0x1FF_FFFF)
    #expect(token.operation == .receive && token.place == 70_000)
    #expect(token.isOf(generation: 0x1FF_FFFF) && !token.isOf(generation: 0x1FF_FFFE))
    #expect(Token(rawValue: 0).operation == nil)
  }
}
