import Files
import Glibc

/// The sockets of this process.
enum OwnSockets {
  /// Whether one of them listens at a port. What others open and close meanwhile does no harm.
  static func listen(at port: UInt16) -> Bool {
    Folder.names(in: "/proc/self/fd").compactMap { Int32($0) }.contains {
      listeningPort($0) == port
    }
  }

  /// The port at which a descriptor listens; nil for every other one.
  private static func listeningPort(_ descriptor: Int32) -> UInt16? {
    var listens: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, listens != 0
    else { return nil }
    // By its bytes, as in `HTTPConnection`.
    var address = [UInt8](repeating: 0, count: 16)
    var length = socklen_t(address.count)
    let status = address.withUnsafeMutableBytes {
      getsockname(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
    }
    guard status == 0, address[0] == UInt8(AF_INET) else { return nil }
    return UInt16(address[2]) << 8 | UInt16(address[3])
  }
}
