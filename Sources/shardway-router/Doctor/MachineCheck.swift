import DataPlane
import Uring

/// Whether a machine is fit for a router: facts in, findings out.
struct MachineCheck {
  /// Descriptors beside those of sessions: rings, files, listeners, the consoles' connections.
  static let ownDescriptors = 512
  /// Bytes that one worker's ring and buffers are charged with where locked memory is limited.
  static let lockedBytesAWorker: UInt64 = 4 << 20
  /// An accept queue shorter than that overflows when clients come back all at once.
  static let goodAcceptQueue = 4_096

  let facts: MachineFacts
  let settings: RouterSettings

  var findings: [Finding] {
    [ring, descriptors, lockedMemory, acceptQueue, localPorts, clock, workers].compactMap { $0 }
  }

  private var ring: Finding {
    let subject = "io_uring"
    if facts.ringSetting == 2 {
      return .failure(
        subject, "is turned off for everybody",
        "sysctl kernel.io_uring_disabled=0, or 1 with the router's group")
    }
    switch facts.ring {
    case .failure(let error):
      return .failure(
        subject, "\(error)",
        facts.ringSetting == 1
          ? "kernel.io_uring_disabled is 1: add the router's group to kernel.io_uring_group"
          : "run Linux 5.19 or newer; in a container, allow io_uring in its seccomp profile")
    case .success(let found):
      let missing = Capabilities.Feature.allCases.filter { !found.has($0) }
      guard !missing.isEmpty else {
        return .good(subject, "Linux \(found.kernelRelease) has all that is used")
      }
      let names = missing.map { "\($0.rawValue) (Linux \($0.since))" }.joined(separator: ", ")
      return .warning(
        subject, "Linux \(found.kernelRelease) lacks \(names)",
        "the router does without, at more processor time; a newer kernel has it")
    }
  }

  private var descriptors: Finding {
    let subject = "descriptors"
    let clients = settings.limits.clientConnections
    let wanted = UInt64(2 * clients + Self.ownDescriptors)
    guard facts.descriptors < wanted else {
      return .good(
        subject, "\(facts.descriptors) may be open; \(clients) clients take \(wanted) at most")
    }
    return .failure(
      subject, "\(facts.descriptors) may be open, and \(clients) clients take \(wanted)",
      "LimitNOFILE=\(wanted) in the unit, or a lower limits.clientConnections")
  }

  private var lockedMemory: Finding {
    let subject = "locked memory"
    let wanted = UInt64(settings.workersToRun) * Self.lockedBytesAWorker
    guard facts.lockableBytes < wanted else {
      return .good(subject, "\(Self.mebibytes(facts.lockableBytes)) may be locked")
    }
    return .warning(
      subject,
      "\(Self.mebibytes(facts.lockableBytes)) may be locked, and rings may be charged with \(Self.mebibytes(wanted))",
      "LimitMEMLOCK=\(Self.mebibytes(wanted).replacing(" MiB", with: "M")) in the unit")
  }

  private var acceptQueue: Finding? {
    facts.acceptQueue.map { length in
      length >= Self.goodAcceptQueue
        ? .good("accept queue", "\(length) connections may wait")
        : .warning(
          "accept queue", "only \(length) connections may wait to be accepted",
          "sysctl net.core.somaxconn=\(Self.goodAcceptQueue): clients that come back all at once are refused else"
        )
    }
  }

  private var localPorts: Finding? {
    facts.localPorts.map { range in
      // Ports are taken by address and port of the server: the largest share of one instance counts.
      let wanted = settings.limits.clientConnections
      return range.count >= wanted
        ? .good("local ports", "\(range.count) for connections to one server")
        : .warning(
          "local ports",
          "\(range.count) for connections to one server, and \(wanted) clients are let in",
          "sysctl net.ipv4.ip_local_port_range=\"1024 65535\", or transaction pooling")
    }
  }

  private var clock: Finding? {
    facts.isClockSynchronized.map { isRight in
      isRight
        ? .good("clock", "is synchronized")
        : .warning(
          "clock", "is not synchronized",
          "run chrony or systemd-timesyncd: the age of maps and the end of modes are told by it after a restart"
        )
    }
  }

  private var workers: Finding {
    let count = settings.workersToRun
    return count <= facts.cores
      ? .good("workers", "\(count) on \(facts.cores) cores")
      : .warning(
        "workers", "\(count) on \(facts.cores) cores share them",
        "workers: auto, or more cores")
  }

  private static func mebibytes(_ bytes: UInt64) -> String {
    bytes == .max ? "any amount" : "\(bytes >> 20) MiB"
  }
}
