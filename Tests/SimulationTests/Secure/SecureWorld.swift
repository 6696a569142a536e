import Glibc
import Routing
import ShardMap
import TLS
import Uring

@testable import DataPlane
@testable import Simulation

/// A worker of the test's own on a ``SecureKernel`` over the simulated kernel, with one secured socket and the other end of it.
///
/// It asks for everything that a worker may ask for, as a seed says, and checks what the layer answers: one last completion an operation, memory that
/// stays as it is, sends that are taken in order.
final class SecureWorld {
  /// Nobody else can be reached.
  private final class Nowhere: SimulatedNetwork {
    func attempt(_ address: SocketAddress) -> (delay: Int, result: Int) {
      (0, Int(-ECONNREFUSED))
    }
    func connect(_ address: SocketAddress) -> SimulatedSocket {
      preconditionFailure("no such host")
    }
  }

  /// What is under way, by token.
  private enum Kind { case stream, once, send, cancel }

  let world: SimulatedWorld
  private let state: KernelState
  var kernel: SecureKernel<SimulatedKernel>
  let socket: Int32
  let far: EncryptedFarEnd
  private var random: RandomSource

  private var underWay: [UInt64: Kind] = [:]
  private var nextToken: UInt64 = 1
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 40_000, alignment: 16)
  /// What is sent.
  let message: UnsafeMutableRawBufferPointer
  private var sentCount = 0
  /// The quiet send under way, and how much it was given.
  private var quiet: (token: UInt64, count: Int)?
  private var isShut = false
  private var isClosed = false
  /// What was received.
  private(set) var received: [UInt8] = []
  /// With what receiving has ended.
  private(set) var end: Int32?
  /// With what sending has failed.
  private(set) var sendFailure: Int32?
  /// What the layer did that it may not do.
  private(set) var faults: [String] = []

  /// `isClient` says whether the secured socket plays the client.
  init(
    seed: UInt64, isClient: Bool = false, sending: Int, hearing: Int, plan: FaultPlan? = nil,
    handshakes: Duration = .seconds(10)
  ) throws {
    let certificates = try TestCertificates.shared.get()
    let server = TLSContext.ServerSettings(certificates: [certificates.server])
    let client = TLSContext.ClientSettings(authorities: certificates.authorities)
    var random = RandomSource(seed: seed)
    message = .allocate(byteCount: max(sending, 1), alignment: 16)
    message.copyBytes(from: random.bytes(sending))
    world = SimulatedWorld(seed: seed, isTraced: false, plan: plan)
    state = KernelState(world: world, network: Nowhere())
    let (near, far) = SimulatedSocket.pair(world, "near", "far")
    let descriptor = state.open()
    state.attach(near, to: descriptor)
    socket = descriptor.number
    var clients = ClientTLSSettings(serving: server)
    clients.handshakeTimeout = handshakes
    var kernel = try SecureKernel(
      SimulatedKernel(state: state), capacity: 4,
      material: TLSMaterial(clients: clients, servers: ServerTLSSettings(clients: [client])))
    let role =
      isClient ? SecureRole.client(SecureServer(name: "a.db.localhost", sessionKey: [1])) : .server
    if !kernel.secure(socket, role, received: UnsafeRawBufferPointer(start: nil, count: 0)) {
      faults.append("the socket was not secured")
    }
    self.kernel = kernel
    self.far = try EncryptedFarEnd(
      far, isClient ? TLSContext(server: server) : TLSContext(client: client),
      name: isClient ? nil : "acme.db.localhost", saying: random.bytes(hearing), seed: seed)
    self.random = random
  }

  deinit {
    room.deallocate()
    message.deallocate()
  }

  /// Whether all was sent and received, or can't be.
  var isOver: Bool { (isShut || sendFailure != nil) && end != nil }
  /// Whether nothing is left, of the worker's or of the layer's.
  var isGone: Bool { underWay.isEmpty && quiet == nil && kernel.closingCount == 0 }
  /// Slices that the layer and the worker hold of the base's buffers.
  var slicesHeld: Int { state.buffers.slicesHeld }
  var openCount: Int { state.openCount }
  /// Handshakes that the layer takes for under way.
  var handshakeCount: Int { kernel.handshakes.count }

  // MARK: Turns

  /// Turns until `isEnough`, or for too long: whether it was enough.
  func turn(atMost turns: Int = 20_000, until isEnough: () -> Bool) -> Bool {
    for _ in 0..<turns {
      if isEnough() { return true }
      turn()
      if world.violation != nil || !faults.isEmpty { return false }
    }
    return isEnough()
  }

  func turn() {
    if !isClosed {
      askToReceive()
      askToSend()
    }
    if random.chance(100) { kernel.submit() }
    kernel.submitAndWait(until: kernel.now.advanced(byNanoseconds: 1_000_000))
    takeCompletions()
  }

  private func token(_ kind: Kind) -> UInt64 {
    defer { nextToken += 1 }
    underWay[nextToken] = kind
    return nextToken
  }

  private func askToReceive() {
    guard end == nil else { return }
    if let (token, _) = underWay.first(where: { $0.value == .stream || $0.value == .once }) {
      if random.chance(100), !underWay.values.contains(.cancel) {
        expect(kernel.cancel(operation: token, token: self.token(.cancel)))
      }
      return
    }
    switch random.index(below: 6) {
    case 0: return
    case 1...3: expect(kernel.receive(from: socket, token: token(.stream)))
    default:
      expect(
        kernel.receive(
          from: socket, into: room.baseAddress!, count: random.piece(upTo: room.count),
          waits: random.chance(500), token: token(.once)))
    }
  }

  private func askToSend() {
    guard !isShut, sendFailure == nil, quiet == nil, !underWay.values.contains(.send) else {
      return
    }
    let left = message.count - sentCount
    if left == 0 || message.count == 1 {
      isShut = true
      return kernel.shutdownWriting(socket)
    }
    let count = random.piece(upTo: left)
    let start = UnsafeRawPointer(message.baseAddress!) + sentCount
    if random.chance(500) {
      return expect(kernel.send(to: socket, start, count: count, token: token(.send)))
    }
    var pieces = SendPieces()
    let first = random.piece(upTo: count)
    pieces.append(UnsafeRawBufferPointer(start: start, count: first))
    if first < count {
      pieces.append(UnsafeRawBufferPointer(start: start + first, count: count - first))
    }
    quiet = (nextToken, count)
    expect(kernel.sendQuietly(to: socket, pieces, token: nextToken))
    nextToken += 1
  }

  /// The layer has no queue that could be full.
  private func expect(_ wasTaken: Bool) {
    if !wasTaken { faults.append("an operation was not taken") }
  }

  // MARK: Completions

  private func takeCompletions() {
    repeat {
      while let completion = kernel.nextCompletion() { take(completion) }
      if kernel.hasOverflow { kernel.submit() }
    } while kernel.hasOverflow
    guard let quiet, kernel.unsubmittedCount == 0 else { return }
    sentCount += quiet.count
    self.quiet = nil
  }

  private func take(_ completion: Completion) {
    if let quiet, quiet.token == completion.token { return quietFellShort(completion.result) }
    guard let kind = underWay[completion.token] else {
      return faults.append("a completion of nothing that is under way")
    }
    if !completion.hasMore { underWay[completion.token] = nil }
    switch kind {
    case .stream: takeSlice(completion)
    case .once:
      if completion.result > 0 { received += room.prefix(Int(completion.result)) }
    case .send:
      guard completion.result > 0 else { return sendFailure = completion.result }
      sentCount += Int(completion.result)
    case .cancel: return
    }
    guard kind != .send, !completion.hasMore else { return }
    let isTemporary = [-EAGAIN, -ECANCELED, -ENOBUFS].contains(completion.result)
    if completion.result <= 0, !isTemporary { end = completion.result }
  }

  private func takeSlice(_ completion: Completion) {
    guard let slice = kernel.claim(completion) else {
      if completion.result > 0 { faults.append("bytes were received and are nowhere") }
      return
    }
    received += UnsafeRawBufferPointer(
      start: kernel.address(of: slice), count: Int(slice.count))
    kernel.release(slice)
  }

  private func quietFellShort(_ result: Int32) {
    let given = quiet?.count ?? 0
    quiet = nil
    if result >= given { faults.append("a quiet send that was whole has completed") }
    if result > 0 { sentCount += Int(result) } else if result != -EAGAIN { sendFailure = result }
  }

  // MARK: Ending

  /// Ends all that is under way, then closes.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    expect(kernel.cancelAll(on: socket, token: token(.cancel)))
    while !underWay.isEmpty, world.violation == nil, faults.isEmpty {
      kernel.submitAndWait(until: kernel.now.advanced(byNanoseconds: 1_000_000))
      takeCompletions()
    }
    kernel.close(socket)
  }
}
