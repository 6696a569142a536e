import DataPlane
import Glibc
import Uring

/// What the simulated kernel knows: descriptors, queues and operations under way.
///
/// It follows io_uring's rules, takes every liberty that these allow as often as the plan says, and reports what the worker may not do:
/// closing a descriptor with an operation on it, giving the same memory to two operations, changing bytes that are being sent.
final class KernelState {
  /// What a descriptor names.
  final class Descriptor {
    let number: Int32
    var listener: SimulatedListener?
    var socket: SimulatedSocket?
    /// Operations under way.
    var operations: [Operation] = []
    init(_ number: Int32) { self.number = number }
  }

  let world: SimulatedWorld
  let network: any SimulatedNetwork
  let buffers: SimulatedBuffers
  private var descriptors: [Descriptor?] = []
  private(set) var submissions: [Operation] = []
  private var completions: [Completion] = []
  private var nextToRead = 0
  /// Completions for which the queue had no room.
  private var keptBack: [Completion] = []
  private(set) var doorbell: Operation?
  /// The kernel of another thread of the same world: the two take turns, and each wakes up for what has happened to the other.
  unowned var companion: KernelState?
  /// How long its thread may sleep at a time before the others of its world have their turn, in nanoseconds; nil where there are none.
  var turnNanoseconds: UInt64?
  /// Until when its thread sleeps; nil when nothing is due.
  private var sleepsUntil: UInt64?
  /// Set when nothing can ever wake the worker.
  private(set) var isStuck = false

  /// The lowest number that a socket gets.
  private static let firstDescriptor = 3

  init(world: SimulatedWorld, network: any SimulatedNetwork) {
    self.world = world
    self.network = network
    buffers = SimulatedBuffers(world: world)
    descriptors = Array(repeating: nil, count: Self.firstDescriptor)
  }

  // MARK: Descriptors

  func open() -> Descriptor {
    let free = descriptors[Self.firstDescriptor...].firstIndex { $0 == nil }
    let place = world.plan.reusesDescriptors ? free ?? descriptors.count : descriptors.count
    if place == descriptors.count { descriptors.append(nil) }
    let descriptor = Descriptor(Int32(place))
    descriptors[place] = descriptor
    return descriptor
  }

  /// The descriptor of this number; nil, with a violation, if the worker names one that is not open.
  func descriptor(_ number: Int32, for purpose: String) -> Descriptor? {
    if number >= 0, Int(number) < descriptors.count, let found = descriptors[Int(number)] {
      return found
    }
    world.violate("\(purpose) on descriptor \(number), which is not open")
    return nil
  }

  /// Descriptors that are open.
  var openCount: Int { descriptors.lazy.filter { $0 != nil }.count }

  func close(_ number: Int32) {
    guard let descriptor = descriptor(number, for: "close") else { return }
    if let operation = descriptor.operations.first {
      world.violate("descriptor \(number) was closed with a \(operation.name) under way on it")
    }
    if let operation = submissions.first(where: { $0.descriptor == number }) {
      world.violate("descriptor \(number) was closed with a \(operation.name) queued for it")
    }
    world.note("close \(number)", UInt64(number))
    descriptor.listener?.close()
    descriptor.socket?.close()
    descriptors[Int(number)] = nil
  }

  // MARK: Queues

  /// Queues an operation; false when the submission queue is full.
  func queue(_ operation: Operation) -> Bool {
    guard submissions.count < world.plan.submissionEntries else { return false }
    submissions.append(operation)
    return true
  }

  /// Whether completions are kept back.
  var hasOverflow: Bool { !keptBack.isEmpty }
  var hasCompletions: Bool { nextToRead < completions.count }

  func nextCompletion() -> Completion? {
    guard hasCompletions else {
      completions.removeAll(keepingCapacity: true)
      nextToRead = 0
      return nil
    }
    nextToRead += 1
    return completions[nextToRead - 1]
  }

  /// Whether another completion would be kept back. Then a multishot ends, as it does in the kernel.
  var isQueueFull: Bool {
    hasOverflow || completions.count - nextToRead >= world.plan.completionEntries
  }

  func post(_ operation: Operation, _ result: Int, flags: UInt32 = 0) {
    let completion = Completion(token: operation.token, result: Int32(result), flags: flags)
    world.note(
      "  \(operation.name) on \(operation.descriptor) → \(result), flags \(flags)", operation.token,
      UInt64(bitPattern: Int64(result)))
    if isQueueFull { keptBack.append(completion) } else { completions.append(completion) }
  }

  /// Posts the last completion of an operation.
  func end(_ operation: Operation, _ result: Int, flags: UInt32 = 0) {
    guard !operation.hasEnded else { return }
    operation.hasEnded = true
    if operation === doorbell { doorbell = nil }
    if operation.descriptor >= 0, Int(operation.descriptor) < descriptors.count {
      descriptors[Int(operation.descriptor)]?.operations.removeAll { $0 === operation }
    }
    post(operation, result, flags: flags)
  }

  // MARK: Turning

  /// Hands operations over, all or, in some worlds, a few; fetches completions that were kept back.
  func submit() {
    world.advance(to: world.now + UInt64(world.random.number(in: 200...1_000)))
    fetchKeptBack()
    var count = submissions.count
    if count > 1 && world.random.chance(world.plan.submitTakesPart) {
      count = world.random.number(in: 1...count)
    }
    for _ in 0..<count { start(submissions.removeFirst()) }
    while world.violation == nil, world.step(until: world.now) {}
    lookAtDoorbell()
  }

  private func fetchKeptBack() {
    let room = world.plan.completionEntries - (completions.count - nextToRead)
    let fetched = min(max(0, room), keptBack.count)
    completions.append(contentsOf: keptBack[0..<fetched])
    keptBack.removeFirst(fetched)
  }

  /// Hands operations over and lets time pass until there is a completion or the limit is reached.
  func submitAndWait(until limit: UInt64?) {
    world.note(
      "wait until \(limit.map { "\($0 / 1000) µs" } ?? "something happens"), \(submissions.count) queued"
    )
    submit()
    // io_uring_enter(2) does not wait when it could not take everything.
    guard submissions.isEmpty else { return }
    sleepsUntil = limit
    let limit = earlier(
      earlier(limit, companion?.sleepsUntil), turnNanoseconds.map { world.now + $0 })
    while world.violation == nil, !hasCompletions, companion?.hasWork != true {
      guard world.step(until: limit ?? .max) else {
        if let limit { world.advance(to: limit) } else { isStuck = true }
        return
      }
      lookAtDoorbell()
    }
    // Often several things have happened by the time a worker wakes up.
    guard world.random.chance(500) else { return }
    let moment = world.now + UInt64(world.random.number(in: 0...50_000))
    while world.violation == nil, world.step(until: min(moment, limit ?? moment)) {}
    lookAtDoorbell()
  }

  private func earlier(_ one: UInt64?, _ other: UInt64?) -> UInt64? {
    guard let one else { return other }
    return min(one, other ?? one)
  }

  /// Whether its thread would wake up now.
  private var hasWork: Bool {
    lookAtDoorbell()
    return hasCompletions || hasOverflow
  }

  /// Its thread sleeps no more: it has ended.
  func threadHasEnded() {
    sleepsUntil = nil
    companion?.companion = nil
    companion = nil
  }

  private func lookAtDoorbell() {
    guard let operation = doorbell, case .doorbell(let bell, let seen) = operation.kind else {
      return
    }
    if bell.count != seen { end(operation, 0) }
  }

  func awaitDoorbell(_ operation: Operation) {
    if doorbell != nil { world.violate("the doorbell is waited for twice") }
    doorbell = operation
    lookAtDoorbell()
  }

  /// Operations that were handed over and have not ended.
  var underWay: [Operation] {
    descriptors.compactMap { $0 }.flatMap(\.operations)
  }

  func dismantle() {
    descriptors = []
    submissions = []
  }
}

/// The network behind the kernel: who can be reached, and how that ends.
protocol SimulatedNetwork: AnyObject {
  /// The worker has decided to connect to an address.
  func decided(_ address: SimulatedAddress)
  /// What becomes of an attempt to connect: a delay in nanoseconds, and a negated `errno` or 0.
  func attempt(_ address: SimulatedAddress) -> (delay: Int, result: Int)
  /// The connection is made: the worker's end of it.
  func connect(_ address: SimulatedAddress) -> SimulatedSocket
}

extension SimulatedNetwork {
  func decided(_ address: SimulatedAddress) {}
}

/// A socket that listens: clients that have connected and wait to be accepted.
final class SimulatedListener {
  private(set) var waiting: [SimulatedSocket] = []
  private(set) var isOpen = true
  /// Told when a client has come.
  var watcher: (() -> Void)?
  /// Makes the router's end of a client's connection, where clients encrypt.
  var encrypt: ((SimulatedSocket) -> SimulatedSocket)?

  func arrive(_ socket: SimulatedSocket) { arriveInTheClear(encrypt?(socket) ?? socket) }

  /// The same for a client that encrypts by itself, or not at all.
  func arriveInTheClear(_ socket: SimulatedSocket) {
    guard isOpen else { return socket.reset() }
    waiting.append(socket)
    watcher?()
  }

  func take() -> SimulatedSocket { waiting.removeFirst() }

  func close() {
    isOpen = false
    watcher = nil
    for socket in waiting { socket.reset() }
    waiting = []
  }
}
