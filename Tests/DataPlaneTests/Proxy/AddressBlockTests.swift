import DataPlane
import ShardMap
import Testing

/// Networks that a header may come from.
@Suite struct AddressBlockTests {
  @Test("a block holds the addresses that begin with its bits, and no others")
  func contains() throws {
    let table: [(String, [String], [String])] = [
      (
        "10.0.0.0/8", ["10.0.0.1", "10.255.255.255", "::ffff:10.1.2.3"],
        ["11.0.0.0", "9.255.255.255", "::10"]
      ),
      ("192.0.2.7", ["192.0.2.7"], ["192.0.2.6", "192.0.2.8"]),
      ("0.0.0.0/0", ["1.2.3.4", "255.255.255.255"], ["::1"]),
      (
        "2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"],
        ["2001:db9::", "2001:db7:ffff::", "32.1.13.184"]
      ),
      ("fd00::/64", ["fd00::ffff:ffff:ffff:ffff"], ["fd00:0:0:1::"]),
      ("fd00::80/121", ["fd00::80", "fd00::ff"], ["fd00::7f", "fd00::100"]),
      ("::1/128", ["::1"], ["::2", "127.0.0.1"]),
      ("::/0", ["::1", "fe80::1"], ["1.2.3.4"]),
    ]
    for (text, inside, outside) in table {
      let block = try #require(AddressBlock(text), "\(text)")
      for host in inside { #expect(block.contains(try Self.address(host)), "\(host) in \(text)") }
      for host in outside { #expect(!block.contains(try Self.address(host)), "\(host) in \(text)") }
    }
  }

  @Test(
    "what is no network is none",
    arguments: [
      "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.1/8", "10.0.0/8",
      "2001:db8::/129", "2001:db8::1/64", "host/8", "10.0.0.0/8/8", "10.0.0.0:5432",
    ])
  func malformed(text: String) { #expect(AddressBlock(text) == nil) }

  private static func address(_ host: String) throws -> SocketAddress {
    try #require(SocketAddress(host.contains(":") ? "[\(host)]:9" : "\(host):9"), "\(host)")
  }
}
