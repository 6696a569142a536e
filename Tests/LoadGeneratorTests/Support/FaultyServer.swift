import Glibc
import Synchronization

/// A server on loopback that lets everybody in, and then does something that a load generator must
/// bear.
///
/// One thread serves all connections by `poll`; the port is of the kernel's choice.
final class FaultyServer: Sendable {
  enum Habit: Sendable {
    /// Answers nothing after the login.
    case silent
    /// Closes in order instead of answering.
    case closes
    /// Resets instead of answering.
    case resets
    /// Tells an error that ends the session, and closes.
    case fatal
    /// Tells an error each time, and goes on.
    case fails
    /// Does not even answer the startup packet.
    case mute
    /// Refuses the login.
    case refusesLogin
  }

  let port: UInt16
  private let habit: Habit
  private let listener: Int32
  private let isStopping = Atomic<Bool>(false)
  private let thread = Mutex(pthread_t())

  init(_ habit: Habit) {
    self.habit = habit
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (bound, listening, named) = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        (
          bind(listener, $0, count), listen(listener, 1024), getsockname(listener, $0, &count)
        )
      }
    }
    precondition(bound == 0 && listening == 0 && named == 0, "no port on loopback")
    port = UInt16(bigEndian: address.sin_port)
    let me = Unmanaged.passUnretained(self).toOpaque()
    thread.withLock {
      _ = pthread_create(
        &$0, nil,
        { me in
          Unmanaged<FaultyServer>.fromOpaque(me!).takeUnretainedValue().serve()
          return nil
        }, me)
    }
  }

  /// Stops serving, and waits until the thread has ended.
  func stop() {
    isStopping.store(true, ordering: .relaxed)
    pthread_join(thread.withLock { $0 }, nil)
    // Ends the listening of a copy, too, that the child of another test may hold for a moment.
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve() {
    var sessions: [Int32: Bool] = [:]
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while !isStopping.load(ordering: .relaxed) {
      var polls = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
      polls += sessions.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&polls, nfds_t(polls.count), 5) > 0 else { continue }
      for entry in polls where entry.revents != 0 {
        if entry.fd == listener {
          let session = accept(listener, nil, nil)
          _ = fcntl(session, F_SETFD, FD_CLOEXEC)
          sessions[session] = false
        } else if recv(entry.fd, &bytes, bytes.count, 0) <= 0 {
          sessions[entry.fd] = nil
          close(entry.fd)
        } else if sessions[entry.fd] == false {
          sessions[entry.fd] = true
          greet(entry.fd)
        } else if !answer(entry.fd) {
          sessions[entry.fd] = nil
          close(entry.fd)
        }
      }
    }
    for session in sessions.keys { close(session) }
  }

  private func greet(_ session: Int32) {
    switch habit {
    case .mute: return
    case .refusesLogin: send(Self.error("FATAL", "28P01", "wrong password"), to: session)
    default: send([0x52, 0, 0, 0, 8, 0, 0, 0, 0] + Self.ready, to: session)
    }
  }

  /// Whether the session goes on.
  private func answer(_ session: Int32) -> Bool {
    switch habit {
    case .silent, .mute, .refusesLogin: return true
    case .closes: return false
    case .resets:
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(session, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
      return false
    case .fatal:
      send(Self.error("FATAL", "57P01", "going away"), to: session)
      return false
    case .fails:
      send(Self.error("ERROR", "42P01", "no such table") + Self.ready, to: session)
      return true
    }
  }

  private func send(_ bytes: [UInt8], to session: Int32) {
    _ = Glibc.send(session, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  private static let ready: [UInt8] = [0x5A, 0, 0, 0, 5, 0x49]

  private static func error(_ severity: String, _ code: String, _ text: String) -> [UInt8] {
    var body: [UInt8] = []
    for (field, value) in [("S", severity), ("V", severity), ("C", code), ("M", text)] {
      body += Array(field.utf8) + Array(value.utf8) + [0]
    }
    body.append(0)
    let length = UInt32(body.count + 4).bigEndian
    return [0x45] + withUnsafeBytes(of: length) { Array($0) } + body
  }
}
