internal import Synchronization

/// Tells whoever waits in this process that the store has moved on. It is a hint: what is true is
/// read from the store.
public final class HeadSignal: Sendable {
  private struct State {
    var head: Head?
    var isClosed = false
    var nextID: UInt64 = 0
    /// Those who are about to wait, wait, or were just woken.
    var present: Set<UInt64> = []
    var waiting: [UInt64: Waiter] = [:]
    /// Those of the present who were to be woken before they waited.
    var awake: Set<UInt64> = []
  }

  private struct Waiter {
    let sequence: Int64
    let continuation: CheckedContinuation<Void, Never>
  }

  private let state = Mutex(State())

  /// A signal nobody waits for yet.
  public init() {}

  /// The newest head that this process has heard of.
  public var head: Head? { state.withLock { $0.head } }

  /// How many wait.
  public var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// How many are remembered in any way.
  var presentCount: Int { state.withLock { $0.present.union($0.awake).count } }

  /// Wakes those who wait for something newer than what they know.
  public func advance(to head: Head) {
    let awake = state.withLock { state -> [Waiter] in
      guard (state.head?.sequence ?? -1) < head.sequence else { return [] }
      state.head = head
      let ready = state.waiting.filter { $0.value.sequence < head.sequence }
      for id in ready.keys { state.waiting[id] = nil }
      return Array(ready.values)
    }
    for waiter in awake { waiter.continuation.resume() }
  }

  /// Wakes everybody, for good: the process is about to end.
  public func close() {
    let awake = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for waiter in awake { waiter.continuation.resume() }
  }

  /// Whether ``close()`` was called.
  public var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Returns when there is something newer than `sequence`, when the time is over, when the task is
  /// cancelled, or when the signal is closed; the caller looks which.
  public func wait(beyond sequence: Int64, upTo limit: Duration) async {
    let id = state.withLock { state in
      defer { state.nextID += 1 }
      state.present.insert(state.nextID)
      return state.nextID
    }
    let clock = Task {
      try? await Task.sleep(for: limit)
      self.wake(id)
    }
    defer {
      clock.cancel()
      state.withLock { state in
        state.present.remove(id)
        state.awake.remove(id)
      }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          let isNewer = (state.head?.sequence ?? -1) > sequence
          if state.isClosed || isNewer || state.awake.contains(id) { return true }
          state.waiting[id] = Waiter(sequence: sequence, continuation: continuation)
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      wake(id)
    }
  }

  private func wake(_ id: UInt64) {
    let waiter = state.withLock { state in
      let waiter = state.waiting.removeValue(forKey: id)
      // One that has gone needs no waking: its clock ends after it.
      if waiter == nil, state.present.contains(id) { state.awake.insert(id) }
      return waiter
    }
    waiter?.continuation.resume()
  }
}
