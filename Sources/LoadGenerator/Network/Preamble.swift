import Glibc

/// What goes over a new connection before the startup packet or TLS.
enum Preamble {
  /// PostgreSQL's SSLRequest: its length, and a code in the place of the version.
  static func appendSSLRequest(to out: inout [UInt8]) {
    out.append(contentsOf: [0, 0, 0, 8, 4, 210, 22, 47])
  }

  static func appendProxyHeader(ofSocket socket: Int32, to out: inout [UInt8]) {
    guard let ends = Sockets.ends(of: socket) else { return }
    out.append(contentsOf: [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A])
    out.append(contentsOf: [0x21, 0x11, 0, 12])
    withUnsafeBytes(of: ends.own.sin_addr) { out.append(contentsOf: $0) }
    withUnsafeBytes(of: ends.peer.sin_addr) { out.append(contentsOf: $0) }
    withUnsafeBytes(of: ends.own.sin_port) { out.append(contentsOf: $0) }
    withUnsafeBytes(of: ends.peer.sin_port) { out.append(contentsOf: $0) }
  }
}
