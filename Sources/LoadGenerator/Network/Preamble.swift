import Glibc
import Wire

/// What goes over a new connection before the startup packet or TLS.
enum Preamble {
  /// PostgreSQL's SSLRequest: its length, and a code in the place of the version.
  static func appendSSLRequest(to out: inout [UInt8]) {
    out.append(contentsOf: [0, 0, 0, 8, 4, 210, 22, 47])
  }

  /// A PROXY header that names the socket's own two ends.
  static func appendProxyHeader(ofSocket socket: Int32, to out: inout [UInt8]) {
    guard let ends = Sockets.ends(of: socket) else { return }
    out.append(
      contentsOf: ProxyHeader.encoded(
        .ipv4(source: endpoint(ends.own), destination: endpoint(ends.peer))))
  }

  private static func endpoint(_ address: sockaddr_in) -> IPv4Endpoint {
    IPv4Endpoint(
      address: UInt32(bigEndian: address.sin_addr.s_addr),
      port: UInt16(bigEndian: address.sin_port))
  }
}
