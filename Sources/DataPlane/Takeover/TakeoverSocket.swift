import Glibc

/// A Unix socket between the two processes of a takeover: bytes, and descriptors beside them.
///
/// Invariant that keeps the pointers safe: message headers and control data live in allocations of the function that
/// uses them, and the kernel is done with them when the call returns.
struct TakeoverSocket: Sendable {
  let descriptor: Int32
  let path: String

  // MARK: Opening

  /// Listens at a path, for this user's processes only. A socket that is there already is put aside: what connects
  /// from now on comes here.
  static func listen(at path: String) throws(TakeoverError) -> TakeoverSocket {
    let own = "\(path).\(getpid())"
    let socket = try open(path)
    unlink(own)
    do throws(TakeoverError) {
      try socket.call("bind", at: own) { bind(socket.descriptor, $0, $1) }
      guard chmod(own, 0o600) == 0 else { throw socket.failure("chmod") }
      guard Glibc.listen(socket.descriptor, 8) == 0 else { throw socket.failure("listen") }
      guard rename(own, path) == 0 else { throw socket.failure("rename") }
      return socket
    } catch {
      unlink(own)
      socket.close()
      throw error
    }
  }

  /// Connects to whoever listens at a path; nil where nobody does.
  static func connect(to path: String) throws(TakeoverError) -> TakeoverSocket? {
    let socket = try open(path)
    do throws(TakeoverError) {
      try socket.call("connect", at: path) { Glibc.connect(socket.descriptor, $0, $1) }
      try socket.checkUser()
      return socket
    } catch {
      socket.close()
      if case .socket(_, "connect", ENOENT) = error { return nil }
      if case .socket(_, "connect", ECONNREFUSED) = error { return nil }
      throw error
    }
  }

  /// The next process that connects, if it is this user's; nil for another's, or when none is there.
  func accept() -> TakeoverSocket? {
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else { return nil }
    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
    let socket = TakeoverSocket(descriptor: accepted, path: path)
    socket.limitSends()
    do throws(TakeoverError) {
      try socket.checkUser()
      return socket
    } catch {
      socket.close()
      return nil
    }
  }

  func close() { _ = Glibc.close(descriptor) }

  private static func open(_ path: String) throws(TakeoverError) -> TakeoverSocket {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let opened = TakeoverSocket(descriptor: descriptor, path: path)
    guard descriptor >= 0 else { throw opened.failure("socket") }
    opened.limitSends()
    return opened
  }

  /// A process that stands still can't hold the other one up for ever.
  private func limitSends() {
    var limit = timeval(tv_sec: TakeoverLimits.sendSeconds, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  private func call(
    _ name: String, at path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(TakeoverError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < room else { throw .pathTooLong(path, limit: room - 1) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw failure(name) }
  }

  private func checkUser() throws(TakeoverError) {
    var credentials = PeerCredentials()
    var count = socklen_t(MemoryLayout<PeerCredentials>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &count) == 0 else {
      throw failure("SO_PEERCRED")
    }
    guard credentials.user == geteuid() else { throw .foreignUser(credentials.user) }
  }

  private func failure(_ call: String) -> TakeoverError {
    .socket(path: path, call: call, errno: errno)
  }

  // MARK: Messages

  /// Waits until something can be received; false when nothing could for so long.
  func waits(milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let result = poll(&entry, 1, milliseconds)
      if result >= 0 || errno != EINTR { return result > 0 }
    }
  }

  /// Sends a message, and a descriptor beside its first byte; waits for room.
  func send(_ bytes: [UInt8], _ passed: Int32?) throws(TakeoverError) {
    var sent = 0
    while sent < bytes.count {
      let result = bytes.withUnsafeBytes { all in
        send(UnsafeRawBufferPointer(rebasing: all[sent...]), sent == 0 ? passed : nil)
      }
      guard result >= 0 else {
        if errno == EINTR { continue }
        throw errno == EPIPE || errno == ECONNRESET ? .closed : failure("sendmsg")
      }
      sent += result
    }
  }

  private func send(_ bytes: UnsafeRawBufferPointer, _ passed: Int32?) -> Int {
    var piece = iovec(
      iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    return withUnsafeMutablePointer(to: &piece) { piece in
      var header = msghdr()
      header.msg_iov = piece
      header.msg_iovlen = 1
      guard let passed else { return sendmsg(descriptor, &header, Int32(MSG_NOSIGNAL)) }
      return withUnsafeTemporaryAllocation(byteCount: Control.space(1), alignment: 8) { control in
        Control.write(passed, to: control)
        header.msg_control = control.baseAddress
        header.msg_controllen = control.count
        return sendmsg(descriptor, &header, Int32(MSG_NOSIGNAL))
      }
    }
  }

  /// Receives what is there, and the descriptors that lie beside it.
  ///
  /// - Throws: ``TakeoverError/closed`` when the other end has gone.
  func receive() throws(TakeoverError) -> (bytes: [UInt8], descriptors: [Int32]) {
    var descriptors: [Int32] = []
    var result = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { room, count in
      result = receive(UnsafeMutableRawBufferPointer(room), &descriptors)
      count = max(0, result)
    }
    guard result >= 0 else {
      if errno == EINTR { return ([], []) }
      throw errno == ECONNRESET ? .closed : failure("recvmsg")
    }
    guard result > 0 else { throw .closed }
    return (bytes, descriptors)
  }

  private static let pieceBytes = 65_536
  /// Descriptors that one receive may bring; the kernel never joins the messages of two sends that both have some.
  private static let mostDescriptors = 8

  private func receive(_ room: UnsafeMutableRawBufferPointer, _ descriptors: inout [Int32]) -> Int {
    var piece = iovec(iov_base: room.baseAddress, iov_len: room.count)
    return withUnsafeMutablePointer(to: &piece) { piece in
      withUnsafeTemporaryAllocation(
        byteCount: Control.space(Self.mostDescriptors), alignment: 8
      ) { control in
        var header = msghdr()
        header.msg_iov = piece
        header.msg_iovlen = 1
        header.msg_control = control.baseAddress
        header.msg_controllen = control.count
        let result = recvmsg(descriptor, &header, Int32(MSG_CMSG_CLOEXEC))
        if result >= 0 {
          descriptors = Control.descriptors(
            in: UnsafeRawBufferPointer(rebasing: control[..<header.msg_controllen]))
        }
        return result
      }
    }
  }
}

/// `struct ucred`.
private struct PeerCredentials: BitwiseCopyable {
  var process: Int32 = 0
  var user: UInt32 = 0
  var group: UInt32 = 0
}

/// Control data with descriptors, as `CMSG_SPACE` and its like lay it out on 64-bit Linux: length (8 bytes), level,
/// type, then the descriptors, padded to 8 bytes.
private enum Control {
  private static let headerBytes = MemoryLayout<cmsghdr>.size

  static func space(_ count: Int) -> Int { headerBytes + (4 * count + 7) & ~7 }

  static func write(_ descriptor: Int32, to control: UnsafeMutableRawBufferPointer) {
    control.initializeMemory(as: UInt8.self, repeating: 0)
    control.storeBytes(of: headerBytes + 4, as: Int.self)
    control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
    control.storeBytes(of: rights, toByteOffset: 12, as: Int32.self)
    control.storeBytes(of: descriptor, toByteOffset: headerBytes, as: Int32.self)
  }

  static func descriptors(in control: UnsafeRawBufferPointer) -> [Int32] {
    var found: [Int32] = []
    var place = 0
    while place + headerBytes <= control.count {
      let length = control.loadUnaligned(fromByteOffset: place, as: Int.self)
      guard length >= headerBytes, length <= control.count - place else { break }
      let isRights =
        control.loadUnaligned(fromByteOffset: place + 8, as: Int32.self) == SOL_SOCKET
        && control.loadUnaligned(fromByteOffset: place + 12, as: Int32.self) == rights
      for offset in stride(from: headerBytes, to: length - 3, by: 4) where isRights {
        found.append(control.loadUnaligned(fromByteOffset: place + offset, as: Int32.self))
      }
      place += (length + 7) & ~7
    }
    return found
  }

  /// `SCM_RIGHTS`.
  private static let rights: Int32 = 1
}
