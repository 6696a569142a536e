import Testing
import Uring

@testable import DataPlane

@Suite("Lane")
struct LaneTests {
  private static let slice = ReceivedSlice(buffer: 0, offset: 0, count: 10)

  /// A lane that waits for its receiver with these bytes copied out.
  private func lane(overflowing bytes: [UInt8], _ pool: inout BlockPool) -> Lane {
    var lane = Lane()
    let isKept = bytes.withUnsafeBytes {
      lane.overflow.append($0.baseAddress!, count: $0.count, pool: &pool)
    }
    #expect(isKept)
    return lane
  }

  @Test("asks first for a stream of slices, and for nothing while it has it")
  func streaming() {
    var lane = Lane()
    #expect(lane.receiveOrder == .stream && lane.sendOrder == .none && lane.wantsWork)
    lane.source = .streaming
    #expect(lane.receiveOrder == .none && !lane.wantsWork)
  }

  @Test("rests: nothing is received, and what is there goes on")
  func resting() {
    var lane = Lane()
    lane.rest()
    #expect(lane.receiveOrder == .none && lane.isResting)
    lane.listen()
    lane.source = .streaming
    let kept = lane.keep(Self.slice)
    lane.rest()
    #expect(kept == .queued && lane.receiveOrder == .cancel && lane.sendOrder == .slices)
    lane.source = .cancelling
    lane.receiveStopped(ended: false)
    #expect(lane.receiveOrder == .none)
    lane.listen()
    #expect(lane.receiveOrder == .stream && !lane.isResting)
  }

  @Test("a source that is of no more use doesn't come back from a rest")
  func ignoredWhileResting() {
    var lane = Lane()
    lane.source = .streaming
    lane.rest()
    lane.ignoreSource()
    lane.listen()
    lane.rest()
    #expect(lane.receiveOrder == .cancel && !lane.takesBytes && !lane.isResting)
    lane.receiveStopped(ended: false)
    #expect(lane.source == .ended)
  }

  @Test("sends slices, settles, and streams on")
  func relaying() {
    var lane = Lane()
    lane.source = .streaming
    let kept = lane.keep(Self.slice)
    #expect(kept == .queued && lane.sendOrder == .slices && !lane.isEmpty)
    lane.quietSendQueued()
    #expect(lane.sendOrder == .none && lane.slicesInFlight == 1)
    _ = lane.slices.removeFirst()
    lane.quietSendSettled()
    #expect(lane.isEmpty && !lane.wantsWork)
  }

  @Test("lengthens a waiting slice by what lies behind it, but never one that is being sent")
  func merging() {
    var lane = Lane()
    let pieces = [UInt32(0), 10, 20].map { ReceivedSlice(buffer: 3, offset: $0, count: 10) }
    let first = lane.keep(pieces[0])
    let second = lane.keep(pieces[1])
    #expect(first == .queued && second == .merged && lane.slices.count == 1)
    lane.quietSendQueued()
    let third = lane.keep(pieces[2])
    #expect(third == .queued && lane.slices.count == 2 && lane.slicesInFlight == 1)
  }

  @Test("has no room for a slice behind a full queue, or behind bytes that were copied out")
  func full() {
    var lane = Lane()
    for number in 0..<RelayLimits.slicesALane {
      let kept = lane.keep(ReceivedSlice(buffer: UInt16(number), offset: 0, count: 1))
      #expect(kept == .queued)
    }
    let tooMany = lane.keep(ReceivedSlice(buffer: 90, offset: 0, count: 1))
    #expect(tooMany == .full)

    var pool = BlockPool(blockBytes: 64, limit: 4)
    var slow = self.lane(overflowing: [1, 2, 3], &pool)
    let overtaking = slow.keep(Self.slice)
    #expect(overtaking == .full, "a slice would overtake the bytes in the overflow")
  }

  @Test("stops receiving while its receiver is slow, and then streams through one block")
  func slowReceiver() {
    var pool = BlockPool(blockBytes: 64, limit: 4)
    var lane = self.lane(overflowing: [1, 2, 3], &pool)
    lane.source = .streaming
    #expect(lane.receiveOrder == .cancel && lane.sendOrder == .block)
    lane.source = .cancelling
    lane.sink = .sendingBlock
    #expect(lane.receiveOrder == .none && lane.sendOrder == .none)
    lane.receiveStopped(ended: false)
    #expect(lane.source == .idle && lane.receiveOrder == .none, "its block is not empty yet")
    lane.overflow.removeFirst(3, pool: &pool, keepingBlock: true)
    lane.sink = .idle
    #expect(lane.receiveOrder == .fill && lane.sendOrder == .none)
    lane.overflow.giveBack(to: &pool)
    #expect(lane.receiveOrder == .stream)
  }

  @Test("does not fill its block while slices wait that may still have to be copied out")
  func fillingBehindSlices() {
    var pool = BlockPool(blockBytes: 64, limit: 4)
    var lane = self.lane(overflowing: [1, 2, 3], &pool)
    lane.overflow.removeFirst(3, pool: &pool, keepingBlock: true)
    let kept = lane.keep(Self.slice)
    #expect(kept == .queued)
    #expect(lane.sendOrder == .slices && lane.receiveOrder == .none)
    lane.quietSendQueued()
    #expect(lane.receiveOrder == .none)
    _ = lane.slices.removeFirst()
    lane.quietSendSettled()
    #expect(lane.receiveOrder == .fill && lane.wantsWork)
  }

  @Test("passes the end on after the last byte")
  func ending() {
    var lane = Lane()
    lane.source = .streaming
    _ = lane.keep(Self.slice)
    lane.receiveStopped(ended: true)
    #expect(lane.sendOrder == .slices && lane.receiveOrder == .none && !lane.isOver)
    lane.quietSendQueued()
    _ = lane.slices.removeFirst()
    lane.quietSendSettled()
    #expect(lane.sendOrder == .finish)
    lane.sink = .finished
    #expect(lane.isOver && lane.wantsWork, "the session must be looked at, to end it")
  }

  @Test("whose sink broke is over when its source has ended, and takes back its receive")
  func broken() {
    var lane = Lane()
    lane.source = .streaming
    lane.sinkBroke()
    #expect(!lane.isOver && lane.receiveOrder == .cancel && lane.sendOrder == .none)
    lane.source = .cancelling
    lane.receiveStopped(ended: false)
    #expect(lane.isOver && lane.wantsWork, "the session must be looked at, to end it")
  }

  @Test(
    "that ignores its source ends it at once if nothing is under way, else with the last completion",
    arguments: [
      (Lane.Source.idle, Lane.Source.ended), (.streaming, .streaming), (.filling, .filling),
    ])
  func ignoring(source: Lane.Source, then: Lane.Source) {
    var lane = Lane()
    lane.source = source
    #expect(lane.takesBytes)
    lane.ignoreSource()
    #expect(lane.source == then && !lane.takesBytes)
    lane.receiveStopped(ended: false)
    #expect(lane.source == .ended)
  }

  @Test("awaits the end of a quiet send only when nothing else would tell of what comes next")
  func settling() {
    var lane = Lane()
    lane.source = .streaming
    _ = lane.keep(Self.slice)
    lane.quietSendQueued()
    #expect(!lane.awaitsSettling, "the stream goes on by itself")
    lane.receiveStopped(ended: true)
    #expect(lane.awaitsSettling, "the end is to be passed on")
  }
}
