import ControlPlane
import MapExchange
import Testing

@Suite("Idempotency")
struct IdempotencyTests {
  private static func command(_ database: String, key: String, digest: UInt8 = 1) -> Command {
    Command(
      [Change(.patch(["database": .string(database)]), SampleFleet.key("tenant/acme"))],
      by: SampleFleet.author,
      idempotency: IdempotencyKey(
        actor: "test", key: key, requestDigest: Array(repeating: digest, count: 32)))
  }

  private static func run(
    _ store: ControlStore, _ command: Command, retention: Duration = .seconds(60)
  ) async throws -> Executed {
    try await store.execute(command, retention: retention) { result in
      switch result {
      case .success(let committed):
        StoredAnswer(
          status: 200, headers: [["ETag", "\(committed.outcomes[0].version)"]], body: [1, 2])
      case .failure(let error): StoredAnswer(status: 412, headers: [], body: Array("\(error)".utf8))
      }
    }
  }

  @Test("The same key and request get the same answer, here, elsewhere and after a restart")
  func same() async throws {
    let home = try await TemporaryStore()
    let first = try await Self.run(home.store, Self.command("x", key: "k"))
    let head = try await home.store.currentHead()
    _ = try await Self.run(home.store, Self.command("y", key: "other"))
    let later = try await home.store.currentHead()
    #expect(later.sequence == head.sequence + 1)
    for store in [home.store, try ControlStore(path: home.path)] {
      let again = try await Self.run(store, Self.command("x", key: "k"))
      #expect(again.answer == first.answer)
      #expect(again.isRepeated)
      #expect(try await store.currentHead() == later)
    }
  }

  @Test("The same key with another request is refused")
  func mismatch() async throws {
    let home = try await TemporaryStore()
    _ = try await Self.run(home.store, Self.command("x", key: "k"))
    await #expect(throws: IdempotencyMismatch.self) {
      try await Self.run(home.store, Self.command("x", key: "k", digest: 2))
    }
  }

  @Test("A refusal is an answer, too, although it could be made by now")
  func refusal() async throws {
    let home = try await TemporaryStore()
    var command = Self.command("x", key: "k")
    command.changes = [
      SampleFleet.put("tenant/x", SampleFleet.tenant(shard: "three", database: "x"))
    ]
    let first = try await Self.run(home.store, command)
    #expect(first.answer.status == 412)
    try await home.execute([
      SampleFleet.put("instance/d", ["zone": "n1", "address": "192.0.2.4:1"]),
      SampleFleet.put("shard/three", ["primary": "d", "replicas": []]),
    ])
    #expect(try await Self.run(home.store, command).answer == first.answer)
    #expect(try await home.store.resource(SampleFleet.key("tenant/x")) == nil)
  }

  @Test("A key is forgotten when its time is over")
  func retention() async throws {
    let home = try await TemporaryStore()
    _ = try await Self.run(home.store, Self.command("x", key: "k"))
    let again = try await Self.run(
      home.store, Self.command("z", key: "k", digest: 2), retention: .zero)
    #expect(!again.isRepeated)
  }

  @Test("Keys of two clients never meet")
  func actors() async throws {
    let home = try await TemporaryStore()
    _ = try await Self.run(home.store, Self.command("x", key: "k"))
    var other = Self.command("y", key: "k", digest: 2)
    other.idempotency = IdempotencyKey(
      actor: "another", key: "k", requestDigest: Array(repeating: 2, count: 32))
    #expect(try await Self.run(home.store, other).isRepeated == false)
  }
}
