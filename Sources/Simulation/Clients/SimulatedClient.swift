import Routing
import Wire

/// A client that follows its script and checks every byte that comes back.
final class SimulatedClient: Participant {
  let number: Int
  private let world: SimulatedWorld
  private let fleet: SimulatedFleet
  private let script: ClientScript
  private let listener: SimulatedListener
  private var socket: SimulatedSocket?
  private var nextStep = 0
  private var outbox = ByteQueue()
  private var isPausing = false
  private var isReadingPaused = false
  private var isSessionBegun = false
  private var readyCount = 0
  private var queryCount = 0
  private var answers: [UInt8] = []
  /// What the router says instead of the server.
  private var message: [UInt8] = []
  private var scanner = MessageScanner()
  private var messageType: UInt8 = 0
  /// Whether the last message of the server's that began says that it is ready.
  private var hadWholeAnswer = false
  private(set) var isDone = false
  /// The SQLSTATE with which the router ended the session.
  private(set) var sqlState: String?

  init(number: Int, fleet: SimulatedFleet, script: ClientScript, listener: SimulatedListener) {
    self.number = number
    self.listener = listener
    world = fleet.world
    self.fleet = fleet
    self.script = script
  }

  /// Connects.
  func begin() {
    let (near, far) = SimulatedSocket.pair(world, "client \(number)", "router")
    socket = near
    near.watcher = { [unowned self] in step() }
    world.note("client \(number) connects: \(script.expectation)", UInt64(number))
    world.after(world.delay()) { [listener] in listener.arrive(far) }
    step()
  }

  // MARK: Going on

  private func step() {
    guard !isDone, let socket else { return }
    read(socket)
    flush(socket)
    while !isDone, !isPausing, nextStep < script.steps.count, take(script.steps[nextStep], socket) {
      nextStep += 1
      flush(socket)
    }
    if !isDone, socket.hasEnded { ended(socket) }
  }

  /// Does a step; false when it has to wait.
  private func take(_ step: ClientScript.Step, _ socket: SimulatedSocket) -> Bool {
    switch step {
    case .greet(let bytes): outbox.append(bytes.isEmpty ? cancelRequest() : bytes)
    case .send(let bytes): say(bytes)
    case .beginSession:
      isSessionBegun = true
      receive(answers[...])
      answers = []
    case .awaitAnswer(let byte):
      guard let answer = answers.first else { return false }
      if answer != byte && answers.count == 1 { return false }
      answers.removeFirst()
    case .awaitReady(let count): return readyCount >= count
    case .pause(let nanoseconds):
      isPausing = true
      world.after(nanoseconds) { [self] in
        isPausing = false
        self.step()
      }
    case .finish:
      // The login may still ask for an answer.
      guard outbox.isEmpty, readyCount > 0 else { return false }
      socket.finish()
    case .awaitEnd: return false
    case .close, .reset:
      // Whoever leaves early has nothing to complain about.
      let isEarly = isCase(step, reset: true) || !outbox.isEmpty || hasOutstanding
      if isEarly { script.truth?.isDisturbed = true }
      guard outbox.isEmpty || isEarly else { return false }
      world.note("client \(number) closes", UInt64(number))
      isCase(step, reset: true) ? socket.reset() : socket.close()
      isDone = true
    }
    return true
  }

  private func isCase(_ step: ClientScript.Step, reset: Bool) -> Bool {
    if case .reset = step { return reset }
    return !reset
  }

  /// Whether an answer is still to come, even if the server does not know of it yet.
  private var hasOutstanding: Bool {
    guard let truth = script.truth else { return false }
    return truth.downstream.outstanding > 0 || readyCount < queryCount + 1
  }

  private func say(_ message: [UInt8]) {
    script.truth?.upstream.push(message)
    if message.first == FrontendMessageType.query { queryCount += 1 }
    outbox.append(message)
  }

  private func flush(_ socket: SimulatedSocket) {
    while !outbox.isEmpty {
      let taken = outbox.withBytes { socket.send($0) }
      guard taken > 0 else { return }
      outbox.removeFirst(taken)
    }
  }

  private func cancelRequest() -> [UInt8] {
    let target = fleet.anyBackendKey() ?? (processID: 7, key: [1, 2, 3, 4])
    return CancelRequest.encoded(processID: target.processID, key: target.key.span.bytes)
  }

  // MARK: Reading

  private func read(_ socket: SimulatedSocket) {
    while !isReadingPaused, !isDone, !socket.arrived.isEmpty {
      let bytes = socket.read(
        atMost: script.readsSlowly ? world.random.size(in: 1...32 << 10) : 64 << 10)
      isSessionBegun ? receive(bytes[...]) : (answers += bytes)
      guard script.readsSlowly else { continue }
      isReadingPaused = true
      world.after(world.random.size(in: 1_000...2_000_000)) { [self] in
        isReadingPaused = false
        step()
      }
    }
  }

  private func receive(_ bytes: ArraySlice<UInt8>) {
    guard let truth = script.truth, message.isEmpty else { return hear(bytes) }
    let right = truth.downstream.verify(bytes)
    if right < bytes.count {
      if !truth.downstream.isAtBoundary {
        world.violate(
          "byte \(truth.downstream.arrived) that the client of session \(truth.id) got is not the one its server sent"
        )
      }
      hear(bytes.dropFirst(right))
    }
    scan(Array(bytes.prefix(right)))
  }

  /// Takes what can only be the router's: an error message, or a TLS alert.
  private func hear(_ bytes: ArraySlice<UInt8>) {
    message += bytes
    guard let first = message.first else { return }
    if first != BackendMessageType.errorResponse && first != Self.alert {
      world.violate("client \(number) got the byte \(first), which nobody sent")
    } else if message.count > Self.longestMessage {
      world.violate("client \(number) got \(message.count) bytes that nobody sent")
    }
  }

  /// The record type of a TLS alert.
  private static let alert: UInt8 = 0x15
  /// Longer than any error message of the router's, in bytes.
  private static let longestMessage = 2000

  private func scan(_ bytes: [UInt8]) {
    // The server's bytes may begin with its answer to a ClientHello, which is not framed; here it is.
    var offset = 0
    while let event = try? scanner.next(bytes.span.bytes, from: &offset) {
      guard case .header(let type, let length) = event else { continue }
      hadWholeAnswer = type == BackendMessageType.readyForQuery
      if hadWholeAnswer { readyCount += 1 }
      if type == BackendMessageType.authentication, length > 4 {
        say(MessageEncoder.encode(type: FrontendMessageType.password, body: world.random.bytes(30)))
      }
    }
  }

  // MARK: The end

  private func ended(_ socket: SimulatedSocket) {
    isDone = true
    socket.close()
    if !isSessionBegun { message = answers }
    // A reset may cut the router's message short: it is then as if there had been none.
    sqlState = socket.wasReset && !isMessageWhole ? nil : readMessage()
    let wasLetIn = (script.truth?.backendCount ?? 0) > 0
    let isDrained = fleet.excuses.allowDrained(
      sqlState, hadWholeAnswer: hadWholeAnswer, wasLetIn: wasLetIn)
    world.note(
      "client \(number) ended: \(sqlState ?? "no message"), \(message.count) bytes of the router's",
      UInt64(number))
    switch script.expectation {
    case .dropped: break
    case .refused(let states):
      if !states.contains(sqlState ?? ""), !isDrained, !fleet.excuses.allow(sqlState, nil) {
        world.violate("client \(number) was told \(sqlState ?? "nothing") instead of \(states)")
      }
    case .served: if !isDrained { endedAsServed(socket) }
    }
  }

  private func endedAsServed(_ socket: SimulatedSocket) {
    guard let truth = script.truth, !fleet.excuses.allow(sqlState, truth) else { return }
    if let sqlState {
      world.violate("session \(truth.id) was refused with \(sqlState) for no reason")
    } else if truth.downstream.outstanding > 0 || truth.backendCount == 0 {
      world.violate(
        "session \(truth.id) ended with \(truth.downstream.outstanding) bytes of the server's missing"
      )
    } else if nextStep < script.steps.count, case .awaitEnd = script.steps[nextStep] {
      // The end it has waited for.
    } else {
      world.violate("session \(truth.id) was ended for no reason")
    }
  }

  private var isMessageWhole: Bool {
    message.count >= 5 && message.count == 1 + message[1..<5].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The SQLSTATE of the error message, or what else the router said.
  private func readMessage() -> String? {
    guard !message.isEmpty else { return nil }
    if message[0] == Self.alert, message.count == 7 { return "alert" }
    guard message[0] == BackendMessageType.errorResponse, message.count > 5 else {
      return "garbage"
    }
    let body = Array(message[5...])
    let length = message[1..<5].reduce(0) { $0 << 8 | Int($1) }
    guard length == body.count + 4, let error = try? ErrorResponse.decode(body.span.bytes) else {
      return "garbage"
    }
    return error.severity == .fatal ? "\(error.sqlState)" : "not fatal"
  }
}
