import Dispatch
import CLiburing
import Glibc
import Synchronization
import Testing

@testable import Uring

/// Cancelling, clocks, other threads, and queues that are full.
struct ControlTests {
  @Test("a full submission queue refuses, and takes again after a submit")
  func fullSubmissionQueue() throws {
    var ring = try makeRing(submissionEntries: 4, completionEntries: 64)
    let pair = try SocketPair()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
    defer { memory.deallocate() }
    var queued = 0
    while queued < 100,
      ring.receive(from: pair.near, into: memory, count: 8, waits: false, token: UInt64(queued))
    {
      queued += 1
    }
    #expect(queued == 4)
    let waiting = ring.unsubmittedCount
    #expect(waiting == 4)
    let first = ring.drainWithoutWaiting()
    #expect(first.map(\.token) == [0, 1, 2, 3])
    let left = ring.unsubmittedCount
    #expect(left == 0)
    expectQueued(ring.receive(from: pair.near, into: memory, count: 8, waits: false, token: 4))
    let completions = ring.drainWithoutWaiting()
    #expect(completions.map(\.token) == [4])
  }

  @Test("completions beyond a full queue are kept back and come with the next submit")
  func overflow() throws {
    var ring = try makeRing(submissionEntries: 2, completionEntries: 2)
    let pair = try SocketPair()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
    defer { memory.deallocate() }
    for token in 0..<6 as Range<UInt64> {
      expectQueued(
        ring.receive(from: pair.near, into: memory, count: 8, waits: false, token: token))
      ring.submit()
    }
    let keptBack = ring.hasOverflow
    #expect(keptBack)
    var tokens: [UInt64] = []
    for _ in 0..<4 {
      while let completion = ring.nextCompletion() { tokens.append(completion.token) }
      ring.submit()
    }
    #expect(tokens == [0, 1, 2, 3, 4, 5])
    let stillKeptBack = ring.hasOverflow
    #expect(!stillKeptBack)
  }

  @Test("an overflow ends a multishot receive, loses none of its bytes, and it can be armed again")
  func overflowEndsMultishot() throws {
    var ring = try makeRing(submissionEntries: 2, completionEntries: 2)
    let pair = try SocketPair()
    let idle = try SocketPair()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
    defer { memory.deallocate() }
    expectQueued(ring.receive(from: pair.near, token: 9))
    ring.submit()
    for token in 0..<2 as Range<UInt64> {
      expectQueued(
        ring.receive(from: idle.near, into: memory, count: 8, waits: false, token: token))
    }
    ring.submit()
    pair.writeFar([1, 2, 3])
    ring.submit()
    var received: [UInt8] = []
    var ended = false
    for _ in 0..<4 {
      for completion in ring.drainWithoutWaiting() where completion.token == 9 {
        received += ring.takeBytes(of: completion) ?? []
        if !completion.hasMore { ended = true }
      }
    }
    #expect(received == [1, 2, 3])
    #expect(ended)
    pair.writeFar([4])
    let next = ring.receiveBytes(1, from: pair.near, token: 10)
    #expect(next == [4])
  }

  @Test("an operation is cancelled by its token; one that is not there is not found")
  func cancelByToken() throws {
    var ring = try makeRing()
    let pair = try SocketPair()
    expectQueued(ring.receive(from: pair.near, token: 5))
    let completions = ring.drainWithoutWaiting()
    #expect(completions.isEmpty)
    expectQueued(ring.cancel(operation: 5, token: 6))
    expectQueued(ring.cancel(operation: 99, token: 7))
    var results: [UInt64: Int32] = [:]
    while results.count < 3, let completion = ring.waitForCompletion() {
      #expect(!completion.hasMore)
      results[completion.token] = completion.result
    }
    #expect(results == [5: -ECANCELED, 6: 0, 7: -ENOENT])
  }

  @Test("everything on a descriptor is cancelled, and nothing on another")
  func cancelByDescriptor() throws {
    var ring = try makeRing()
    let pair = try SocketPair()
    let other = try SocketPair()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 8)
    defer { memory.deallocate() }
    expectQueued(ring.receive(from: pair.near, token: 1))
    expectQueued(ring.receive(from: pair.far, into: memory, count: 8, waits: true, token: 3))
    expectQueued(ring.receive(from: other.near, token: 4))
    let completions = ring.drainWithoutWaiting()
    #expect(completions.isEmpty)
    expectQueued(ring.cancelAll(on: pair.near, token: 5))
    var results: [UInt64: Int32] = [:]
    while results.count < 2, let completion = ring.waitForCompletion() {
      results[completion.token] = completion.result
    }
    #expect(results[1] == -ECANCELED)
    #expect(results.keys.sorted() == [1, 5])
    other.writeFar([1])
    let alive = try ring.completion()
    #expect(alive.token == 4 && alive.result == 1)
  }

  @Test("a timeout completes with ETIME, not before its time")
  func timeout() throws {
    var ring = try makeRing()
    var span = __kernel_timespec(tv_sec: 0, tv_nsec: 20_000_000)
    let before = ContinuousClock.now
    let queued = withUnsafeMutablePointer(to: &span) {
      let queued = ring.timeout(after: $0, token: 1)
      ring.submit()
      return queued
    }
    #expect(queued)
    let completion = try ring.completion()
    #expect(completion.result == -ETIME)
    #expect(ContinuousClock.now - before >= .milliseconds(20))
  }

  @Test("a wait ends at its limit when nothing comes")
  func boundedWait() throws {
    var ring = try makeRing()
    let before = ContinuousClock.now
    ring.submitAndWait(forNanoseconds: 10_000_000)
    let completion = ring.nextCompletion()
    #expect(completion == nil)
    #expect(ContinuousClock.now - before >= .milliseconds(10))
  }

  @Test("a message reaches another ring", arguments: [true, false])
  func messageBetweenRings(deferring: Bool) throws {
    let unwanted: Set<Capabilities.Feature> = deferring ? [] : [.deferTaskRun]
    var sender = try makeRing(without: unwanted)
    var receiver = try makeRing(without: unwanted)
    let peer = receiver.descriptor
    expectQueued(sender.message(ring: peer, value: 42, peerToken: 7, token: 8))
    let sent = try sender.completion()
    #expect(sent.token == 8 && sent.result == 0)
    let arrived = try receiver.completion()
    #expect(arrived.token == 7 && arrived.result == 42)
  }

  @Test("a futex wait ends when another thread wakes it", .enabled(if: kernelHas(.futexWait)))
  func futexWake() throws {
    var ring = try makeRing()
    let word = SharedWord()
    expectQueued(ring.futexWait(word.pointer, expected: 0, token: 1))
    let completions = ring.drainWithoutWaiting()
    #expect(completions.isEmpty)
    DispatchQueue.global().async {
      word.store(1)
      Ring.futexWake(word.pointer)
    }
    let completion = try ring.completion()
    #expect(completion.token == 1 && completion.result == 0)
  }

  @Test(
    "a futex wait for a value that has passed ends at once", .enabled(if: kernelHas(.futexWait)))
  func futexPassed() throws {
    var ring = try makeRing()
    let word = SharedWord()
    expectQueued(ring.futexWait(word.pointer, expected: 5, token: 1))
    let completion = try ring.completion()
    #expect(completion.result == -EAGAIN)
  }
}

/// A futex word that two threads share.
///
/// Invariant: the allocation lives as long as the object, and both threads hold the object.
final class SharedWord: Sendable {
  private nonisolated(unsafe) let word: UnsafeMutablePointer<Atomic<UInt32>>

  init() {
    word = .allocate(capacity: 1)
    word.initialize(to: Atomic(0))
  }

  deinit { word.deallocate() }

  func store(_ value: UInt32) { word.pointee.store(value, ordering: .releasing) }
  var pointer: UnsafePointer<UInt32> { UnsafeRawPointer(word).assumingMemoryBound(to: UInt32.self) }
}
