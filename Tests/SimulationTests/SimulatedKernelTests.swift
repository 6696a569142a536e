import DataPlane
import Glibc
import Routing
import ShardMap
import Testing
import Uring

@testable import Simulation

/// Expects that an operation was taken. (The testing macros can't call what mutates.)
private func expectQueued(_ queued: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(queued, sourceLocation: sourceLocation)
}

extension SimulatedKernel {
  /// The next completion; a failed test when there is none.
  fileprivate mutating func completion() throws -> Completion {
    let completion = nextCompletion()
    return try #require(completion)
  }

  /// The slice of a completion; a failed test when it has none.
  fileprivate mutating func slice(of completion: Completion) throws -> ReceivedSlice {
    let slice = claim(completion)
    return try #require(slice)
  }
}

/// The simulated kernel keeps io_uring's rules, and says so when the worker does not.
struct SimulatedKernelTests {
  /// A kernel with one connected socket and the far end of it.
  final class Bench: SimulatedNetwork {
    let world: SimulatedWorld
    private(set) var state: KernelState!
    private(set) var socket: Int32 = -1
    private(set) var far: SimulatedSocket!

    init(_ plan: FaultPlan = FaultPlan()) {
      world = SimulatedWorld(seed: 1, isTraced: true, plan: plan)
      state = KernelState(world: world, network: self)
      let (near, far) = SimulatedSocket.pair(world, "near", "far")
      let descriptor = state.open()
      state.attach(near, to: descriptor)
      socket = descriptor.number
      self.far = far
    }

    var kernel: SimulatedKernel { SimulatedKernel(state: state) }

    func attempt(_ address: SimulatedAddress) -> (delay: Int, result: Int) {
      (1000, Int(-ECONNREFUSED))
    }
    func connect(_ address: SimulatedAddress) -> SimulatedSocket { far }

    /// Sends from the far end and lets it arrive.
    func sendFar(_ bytes: [UInt8]) {
      let sent = bytes.withUnsafeBytes { far.send($0) }
      #expect(sent == bytes.count)
      settle()
    }

    func settle() { while world.step(until: .max) {} }

    /// Submits and takes all completions that come.
    func run() -> [Completion] {
      state.submit()
      settle()
      var all: [Completion] = []
      while let completion = state.nextCompletion() { all.append(completion) }
      return all
    }
  }

  private func text(_ bench: Bench, _ slice: ReceivedSlice) -> [UInt8] {
    let start = bench.kernel.address(of: slice)
    return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(slice.count)))
  }

  @Test(
    "a multishot receive goes on, and a buffer is shared where consumption is incremental",
    arguments: [true, false])
  func multishot(incremental: Bool) throws {
    var plan = FaultPlan()
    plan.isIncremental = incremental
    let bench = Bench(plan)
    var kernel = bench.kernel
    expectQueued(kernel.receive(from: bench.socket, token: 9))
    #expect(bench.run().isEmpty)
    var slices: [ReceivedSlice] = []
    for message in [[1, 2, 3], [4, 5]] as [[UInt8]] {
      bench.sendFar(message)
      let completion = try kernel.completion()
      #expect(completion.hasMore && completion.bufferStaysInUse == incremental)
      let slice = try kernel.slice(of: completion)
      #expect(text(bench, slice) == message)
      slices.append(slice)
    }
    #expect((slices[0].buffer == slices[1].buffer) == incremental)
    for slice in slices { kernel.release(slice) }
    #expect(bench.world.violation == nil)
  }

  @Test("dry buffers end a receive with ENOBUFS")
  func dry() throws {
    var plan = FaultPlan()
    (plan.bufferCount, plan.bufferBytes, plan.isIncremental) = (2, 4, false)
    let bench = Bench(plan)
    var kernel = bench.kernel
    expectQueued(kernel.receive(from: bench.socket, token: 9))
    bench.sendFar([1, 2, 3, 4, 5, 6, 7, 8, 9])
    let completions = bench.run()
    #expect(completions.map(\.result) == [4, 4, -ENOBUFS])
    #expect(completions.map(\.hasMore) == [true, true, false])
    let slices = completions.compactMap { kernel.claim($0) }
    kernel.release(slices[0])
    expectQueued(kernel.receive(from: bench.socket, token: 10))
    #expect(bench.run().map(\.result) == [1])
  }

  @Test("a released buffer is overwritten, and using or releasing it again is a violation")
  func poison() throws {
    var plan = FaultPlan()
    plan.isIncremental = false
    for misuse in 0..<2 {
      let bench = Bench(plan)
      var kernel = bench.kernel
      expectQueued(kernel.receive(from: bench.socket, token: 9))
      bench.sendFar([1, 2, 3])
      let completion = try #require(bench.run().first)
      let slice = try kernel.slice(of: completion)
      kernel.release(slice)
      #expect(bench.world.violation == nil)
      if misuse == 0 { kernel.release(slice) } else { _ = kernel.address(of: slice) }
      #expect(bench.world.violation?.contains("release") == true)
    }
  }

  @Test("closing a descriptor with an operation on it is a violation", arguments: [true, false])
  func closeUnderWay(submitted: Bool) {
    let bench = Bench()
    var kernel = bench.kernel
    expectQueued(kernel.receive(from: bench.socket, token: 9))
    if submitted { kernel.submit() }
    kernel.close(bench.socket)
    #expect(bench.world.violation?.contains("was closed with a receive") == true)
  }

  @Test("two receives into the same memory are a violation")
  func sharedMemory() {
    let bench = Bench()
    var kernel = bench.kernel
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 8)
    defer { memory.deallocate() }
    for token in 1...2 as ClosedRange<UInt64> {
      expectQueued(
        kernel.receive(
          from: bench.socket, into: memory + Int(token), count: 8, waits: true, token: token))
    }
    kernel.submit()
    #expect(bench.world.violation?.contains("memory") == true)
  }

  @Test("bytes that change while they are being sent are a violation")
  func changedBytes() {
    var plan = FaultPlan()
    plan.socketBytes = 4
    let bench = Bench(plan)
    var kernel = bench.kernel
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1, count: 8)
    expectQueued(kernel.send(to: bench.socket, memory, count: 8, token: 1))
    #expect(bench.run().isEmpty)
    memory.storeBytes(of: 2, toByteOffset: 7, as: UInt8.self)
    #expect(bench.far.read(atMost: 4) == [1, 1, 1, 1])
    bench.settle()
    #expect(bench.world.violation?.contains("changed") == true)
  }

  @Test("a full submission queue refuses, and completions beyond a full queue are kept back")
  func fullQueues() {
    var plan = FaultPlan()
    (plan.submissionEntries, plan.completionEntries) = (2, 2)
    let bench = Bench(plan)
    var kernel = bench.kernel
    var tokens: [UInt64] = []
    for token in 0..<6 as Range<UInt64> {
      if !kernel.cancel(operation: 99, token: token) {
        kernel.submit()
        expectQueued(kernel.cancel(operation: 99, token: token))
      }
    }
    kernel.submit()
    #expect(kernel.hasOverflow)
    for _ in 0..<3 {
      while let completion = kernel.nextCompletion() { tokens.append(completion.token) }
      kernel.submit()
    }
    #expect(tokens == [0, 1, 2, 3, 4, 5])
    #expect(!kernel.hasOverflow)
  }

  @Test("a quiet send is silent when all was taken, and says how much when not", arguments: [3, 5])
  func quietSend(count: Int) throws {
    var plan = FaultPlan()
    plan.socketBytes = 4
    let bench = Bench(plan)
    var kernel = bench.kernel
    expectQueued(kernel.receive(from: bench.socket, token: 9))
    bench.sendFar([7, 7, 7])
    let first = try #require(bench.run().first)
    var slices = SliceQueue()
    expectQueued(slices.append(try kernel.slice(of: first)))
    if count == 5 {
      bench.sendFar([8, 8])
      let second = try kernel.completion()
      expectQueued(slices.append(try kernel.slice(of: second)))
    }
    expectQueued(kernel.sendQuietly(to: bench.socket, slices, token: 1))
    let completions = bench.run()
    #expect(completions.map(\.result) == (count == 3 ? [] : [4]))
    #expect(bench.far.read(atMost: 9) == (count == 3 ? [7, 7, 7] : [7, 7, 7, 8]))
  }

  @Test(
    "a cancelled receive ends with ECANCELED, and its cancel with 0; a stray cancel with ENOENT")
  func cancel() {
    let bench = Bench()
    var kernel = bench.kernel
    expectQueued(kernel.receive(from: bench.socket, token: 9))
    #expect(bench.run().isEmpty)
    expectQueued(kernel.cancel(operation: 9, token: 1))
    expectQueued(kernel.cancel(operation: 77, token: 2))
    let results = Dictionary(uniqueKeysWithValues: bench.run().map { ($0.token, $0.result) })
    #expect(results == [9: -ECANCELED, 1: 0, 2: -ENOENT])
  }
}
