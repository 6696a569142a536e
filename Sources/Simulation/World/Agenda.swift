/// What will happen, by time; things due at the same time happen in the order in which they were put down.
struct Agenda {
  private struct Entry {
    let time: UInt64
    let serial: UInt64
    let action: () -> Void

    func isBefore(_ other: Entry) -> Bool { (time, serial) < (other.time, other.serial) }
  }

  /// A binary heap: no entry is later than the two at twice its place.
  private var heap: [Entry] = []
  private var nextSerial: UInt64 = 0

  /// When the next thing happens, in nanoseconds.
  var nextTime: UInt64? { heap.first?.time }
  var count: Int { heap.count }

  mutating func add(at time: UInt64, _ action: @escaping () -> Void) {
    heap.append(Entry(time: time, serial: nextSerial, action: action))
    nextSerial += 1
    var place = heap.count - 1
    while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func removeFirst() -> () -> Void {
    let first = heap[0]
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
        if heap[child].isBefore(heap[least]) { least = child }
      }
      guard least != place else { break }
      heap.swapAt(place, least)
      place = least
    }
    return first.action
  }

  mutating func removeAll() { heap = [] }
}
