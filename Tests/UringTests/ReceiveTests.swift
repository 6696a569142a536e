import Glibc
import Testing
import Uring

/// Every set of features that a test leaves unused, so that each fallback runs in each company.
let featureSubsets: [Set<Capabilities.Feature>] = (0..<(1 << Capabilities.Feature.allCases.count))
  .map { bits in
    Set(
      Capabilities.Feature.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(
        \.element))
  }

/// Accept and receive, with and without what newer kernels add.
struct ReceiveTests {
  @Test("an echo over loopback works without each set of features", arguments: featureSubsets)
  func echo(unwanted: Set<Capabilities.Feature>) throws {
    var ring = try makeRing(without: unwanted)
    let listener = try Listener()
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    expectQueued(ring.accept(on: listener.descriptor, token: 1))
    ring.connect(client, to: listener.address, token: 2)
    var server: Int32 = -1
    for _ in 0..<2 {
      let completion = try ring.completion()
      #expect(completion.result >= 0)
      if completion.token == 1 { server = completion.result }
    }
    defer { close(server) }

    let message = pattern(10_000)
    #expect(write(client, message, message.count) == message.count)
    let atServer = ring.receiveBytes(message.count, from: server, token: 3)
    #expect(atServer == message)
    let sending = atServer.withUnsafeBytes {
      let queued = ring.send(to: server, $0.baseAddress!, count: $0.count, token: 4)
      while let completion = ring.waitForCompletion(), completion.token != 4 {}
      return queued
    }
    #expect(sending)
    var answer = [UInt8](repeating: 0, count: message.count)
    #expect(recv(client, &answer, answer.count, Int32(MSG_WAITALL)) == message.count)
    #expect(answer == message)
  }

  @Test("one accept serves several connections")
  func multishotAccept() throws {
    var ring = try makeRing()
    let listener = try Listener()
    expectQueued(ring.accept(on: listener.descriptor, token: 7))
    for _ in 0..<3 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(client) }
      let size = socklen_t(MemoryLayout<sockaddr_in>.size)
      #expect(withSocketAddress(of: listener.address) { connect(client, $0, size) } == 0)
      let completion = try ring.completion()
      #expect(completion.token == 7 && completion.hasMore)
      #expect(fcntl(completion.result, F_GETFD) & FD_CLOEXEC != 0)
      close(completion.result)
    }
  }

  @Test(
    "a multishot receive goes on; without the feature it ends with each completion",
    arguments: [true, false])
  func multishotReceive(wanted: Bool) throws {
    var ring = try makeRing(without: wanted ? [] : [.multishotReceive])
    let pair = try SocketPair()
    expectQueued(ring.receive(from: pair.near, token: 5))
    pair.writeFar([1, 2, 3])
    let completion = try ring.completion()
    #expect(completion.hasMore == (wanted && kernelHas(.multishotReceive)))
    let bytes = ring.takeBytes(of: completion)
    #expect(bytes == [1, 2, 3])
  }

  @Test(
    "small receives share a buffer where consumption is incremental, and never elsewhere",
    arguments: [true, false])
  func incrementalConsumption(wanted: Bool) throws {
    var ring = try makeRing(without: wanted ? [] : [.incrementalBuffers])
    let incremental = wanted && kernelHas(.incrementalBuffers)
    let pair = try SocketPair()
    var slices: [ReceivedSlice] = []
    expectQueued(ring.receive(from: pair.near, token: 5))
    for message in [pattern(100), pattern(50, seed: 2)] {
      pair.writeFar(message)
      let completion = try ring.completion()
      #expect(completion.bufferStaysInUse == incremental)
      let slice = try ring.slice(of: completion)
      let bytes = ring.bytes(of: slice)
      #expect(bytes == message)
      slices.append(slice)
      if !completion.hasMore { expectQueued(ring.receive(from: pair.near, token: 5)) }
    }
    #expect((slices[0].buffer == slices[1].buffer) == incremental)
    #expect(slices[1].offset == (incremental ? 100 : 0))
    for slice in slices { ring.buffers.release(slice) }
  }

  @Test(
    "dry buffers end a receive with ENOBUFS, and released ones carry it on",
    arguments: [Set<Capabilities.Feature>(), [.incrementalBuffers], [.multishotReceive]])
  func dryBuffers(unwanted: Set<Capabilities.Feature>) throws {
    var ring = try makeRing(without: unwanted, bufferCount: 2, bufferBytes: 4096)
    let pair = try SocketPair()
    let message = pattern(3 * 4096)
    pair.writeFar(message)
    var held: [ReceivedSlice] = []
    var received: [UInt8] = []
    var wasDry = false
    expectQueued(ring.receive(from: pair.near, token: 5))
    while received.count < message.count {
      let completion = try ring.completion()
      if completion.result == -ENOBUFS {
        wasDry = true
        #expect(!completion.hasMore && completion.buffer == nil)
        for slice in held { ring.buffers.release(slice) }
        held = []
      } else {
        let slice = try ring.slice(of: completion)
        received += ring.bytes(of: slice)
        held.append(slice)
      }
      if !completion.hasMore { expectQueued(ring.receive(from: pair.near, token: 5)) }
    }
    #expect(wasDry)
    #expect(received == message)
  }

  @Test("the end of the peer's stream is a result of 0 without more")
  func endOfStream() throws {
    var ring = try makeRing()
    let pair = try SocketPair()
    expectQueued(ring.receive(from: pair.near, token: 5))
    shutdown(pair.far, Int32(SHUT_WR))
    let completion = try ring.completion()
    #expect(completion.result == 0 && !completion.hasMore)
    let slice = ring.buffers.claim(completion)
    #expect(slice == nil || slice?.count == 0)
  }

  @Test("a receive into the caller's memory waits only if it is asked to")
  func singleReceive() throws {
    var ring = try makeRing()
    let pair = try SocketPair()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
    defer { memory.deallocate() }
    expectQueued(ring.receive(from: pair.near, into: memory, count: 64, waits: false, token: 1))
    let empty = try ring.completion()
    #expect(empty.result == -EAGAIN)
    expectQueued(ring.receive(from: pair.near, into: memory, count: 64, waits: true, token: 2))
    #expect(ring.drainWithoutWaiting().isEmpty)
    pair.writeFar([9, 8])
    let full = try ring.completion()
    #expect(full.token == 2 && full.result == 2)
    #expect([UInt8](UnsafeRawBufferPointer(start: memory, count: 2)) == [9, 8])
  }

  @Test("a connection to a closed port is refused")
  func connectionRefused() throws {
    var ring = try makeRing()
    // Bound and not listening: nobody else can take the port meanwhile.
    let holder = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer {
      close(holder)
      close(client)
    }
    ring.connect(client, to: boundToLoopback(holder), token: 3)
    let completion = try ring.completion()
    #expect(completion.result == -ECONNREFUSED)
  }
}
