import CLiburing
import Glibc
import Testing

@testable import Uring

@Suite("A restricted ring")
struct RestrictedRingTests {
  private static func makeRing() throws -> Ring {
    var configuration = RingConfiguration(
      submissionEntries: 16, completionEntries: 64,
      buffers: BufferRingShape(bufferCount: 4, bufferBytes: 4096),
      capabilities: try probed.get())
    configuration.isRestricted = true
    return try Ring(configuration)
  }

  @Test("sends and receives")
  func sockets() throws {
    var ring = try Self.makeRing()
    let pair = try SocketPair()
    let bytes: [UInt8] = [1, 2, 3]
    bytes.withUnsafeBytes { bytes in
      expectQueued(ring.send(to: pair.near, bytes.baseAddress!, count: 3, token: 7))
      ring.submit()
    }
    let sent = try ring.completion()
    #expect(sent.token == 7 && sent.result == 3)
    let received = ring.receiveBytes(3, from: pair.far, token: 8)
    #expect(received == bytes)
  }

  @Test("reads no file")
  func files() throws {
    var ring = try Self.makeRing()
    let file = open("/dev/zero", O_RDONLY)
    defer { close(file) }
    let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    defer { byte.deallocate() }
    byte.pointee = 1
    let entry = ring.nextEntry(token: 9)
    io_uring_prep_read(entry, file, byte, 1, 0)
    let refused = try ring.completion()
    #expect(refused.token == 9 && refused.result == -EACCES)
    #expect(byte.pointee == 1)
  }
}
