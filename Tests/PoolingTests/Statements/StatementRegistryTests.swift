import Routing
import Testing

@testable import Pooling

@Suite struct StatementRegistryTests {
  @Test func `equal definitions are one statement, different ones are two`() throws {
    let registry = Registry()
    let first = try registry.intern("SELECT $1\0\0\0")
    #expect(try registry.intern("SELECT $1\0\0\0") == first)
    let typed = try registry.intern("SELECT $1\0\0\u{1}\0\0\0\u{17}")
    #expect(typed != first)
    #expect(registry.count == 2)
    #expect(registry.definition(first) == Array("SELECT $1\0\0\0".utf8))
    #expect(registry.byteCount == 12 + 16)
  }

  @Test func `a definition may be empty`() throws {
    let registry = Registry()
    let id = try registry.intern("")
    #expect(registry.definition(id) == [])
    #expect(try registry.intern("") == id)
  }

  @Test func `a released statement stays until its room is needed, the longest unused going first`()
    throws
  {
    let registry = Registry(statements: 3)
    let (a, b, c) = (
      try registry.intern("a"), try registry.intern("b"), try registry.intern("c")
    )
    for id in [b, a, c] { registry.release(id) }
    #expect(registry.count == 3)
    #expect(registry.usedCount == 0)
    #expect(try registry.intern("b") == b, "it was still there, and is used again")
    let d = try registry.intern("d")
    #expect(!registry.contains(a), "of those unused it was released first")
    #expect(registry.contains(b) && registry.contains(c) && registry.contains(d))
    #expect(registry.evictedCount == 1)
  }

  @Test func `a statement that was thrown out and comes back has another name`() throws {
    let registry = Registry(statements: 1)
    let first = try registry.intern("a")
    registry.release(first)
    registry.release(try registry.intern("b"))
    let second = try registry.intern("a")
    #expect(second != first)
    #expect(second.index == first.index)
    #expect(second.serverName.text != first.serverName.text)
    #expect(!registry.contains(first))
    #expect(registry.contains(second))
  }

  @Test func `when all are used there is no room for another, but for one that is there`() throws {
    let registry = Registry(statements: 2)
    let ids = try registry.statements(2)
    #expect(throws: StatementError.registryFull(statements: 2, bytes: 22)) {
      try registry.intern("another")
    }
    #expect(try registry.intern("SELECT 0\0\0\0") == ids[0])
    registry.release(ids[1])
    #expect(throws: Never.self) { try registry.intern("another") }
  }

  @Test(arguments: [(10, 0, false), (9, 0, true), (10, 3, true), (12, 0, false), (13, 0, false)])
  func `bytes are limited too, and as many unused statements go as it takes`(
    newBytes: Int, released: Int, fits: Bool
  ) throws {
    // Three statements of a byte each are used or released; 12 bytes fit in all.
    let registry = Registry(bytes: 12)
    let ids = try ["a", "b", "c"].map(registry.intern)
    for id in ids.prefix(released) { registry.release(id) }
    let definition = [UInt8](repeating: 1, count: newBytes)
    let id = try? registry.intern(definition)
    #expect((id != nil) == fits)
    #expect(registry.byteCount <= 12)
  }

  @Test func `one that is larger than all may be is refused, and throws nobody out`() throws {
    let registry = Registry(bytes: 12)
    let id = try registry.intern("a")
    registry.release(id)
    #expect(throws: StatementError.definitionTooLong(bytes: 13, limit: 12)) {
      try registry.intern([UInt8](repeating: 1, count: 13))
    }
    #expect(registry.contains(id))
    #expect(throws: Never.self) { try registry.intern([UInt8](repeating: 1, count: 12)) }
  }

  @Test func `errors say what helps`() {
    let errors: [StatementError] = [
      .definitionTooLong(bytes: 13, limit: 12), .registryFull(statements: 2, bytes: 22),
      .tooManyNames(limit: 7),
    ]
    #expect(
      errors.map(\.description) == [
        "a prepared statement of 13 bytes can't be kept: all of them may have 12 bytes; "
          + "send it without a name, or use session pooling",
        "no room for another prepared statement: clients have 2 of them with 22 bytes in use; "
          + "deallocate some, or raise the router's limits",
        "this session has prepared 7 statements, as many as one may; deallocate some",
      ])
  }

  @Test func `the Parse message has the server's name and the definition`() throws {
    let registry = Registry()
    let id = try registry.intern("SELECT $1\0\0\u{1}\0\0\0\u{17}")
    let body = Array("shardway_1\0SELECT $1\0\0\u{1}\0\0\0\u{17}".utf8)
    #expect(registry.parseMessage(id) == [0x50, 0, 0, 0, UInt8(body.count + 4)] + body)
  }

  @Test func `a stale id is known as such whatever has its place now`() throws {
    let registry = Registry(statements: 1)
    var stale: [StatementID] = []
    for round in 0..<100 {
      let id = try registry.intern("SELECT \(round)")
      #expect(registry.contains(id))
      for old in stale { #expect(!registry.contains(old)) }
      registry.release(id)
      stale.append(id)
    }
    #expect(Set(stale.map { $0.serverName.text }).count == 100)
  }

  @Test func `an id that no registry gave is not there`() {
    let registry = Registry()
    for rawValue: UInt64 in [0, 1, 1 << 20, .max] {
      #expect(!registry.contains(StatementID(rawValue: rawValue)))
    }
  }

  /// Against a dictionary of definitions and references, with limits that are often reached.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `any sequence of operations does what a dictionary would`(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let registry = Registry(statements: 30, bytes: 600)
    var references: [StatementID: Int] = [:]
    var definitions: [StatementID: String] = [:]
    for _ in 0..<5_000 {
      let number = random.index(below: 60)
      let text = String(repeating: "x", count: number % 40) + "\(number)"
      switch random.index(below: 5) {
      case 0, 1:
        let isUsed = references.keys.first { definitions[$0] == text }
        do {
          let id = try registry.intern(text)
          if let isUsed { #expect(id == isUsed) }
          #expect(definitions[id] == nil || definitions[id] == text, "the id was never another's")
          definitions[id] = text
          references[id, default: 0] += 1
        } catch {
          let used = references.keys.reduce(0) { $0 + definitions[$1]!.utf8.count }
          #expect(isUsed == nil)
          #expect(references.count == 30 || used + text.utf8.count > 600)
        }
      case 2:
        guard let id = references.keys.min(by: { $0.rawValue < $1.rawValue }) else { continue }
        registry.retain(id)
        references[id]! += 1
      default:
        guard let id = references.keys.sorted(by: { $0.rawValue < $1.rawValue }).last else {
          continue
        }
        registry.release(id)
        references[id]! -= 1
        if references[id] == 0 { references[id] = nil }
      }
      #expect(registry.usedCount == references.count)
      #expect(registry.count <= 30)
      #expect(registry.byteCount <= 600)
      for id in references.keys {
        #expect(registry.contains(id))
        #expect(registry.definition(id) == Array(definitions[id]!.utf8))
      }
    }
    #expect(registry.evictedCount > 0, "the limits were reached")
  }
}
