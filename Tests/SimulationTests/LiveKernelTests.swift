import Glibc
import Routing
import ShardMap
import Testing
import Uring

@testable import DataPlane

/// What the simulated kernel stands for, where it can't: memory that operations point to.
@Suite("The kernel by io_uring")
struct LiveKernelTests {
  /// A listener on loopback that is closed when nobody has it.
  private final class Listener {
    let descriptor: Int32
    let address: SocketAddress

    init() throws {
      let address = SocketAddress(ipv4: 0x7F00_0001, port: 0)
      descriptor = try Sockets.listen(at: address, keepAlive: KeepAlive(), isShared: false)
      self.address = try #require(Sockets.boundAddress(of: descriptor))
    }

    deinit { Glibc.close(descriptor) }
  }

  @Test("connects to the addresses that were asked for, also where the queue had no more room")
  func fullQueue() throws {
    let (wanted, refused) = (try Listener(), try Listener())
    var kernel = try LiveKernel(
      RingConfiguration(
        submissionEntries: 4, completionEntries: 16,
        buffers: BufferRingShape(bufferCount: 1, bufferBytes: 4096),
        capabilities: try Capabilities.probe()), keepAlive: KeepAlive())
    var sockets: [Int32] = []
    for _ in 0..<5 { sockets.append(kernel.openSocket(for: wanted.address)) }
    defer { for socket in sockets { Glibc.close(socket) } }
    for socket in sockets[..<4] {
      let isQueued = kernel.connect(socket, to: wanted.address, token: 1)
      #expect(isQueued)
    }
    let isQueued = kernel.connect(sockets[4], to: refused.address, token: 1)
    #expect(!isQueued)
    kernel.submit()
    var results: [Int32] = []
    while results.count < 4 {
      kernel.submitAndWait(until: nil)
      while let completion = kernel.nextCompletion() { results.append(completion.result) }
    }
    #expect(results == [0, 0, 0, 0])
    for socket in sockets[..<4] {
      #expect(Sockets.peerAddress(of: socket)?.port == wanted.address.port)
    }
  }
}
