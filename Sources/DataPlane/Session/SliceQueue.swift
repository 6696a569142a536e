public import Uring

/// The received slices that wait to be sent in one direction, oldest first: a fixed few, without an allocation.
public struct SliceQueue: Sendable {
  private var slices: InlineArray<4, ReceivedSlice>
  /// How many there are.
  public private(set) var count: Int
  /// Bytes in all of them.
  public private(set) var byteCount: Int

  /// An empty queue.
  public init() {
    slices = InlineArray(repeating: ReceivedSlice(buffer: 0, offset: 0, count: 0))
    count = 0
    byteCount = 0
  }

  /// Whether there are none.
  public var isEmpty: Bool { count == 0 }

  /// The slice at a place, 0 being the oldest.
  public subscript(index: Int) -> ReceivedSlice {
    precondition(index < count, "no slice at this place")
    return slices[index]
  }

  /// Adds a slice at the end; false when the queue is full.
  public mutating func append(_ slice: ReceivedSlice) -> Bool {
    guard count < RelayLimits.slicesALane else { return false }
    slices[count] = slice
    count += 1
    byteCount += Int(slice.count)
    return true
  }

  /// Lengthens the newest slice by one that lies right behind it; false when it doesn't.
  public mutating func lengthenLast(by slice: ReceivedSlice) -> Bool {
    guard count > 0 else { return false }
    let last = slices[count - 1]
    guard last.buffer == slice.buffer, last.offset + last.count == slice.offset else {
      return false
    }
    slices[count - 1].count += slice.count
    byteCount += Int(slice.count)
    return true
  }

  /// Takes the oldest slice.
  public mutating func removeFirst() -> ReceivedSlice? {
    guard count > 0 else { return nil }
    let first = slices[0]
    count -= 1
    // Mostly there was only one.
    if count > 0 {
      for index in 1..<RelayLimits.slicesALane { slices[index - 1] = slices[index] }
    }
    byteCount -= Int(first.count)
    return first
  }

  /// Shortens the oldest slice from its front: these bytes were sent.
  public mutating func dropFromFirst(_ sent: Int) {
    precondition(count > 0 && sent <= Int(slices[0].count), "more was sent than the slice holds")
    slices[0].offset += UInt32(sent)
    slices[0].count -= UInt32(sent)
    byteCount -= sent
  }
}
