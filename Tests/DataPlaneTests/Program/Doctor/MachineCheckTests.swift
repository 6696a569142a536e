import DataPlane
import ShardMap
import Testing
import Uring

@testable import shardway_router

@Suite("The doctor's look at the machine")
struct MachineCheckTests {
  private static func settings(clients: Int = 1_000, workers: Int = 2) -> RouterSettings {
    var settings = RouterSettings(mapPath: "", workerCount: workers, listeners: [])
    settings.limits.clientConnections = clients
    return settings
  }

  private static func facts() throws -> MachineFacts {
    MachineFacts(
      ring: .success(try Capabilities.probe()), ringSetting: 0, descriptors: 65_536,
      lockableBytes: 64 << 20, acceptQueue: 4_096, localPorts: 32_768...60_999,
      isClockSynchronized: true, cores: 4)
  }

  private static func finding(
    _ subject: String, _ change: (inout MachineFacts) -> Void,
    _ settings: RouterSettings = settings()
  ) throws -> Finding {
    var facts = try facts()
    change(&facts)
    return try #require(
      MachineCheck(facts: facts, settings: settings).findings.first { $0.subject == subject })
  }

  @Test("a machine as it should be has nothing to be done about")
  func good() throws {
    let findings = MachineCheck(facts: try Self.facts(), settings: Self.settings()).findings
    #expect(findings.count == 7)
    #expect(
      findings.allSatisfy { $0.subject == "io_uring" || ($0.verdict == .good && $0.advice == nil) })
  }

  @Test("what is wrong is told with what to do")
  func wrong() throws {
    let cases: [(String, Finding.Verdict, String, (inout MachineFacts) -> Void)] = [
      ("io_uring", .failure, "kernel.io_uring_disabled=0", { $0.ringSetting = 2 }),
      ("descriptors", .failure, "LimitNOFILE=2512", { $0.descriptors = 1_024 }),
      ("locked memory", .warning, "LimitMEMLOCK=8M", { $0.lockableBytes = 64 << 10 }),
      ("accept queue", .warning, "somaxconn=4096", { $0.acceptQueue = 128 }),
      ("local ports", .warning, "ip_local_port_range", { $0.localPorts = 60_000...60_100 }),
      ("clock", .warning, "chrony", { $0.isClockSynchronized = false }),
      ("workers", .warning, "workers: auto", { $0.cores = 1 }),
    ]
    for (subject, verdict, advice, change) in cases {
      let finding = try Self.finding(subject, change)
      #expect(finding.verdict == verdict, "\(finding)")
      #expect(finding.advice?.contains(advice) == true, "\(finding)")
    }
  }

  @Test("a kernel that lacks features is told to be without them, and a router runs on it")
  func olderKernel() throws {
    let lacking = try Capabilities.probe().without([.futexWait])
    let finding = try Self.finding("io_uring", { $0.ring = .success(lacking) })
    #expect(finding.verdict == .warning && finding.fact.contains("futex-wait (Linux 6.7)"))
  }

  @Test("what the kernel doesn't tell is not judged")
  func unknown() throws {
    var facts = try Self.facts()
    (facts.acceptQueue, facts.localPorts, facts.isClockSynchronized) = (nil, nil, nil)
    let subjects = MachineCheck(facts: facts, settings: Self.settings()).findings.map(\.subject)
    #expect(subjects == ["io_uring", "descriptors", "locked memory", "workers"])
  }

  @Test("a machine's own facts can be read")
  func gathered() {
    let facts = MachineFacts.gather()
    #expect(facts.cores > 0 && facts.descriptors > 0)
    #expect((try? facts.ring.get()) != nil)
  }
}
