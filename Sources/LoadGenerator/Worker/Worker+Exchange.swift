import Uring

/// The exchange with the kernel: what is queued goes out in one system call, what has happened is
/// taken.
extension Worker {
  /// Sends the batch, sleeps until something happens or is due, and takes all completions.
  mutating func exchange() {
    // Lent, not copied: what is sent may not change before the kernel has it.
    var (bytes, places): ([UInt8], [UInt32]) = ([], [])
    batch.take(&bytes, &places)
    bytes.withUnsafeBytes { bytes in
      queueSends(places, bytes)
      cancelLeaving()
      let wait = nextWake() - MonotonicClock.now
      if wait > 0 { ring.submitAndWait(forNanoseconds: wait) } else { ring.submit() }
      now = MonotonicClock.now
      takeCompletions(bytes)
      // What the kernel has not taken yet still needs its bytes.
      while ring.unsubmittedCount > 0 {
        ring.submit()
        now = MonotonicClock.now
        takeCompletions(bytes)
      }
    }
    batch.giveBack(&bytes, &places)
  }

  /// When there is something to do though nothing completes.
  private mutating func nextWake() -> Int64 {
    var wake = min(now + GeneratorLimits.controlInterval, wakes.earliest)
    for load in 0..<loads.count where loads[load].nextArrival < endsAt {
      wake = min(wake, loads[load].nextArrival)
    }
    return wake
  }

  private mutating func queueSends(_ places: [UInt32], _ bytes: UnsafeRawBufferPointer) {
    for place in places {
      let place = Int(place)
      let range = connections[place].queued
      // Bytes of a connection that broke were dropped.
      guard !range.isEmpty else { continue }
      connections[place].queued = 0..<0
      connections[place].flying = range
      let (socket, token) = (connections[place].socket, token(.quietSend, place))
      let address = bytes.baseAddress! + range.lowerBound
      while !ring.sendQuietly(to: socket, address, count: range.count, token: token) {
        ring.submit()
      }
    }
  }

  /// Takes all completions that are there, also those kept back because their queue was full.
  private mutating func takeCompletions(_ sent: UnsafeRawBufferPointer) {
    while true {
      while let completion = ring.nextCompletion() {
        // Elsewhere nothing completes but in a submit, after which the clock was read.
        if !ring.capabilities.has(.deferTaskRun) { now = MonotonicClock.now }
        take(completion, sent)
      }
      guard ring.hasOverflow else { return }
      ring.submit()
      now = MonotonicClock.now
    }
  }

  private mutating func take(_ completion: Completion, _ sent: UnsafeRawBufferPointer) {
    let token = Token(rawValue: completion.token)
    let place = token.place
    guard token.isOf(generation: connections[place].generation) else {
      if let slice = ring.buffers.claim(completion) { ring.buffers.release(slice) }
      return
    }
    switch token.operation {
    case .receive: received(completion, place)
    case .quietSend: fellShort(completion, place, sent)
    case .connect: connectCompleted(completion, place)
    case .send: backlogCompleted(completion, place)
    case .cancel: operationEnded(place)
    case nil: preconditionFailure("a completion came back with a token that was never given out")
    }
  }

  func token(_ operation: Operation, _ place: Int) -> UInt64 {
    Token(operation, place: place, generation: connections[place].generation).rawValue
  }

  /// Counts an operation as ended, and closes the socket that has no other.
  mutating func operationEnded(_ place: Int) {
    connections[place].outstanding -= 1
    if connections[place].phase == .closing && connections[place].outstanding == 0 { close(place) }
  }
}
