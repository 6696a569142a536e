import Foundation
import LoadResults
import LoadScenario
import LocalFleet
import Synchronization
import Testing

@testable import shardway_bench

/// Faults at their moments, with commands in the place of a fleet.
@Suite struct FaultScheduleTests {
  @Test func `a command is done at its moment, and its end after its time`() async throws {
    try await withFolder { folder in
      let marks = FaultMarks()
      let fault = ScheduledFault(
        at: .milliseconds(50), lasts: .milliseconds(100),
        .command(start: "touch \(folder)/there", end: "mv \(folder)/there \(folder)/gone"))
      await schedule([fault], marks).run(from: .now)
      #expect(!exists("\(folder)/there") && exists("\(folder)/gone"))
      let mark = try #require(marks.all.first)
      #expect(mark.failure == nil)
      #expect(mark.from >= 0.05)
      #expect(try #require(mark.to) >= 0.15)
    }
  }

  @Test func `an end is done, too, when the run is over before`() async throws {
    try await withFolder { folder in
      let marks = FaultMarks()
      let fault = ScheduledFault(
        at: .zero, lasts: .seconds(1000),
        .command(start: "touch \(folder)/there", end: "rm \(folder)/there"))
      let run = Task { await schedule([fault], marks).run(from: .now) }
      try await eventually("the fault") { exists("\(folder)/there") }
      #expect(marks.active == ["touch \(folder)/there"])
      run.cancel()
      await run.value
      #expect(!exists("\(folder)/there"))
      #expect(marks.active.isEmpty)
    }
  }

  @Test func `what fails is a mark with the reason, and stops nothing else`() async throws {
    let marks = FaultMarks()
    let told = Mutex<[String]>([])
    let faults = [
      ScheduledFault(at: .zero, .command(start: "echo no such thing >&2; exit 3", end: nil)),
      ScheduledFault(at: .zero, .fleet(.routerRestart)),
      ScheduledFault(at: .milliseconds(20), .connectionResets(share: 0.5)),
    ]
    await schedule(faults, marks) { line in told.withLock { $0.append(line) } }.run(from: .now)
    let all = Dictionary(uniqueKeysWithValues: marks.all.map { ($0.title, $0) })
    let command = try #require(all[faults[0].action.title]?.failure)
    #expect(command.contains("code 3") && command.contains("no such thing"))
    #expect(all["router-restart"]?.failure?.contains("--fleet") == true)
    #expect(all[faults[2].action.title]?.failure == nil)
    #expect(told.withLock { $0.count } == 2)
  }

  @Test func `what is not due yet when the run ends is not done, and leaves no mark`() async {
    let marks = FaultMarks()
    let fault = ScheduledFault(at: .seconds(1000), .command(start: "exit 1", end: nil))
    let run = Task { await schedule([fault], marks).run(from: .now) }
    run.cancel()
    await run.value
    #expect(marks.all.isEmpty)
  }

  private func schedule(
    _ faults: [ScheduledFault], _ marks: FaultMarks,
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) -> FaultSchedule {
    FaultSchedule(
      faults: faults, act: FaultAct(servers: nil, resetConnections: { _ in }), marks: marks,
      report: report)
  }
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// Runs `body` with a fresh folder, which is deleted afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("shardway-bench-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try await body(folder)
}

/// Something a test waited for did not come.
struct Missing: Error {
  var what: String
}

/// Waits until `condition` holds, and throws when it does not within `limit`.
func eventually(
  within limit: Duration = .seconds(120), _ what: String, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw Missing(what: "\(what) within \(limit)") }
    try await Task.sleep(for: .milliseconds(5))
  }
}
