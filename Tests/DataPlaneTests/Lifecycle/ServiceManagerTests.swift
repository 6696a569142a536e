import Foundation
import Testing

@testable import shardway_router

@Suite("What a service manager is told")
struct ServiceManagerTests {
  /// A socket as a manager has one.
  private final class Socket {
    let path: String
    let descriptor: Int32

    /// An abstract one where the path begins with `@`.
    init(_ path: String) throws {
      self.path = path
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var limit = timeval(tv_sec: 60, tv_usec: 0)
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      var bytes = Array(path.utf8)
      if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
      let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
      let isBound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, size) == 0
        }
      }
      try #require(isBound)
    }

    deinit {
      close(descriptor)
      if path.hasPrefix("/") { unlink(path) }
    }

    func next() -> String {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
  }

  private static func name(_ number: Int) -> String {
    "shardway-notify-\(getpid())-\(UInt32.random(in: 0 ... .max))-\(number)"
  }

  @Test("messages arrive together, a line each, on a path or an abstract socket")
  func messages() throws {
    let paths = [
      FileManager.default.temporaryDirectory.appendingPathComponent(Self.name(1)).path,
      "@\(Self.name(2))",
    ]
    for path in paths {
      let socket = try Socket(path)
      let manager = ServiceManager(environment: ["NOTIFY_SOCKET": path])
      manager.tell(.ready, .status("serving\n3 clients"))
      #expect(socket.next() == "READY=1\nSTATUS=serving 3 clients")
      manager.tell(.reloading(sinceMicroseconds: 17))
      #expect(socket.next() == "RELOADING=1\nMONOTONIC_USEC=17")
      manager.tell(.stopping, .extend(microseconds: 5_000_000))
      #expect(socket.next() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=5000000")
      manager.tell(.mainProcess(4711))
      #expect(socket.next() == "MAINPID=4711")
      manager.tell(.watchdog)
      #expect(socket.next() == "WATCHDOG=1")
    }
  }

  @Test("nothing is sent, and nothing fails, where no manager listens")
  func nobody() {
    for path in [
      nil, "", "relative", "/nonexistent/socket", "/" + String(repeating: "x", count: 200),
    ] {
      var environment: [String: String] = [:]
      environment["NOTIFY_SOCKET"] = path
      ServiceManager(environment: environment).tell(.ready)
    }
  }

  @Test("the watchdog is told twice in the time that the manager waits, if this process is meant")
  func watchdog() {
    let cases: [([String: String], Duration?)] = [
      ([:], nil),
      (["WATCHDOG_USEC": "30000000"], .seconds(15)),
      (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], .seconds(15)),
      (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil),
      (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "soon"], nil),
    ]
    for (environment, interval) in cases {
      #expect(ServiceManager(environment: environment, pid: 7).watchdogInterval == interval)
    }
  }
}
