import ShardMap
import Testing

@Suite("A socket address")
struct SocketAddressTests {
  @Test(
    "reads its text and gives it back",
    arguments: [
      "127.0.0.1:5432", "0.0.0.0:1", "255.255.255.255:65535", "[::1]:5433", "[2001:db8::7]:1",
    ])
  func roundTrip(text: String) throws {
    #expect(try #require(SocketAddress(text)).description == text)
  }

  @Test("tells its host without port and brackets")
  func host() throws {
    #expect(try #require(SocketAddress("127.0.0.1:5432")).host == "127.0.0.1")
    #expect(try #require(SocketAddress("[2001:db8::7]:1")).host == "2001:db8::7")
  }

  @Test("keeps IPv4 in the upper half, in network order")
  func parts() throws {
    let address = try #require(SocketAddress("127.0.0.1:5432"))
    #expect(address == SocketAddress(ipv4: 0x7f00_0001, port: 5432))
    #expect(try #require(SocketAddress("[::2]:5432")).low == 2)
  }

  @Test(
    "refuses what is no IP address with a port",
    arguments: [
      "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1",
      "127.0.0.1:+5", "127.0.0.1:05432", "127.0.0.1: 5432", "127.1:5432", "256.0.0.1:5432",
      "db.example:5432", "localhost:5432", "::1:5432", "[::1]", "[::1%lo]:5432", "[127.0.0.1]:1",
      "127.0.0.1\u{0}:5432", "127.0.0.1:5432 ",
    ])
  func refused(text: String) {
    #expect(SocketAddress(text) == nil)
  }

  @Test("takes port 0 only to listen at")
  func anyPort() {
    #expect(SocketAddress("127.0.0.1:0", orAnyPort: true)?.port == 0)
    #expect(SocketAddress("127.0.0.1:00", orAnyPort: true) == nil)
    #expect(SocketAddress("127.0.0.1:", orAnyPort: true) == nil)
  }
}
