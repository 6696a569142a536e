import Glibc
import RandomNumbers
import ShardMap
import Threads

/// Starts publishers, kills them, and reads what they leave.
struct Campaign {
  let folder: PublishingFolder
  let tenants: Int
  let kills: Int
  let seed: UInt64

  /// Longest time a publisher gets when it is to be killed at a random moment. It publishes about
  /// every ten milliseconds.
  private static let longestMicroseconds: UInt64 = 40_000
  /// Longest wait for a publisher to begin, or to come into the chosen step.
  private static let patience = Duration.seconds(20)

  func run() throws -> CampaignReport {
    let publisher = Publisher(folder: folder, tenants: tenants)
    try publisher.publishFirst()
    let page = try StepPage(path: folder.steps)
    let reader = Reader(path: folder.map)
    let thread = try JoinableThread { reader.run() }
    var report = CampaignReport(tenants: tenants)
    var random = SplitMix64(seed: seed)
    for number in 0..<kills {
      let child = try spawn(after: page)
      let aim = number.isMultiple(of: 2) ? nil : Self.steps[number / 2 % Self.steps.count]
      if let aim {
        waitUntil(page, isIn: aim)
      } else {
        usleep(UInt32(random.next() % Self.longestMicroseconds))
      }
      kill(child, SIGKILL)
      try reap(child)
      report.note(page.current, isAimed: aim != nil)
      reader.look()
      report.mostLeftovers = max(report.mostLeftovers, leftovers)
    }
    // A last, undisturbed one finds a clean place.
    let last = try CompiledMap.open(path: folder.map)
    try last.publish(
      MapPatch(
        mapVersion: last.header.mapVersion, issuedAt: 0,
        root: Publisher.root(of: last.header.mapVersion)), to: folder.map)
    reader.look()
    reader.stop()
    thread.join()
    report.leftovers = leftovers
    report.findings = reader.result
    return report
  }

  private static let steps = PublishingStep.allCases

  private var leftovers: Int { folder.names.count { $0.contains(".writing-") } }

  /// Starts a publisher, and returns when it has begun.
  private func spawn(after page: StepPage) throws -> pid_t {
    let begun = page.begun
    let arguments = [
      "shardway-kill-publisher", "--publish-in", folder.path, "--tenants", "\(tenants)",
    ]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, "/proc/self/exe", nil, nil, &pointers, environ)
    guard code == 0 else {
      errno = code
      throw CampaignError("start", "/proc/self/exe")
    }
    let deadline = ContinuousClock.now + Self.patience
    while page.begun == begun {
      guard ContinuousClock.now < deadline else {
        kill(child, SIGKILL)
        try reap(child)
        throw CampaignError("the publisher didn't begin within \(Self.patience)")
      }
      usleep(100)
    }
    return child
  }

  /// Waits until the publisher is in a step, without sleeping: some last for microseconds.
  private func waitUntil(_ page: StepPage, isIn step: PublishingStep) {
    let deadline = ContinuousClock.now + Self.patience
    while page.current != step, ContinuousClock.now < deadline {}
  }

  /// Fails when the publisher had ended by itself: then it had found an error, and nothing is tested.
  private func reap(_ child: pid_t) throws {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard status & 0x7f == SIGKILL else {
      throw CampaignError("a publisher ended by itself; its message stands above")
    }
  }
}
