import Glibc
import ShardMap
import Synchronization

/// Opens and verifies the map again and again, on a thread of its own.
final class Reader: Sendable {
  struct Findings {
    var opened = 0
    var newest: UInt64 = 0
    var bad: [String] = []
    var back: [String] = []
  }

  private let path: String
  private let findings = Mutex(Findings())
  private let isStopped = Atomic(false)

  init(path: String) {
    self.path = path
  }

  /// Runs until ``stop()``; call it on a thread of its own.
  func run() {
    while !isStopped.load(ordering: .acquiring) { look() }
  }

  func stop() {
    isStopped.store(true, ordering: .releasing)
  }

  var result: Findings { findings.withLock { $0 } }

  /// One look. The version is compared with what had been seen before the file was opened.
  func look() {
    let before = findings.withLock { $0.newest }
    let seen = Result<UInt64, any Error> { try read() }
    findings.withLock { findings in
      findings.opened += 1
      switch seen {
      case .success(let version):
        if version < before {
          findings.back.append("version \(version) after \(before)")
        }
        findings.newest = max(findings.newest, version)
      case .failure(let error):
        findings.bad.append("\(error)")
      }
    }
  }

  private func read() throws -> UInt64 {
    let map = try CompiledMap.open(path: path)
    try map.verify()
    let version = map.header.mapVersion
    guard let counter = map.tenant(id: Publisher.counter),
      map.tenant(counter).generation == version, map.header.root == Publisher.root(of: version)
    else { throw CampaignError("version \(version) has the content of another") }
    return version
  }
}
