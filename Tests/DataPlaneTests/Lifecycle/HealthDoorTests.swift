import Glibc
import ShardMap
import Synchronization
import Testing

@testable import DataPlane

@Suite("The TCP health listener")
struct HealthDoorTests {
  private final class Switch: Sendable {
    let isOn = Atomic<Bool>(true)
  }

  private static let loopback = SocketAddress("127.0.0.1:0", orAnyPort: true)!

  /// Whether a connection comes about, and is ended by the other side.
  private static func isOpen(_ address: SocketAddress) -> Bool {
    let client = Sockets.open(for: address, keepAlive: KeepAlive())
    defer { close(client) }
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = address.port.bigEndian
    target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isConnected = withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, size) == 0 }
    }
    guard isConnected else { return false }
    var byte: UInt8 = 0
    return recv(client, &byte, 1, 0) <= 0
  }

  /// Waits until the door is as it should be; false after a minute.
  private static func becomes(open: Bool, _ address: SocketAddress) -> Bool {
    for _ in 0..<6_000 {
      if isOpen(address) == open { return true }
      poll(nil, 0, 10)
    }
    return false
  }

  @Test("is open while the router is ready, refuses while it is not, and opens again where it was")
  func opensAndCloses() throws {
    let ready = Switch()
    let door = try HealthDoor(at: Self.loopback) { ready.isOn.load(ordering: .relaxed) }
    defer { door.stop() }
    #expect(Self.isOpen(door.address))
    ready.isOn.store(false, ordering: .relaxed)
    #expect(Self.becomes(open: false, door.address))
    ready.isOn.store(true, ordering: .relaxed)
    #expect(Self.becomes(open: true, door.address))
  }

  @Test("is closed when it was stopped")
  func stops() throws {
    let door = try HealthDoor(at: Self.loopback) { true }
    door.stop()
    #expect(!Self.isOpen(door.address))
  }

  @Test("takes an address over from a router that is about to leave it, and else names it")
  func takenAddress() throws {
    let first = try HealthDoor(at: Self.loopback) { true }
    var failure: String?
    do throws(ListenError) {
      _ = try HealthDoor(at: first.address) { true }
    } catch {
      failure = "\(error)"
    }
    #expect(failure?.contains("\(first.address)") == true)
    first.stop()
    let second = try HealthDoor(at: first.address) { true }
    second.stop()
  }
}
