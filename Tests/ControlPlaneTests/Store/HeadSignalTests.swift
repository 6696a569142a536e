import Testing

@testable import ControlPlane

/// Those who wait for the store to move on.
@Suite("Waiting for a newer head")
struct HeadSignalTests {
  @Test("leaves nothing behind, whatever ends it", .timeLimit(.minutes(5)))
  func forgets() async throws {
    let home = try await TemporaryStore()
    try await home.execute([
      Change(.patch(["database": .string("d")]), SampleFleet.key("tenant/acme"))
    ])
    let (signal, base) = (home.signal, try #require(home.signal.head))
    for sequence in base.sequence + 1...base.sequence + 50 {
      async let news: Void = signal.wait(beyond: sequence - 1, upTo: .seconds(3_600))
      async let time: Void = signal.wait(beyond: sequence + 1, upTo: .milliseconds(1))
      let cancelled = Task { await signal.wait(beyond: sequence + 1, upTo: .seconds(3_600)) }
      cancelled.cancel()
      while signal.waitingCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
      signal.advance(
        to: Head(
          sequence: sequence, committed: base.committed, root: base.root, count: base.count,
          hash: base.hash))
      _ = await (news, time, cancelled.value)
    }
    // Clocks that were cancelled end a moment later.
    try await Task.sleep(for: .milliseconds(200))
    #expect(signal.presentCount == 0)
  }
}
