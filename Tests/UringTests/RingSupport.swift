import Glibc
import Testing

@testable import Uring

/// What this machine's kernel has, probed once for all tests.
let probed = Result { try Capabilities.probe() }

/// Whether the kernel has a feature, for tests of the feature itself.
func kernelHas(_ feature: Capabilities.Feature) -> Bool {
  (try? probed.get().has(feature)) ?? false
}

/// How long a test waits for what must come, in nanoseconds.
let patience: Int64 = 60_000_000_000

/// A ring small enough to reach its limits.
func makeRing(
  without unwanted: Set<Capabilities.Feature> = [], submissionEntries: Int = 16,
  completionEntries: Int = 64, bufferCount: Int = 4, bufferBytes: Int = 4096
) throws -> Ring {
  try Ring(
    RingConfiguration(
      submissionEntries: submissionEntries, completionEntries: completionEntries,
      buffers: BufferRingShape(bufferCount: bufferCount, bufferBytes: bufferBytes),
      capabilities: try probed.get().without(unwanted)))
}

extension Ring {
  /// The next completion, waited for.
  mutating func waitForCompletion() -> Completion? {
    if let ready = nextCompletion() { return ready }
    submitAndWait(forNanoseconds: patience)
    return nextCompletion()
  }

  /// The next completion, waited for; a failed test when none comes.
  mutating func completion() throws -> Completion {
    let completion = waitForCompletion()
    return try #require(completion)
  }

  /// Submits, and takes every completion that is there.
  mutating func drainWithoutWaiting() -> [Completion] {
    submit()
    var all: [Completion] = []
    while let completion = nextCompletion() { all.append(completion) }
    return all
  }

  /// Connects a socket, and submits while the address is still there.
  mutating func connect(_ socket: Int32, to address: sockaddr_in, token: UInt64) {
    let queued = withSocketAddress(of: address) {
      let queued = connect(
        socket, to: $0, count: socklen_t(MemoryLayout<sockaddr_in>.size), token: token)
      submit()
      return queued
    }
    #expect(queued)
  }

  /// Takes over the slice of a receive; a failed test when it has none.
  mutating func slice(of completion: Completion) throws -> ReceivedSlice {
    let slice = buffers.claim(completion)
    return try #require(slice)
  }

  /// A copy of the bytes of a slice.
  func bytes(of slice: ReceivedSlice) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: buffers.address(of: slice), count: Int(slice.count)))
  }

  /// Copies the bytes of a receive and gives the buffer back.
  mutating func takeBytes(of completion: Completion) -> [UInt8]? {
    guard let slice = buffers.claim(completion) else { return nil }
    let copy = bytes(of: slice)
    buffers.release(slice)
    return copy
  }

  /// Receives with provided buffers until `count` bytes are there or the peer ends; arms again as often as the kernel asks.
  mutating func receiveBytes(_ count: Int, from socket: Int32, token: UInt64) -> [UInt8] {
    var received: [UInt8] = []
    guard receive(from: socket, token: token) else { return [] }
    while received.count < count, let completion = waitForCompletion() {
      guard completion.token == token else { continue }
      if completion.result == 0 { break }
      received += takeBytes(of: completion) ?? []
      if !completion.hasMore, received.count < count, !receive(from: socket, token: token) { break }
    }
    return received
  }
}

/// Expects that an operation found room in the submission queue. (The testing macros can't look into a noncopyable ring.)
func expectQueued(_ queued: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(queued, "the submission queue is full", sourceLocation: sourceLocation)
}

/// Two connected stream sockets, closed with the value.
struct SocketPair: ~Copyable {
  let near: Int32
  let far: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    near = ends[0]
    far = ends[1]
  }

  deinit {
    close(near)
    close(far)
  }

  /// Writes all of `bytes` at the far end.
  func writeFar(_ bytes: [UInt8]) {
    let written = write(far, bytes, bytes.count)
    #expect(written == bytes.count)
  }

  /// What can be read at the far end without waiting.
  func readFar(atMost count: Int = 1 << 20) -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while all.count < count {
      let got = recv(far, &chunk, min(chunk.count, count - all.count), Int32(MSG_DONTWAIT))
      guard got > 0 else { break }
      all += chunk[0..<got]
    }
    return all
  }
}

/// A listening socket on loopback with a port of the kernel's choice.
struct Listener: ~Copyable {
  let descriptor: Int32
  let address: sockaddr_in

  init() throws {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(socket >= 0)
    let bound = boundToLoopback(socket)
    try #require(listen(socket, 16) == 0)
    descriptor = socket
    address = bound
  }

  deinit { close(descriptor) }
}

/// Binds a socket to loopback, with a port of the kernel's choice, which is returned.
func boundToLoopback(_ socket: Int32) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let status = withSocketAddress(of: address) { bind(socket, $0, size) }
  #expect(status == 0)
  withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &size) }
  }
  return address
}

/// The generic form of an IPv4 address, for the socket calls.
func withSocketAddress<R>(of address: sockaddr_in, _ body: (UnsafePointer<sockaddr>) -> R) -> R {
  withUnsafePointer(to: address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
  }
}

/// Bytes that differ from their neighbours, so that a shift or a swap shows.
func pattern(_ count: Int, seed: UInt8 = 1) -> [UInt8] {
  var state = UInt32(seed) &* 2_654_435_761
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return UInt8(truncatingIfNeeded: state >> 24)
  }
}
