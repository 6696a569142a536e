import Glibc
import Testing

@testable import Privileges

/// What is given up belongs to a thread, so each test gives it up on a thread of its own.
@Suite("Privileges")
struct PrivilegesTests {
  /// The errno of a call under a filter; 0 when it succeeds.
  private static func underFilter(
    _ mode: SystemCallFilter = .enforce, startsPrograms: Bool = false,
    call: @escaping @Sendable () -> Bool
  ) -> Int32 {
    onThread {
      do throws(PrivilegeError) {
        try Privileges.forbidNewPrivileges()
        try Privileges.filterSystemCalls(mode, startsPrograms: startsPrograms, threads: .calling)
      } catch {
        return -1
      }
      return call() ? 0 : errno
    }
  }

  private static func hasSocket(_ family: Int32) -> Bool {
    let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue), 0)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  /// Starts a process that ends at once.
  private static func hasFork() -> Bool {
    var child = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { free(arguments[0]) }
    let code = posix_spawn(&child, "/bin/true", nil, nil, &arguments, nil)
    errno = code
    guard code == 0 else { return false }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return status == 0
  }

  private static func hasMapping(_ protection: Int32) -> Bool {
    let memory = mmap(nil, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if memory != MAP_FAILED { munmap(memory, 4096) }
    return memory != MAP_FAILED
  }

  @Test("the filter lets a router's own calls pass")
  func allowed() {
    let calls: [(String, @Sendable () -> Bool)] = [
      ("open a file", { open("/proc/self/stat", O_RDONLY) >= 0 }),
      ("make a TCP socket", { Self.hasSocket(AF_INET) }),
      ("make a Unix socket", { Self.hasSocket(AF_UNIX) }),
      ("map memory", { Self.hasMapping(PROT_READ | PROT_WRITE) }),
      ("signal itself", { kill(getpid(), 0) == 0 }),
      (
        "read the clock",
        { clock_gettime(CLOCK_MONOTONIC, UnsafeMutablePointer.allocate(capacity: 1)) == 0 }
      ),
      ("start a thread", { onThread { true } }),
    ]
    for (name, call) in calls {
      #expect(Self.underFilter(call: call) == 0, "\(name)")
    }
  }

  @Test("the filter keeps from what a router has no use for")
  func forbidden() {
    let calls: [(String, @Sendable () -> Bool)] = [
      ("start a program", { Self.hasFork() }),
      ("make memory that is code", { Self.hasMapping(PROT_READ | PROT_EXEC) }),
      ("make a packet socket", { Self.hasSocket(AF_PACKET) }),
      ("signal another process", { kill(getppid(), 0) == 0 }),
      ("mount", { mount("none", "/nonexistent", "tmpfs", 0, nil) == 0 }),
      ("change the root", { chroot("/") == 0 }),
    ]
    for (name, call) in calls {
      #expect(Self.underFilter(call: call) == EPERM, "\(name)")
    }
  }

  @Test("a filter that only logs keeps from nothing")
  func logged() {
    #expect(Self.underFilter(.log) { Self.hasMapping(PROT_READ | PROT_EXEC) } == 0)
    #expect(Self.underFilter(.log) { kill(getppid(), 0) == 0 } == 0)
  }

  @Test("a router that starts its successor may start programs, and no more than that")
  func programs() {
    #expect(Self.underFilter(startsPrograms: true) { Self.hasFork() } == 0)
    #expect(Self.underFilter(startsPrograms: true) { chroot("/") == 0 } == EPERM)
  }

  @Test("a thread without capabilities has none, and can't get new privileges")
  func capabilities() {
    let status = onThread { () -> String in
      do throws(PrivilegeError) {
        try Privileges.dropCapabilities()
        try Privileges.forbidNewPrivileges()
      } catch {
        return "\(error)"
      }
      var bytes = [CChar](repeating: 0, count: 8192)
      let descriptor = open("/proc/thread-self/status", O_RDONLY)
      let count = read(descriptor, &bytes, bytes.count - 1)
      close(descriptor)
      return String(
        decoding: bytes.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    for line in ["CapPrm", "CapEff", "CapAmb"] {
      #expect(status.contains("\(line):\t0000000000000000"), "\(status)")
    }
    #expect(status.contains("NoNewPrivs:\t1"))
  }

  @Test("an account that is not there is named, with what to do")
  func unknownAccounts() {
    #expect(throws: PrivilegeError.unknownUser("nobody-of-that-name")) {
      try Account(user: "nobody-of-that-name")
    }
    #expect(throws: PrivilegeError.unknownGroup("no-group-of-that-name")) {
      try Account(user: "root", group: "no-group-of-that-name")
    }
    #expect("\(PrivilegeError.unknownUser("shardway"))".contains("useradd"))
  }

  @Test("the account of the process is in force, and root is root")
  func ownAccount() throws {
    let root = try Account(user: "root")
    #expect(root.isRoot)
    #expect(root.isInForce == (getuid() == 0 && getgid() == 0))
  }
}
