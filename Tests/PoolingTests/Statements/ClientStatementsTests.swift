import Routing
import Testing

@testable import Pooling

/// A client's statements for tests, which speak in texts.
private final class Client {
  private var statements = ClientStatements()
  private let limit: Int

  init(limit: Int = 4_096) { self.limit = limit }

  var count: Int { statements.count }

  func get(_ name: String) -> StatementID? { statements.get(name.utf8Span.span.bytes) }

  func set(_ name: String, _ id: StatementID) throws(StatementError) -> StatementID? {
    try statements.set(name.utf8Span.span.bytes, to: id, limit: limit, key: .forTests)
  }

  func remove(_ name: String) -> StatementID? { statements.remove(name.utf8Span.span.bytes) }

  func removeAll() -> [StatementID] {
    var removed: [StatementID] = []
    statements.removeAll { removed.append($0) }
    return removed
  }
}

private func id(_ number: Int) -> StatementID {
  StatementID(number: UInt64(number), index: UInt32(number % 1000))
}

@Suite struct ClientStatementsTests {
  @Test func `a client without statements costs a word`() {
    #expect(MemoryLayout<ClientStatements>.size == MemoryLayout<Int>.size)
    let client = Client()
    #expect(client.get("a") == nil)
    #expect(client.get("") == nil)
    #expect(client.remove("a") == nil)
    #expect(client.removeAll() == [])
    #expect(client.count == 0)
  }

  @Test(arguments: ["", "a", "S_1", "__asyncpg_stmt_12__", "näme", "\u{1}", "1234567", "12345678"])
  func `a name leads to its statement until it is removed`(name: String) throws {
    let client = Client()
    #expect(try client.set("other", id(1)) == nil)
    #expect(try client.set(name, id(2)) == nil)
    #expect(client.get(name) == id(2))
    #expect(client.get("other") == id(1))
    #expect(client.get(name + "x") == nil)
    #expect(client.remove(name) == id(2))
    #expect(client.get(name) == nil)
    #expect(client.remove(name) == nil)
    #expect(client.get("other") == id(1))
  }

  @Test func `a name that is set again says which statement it had`() throws {
    let client = Client()
    #expect(try client.set("", id(1)) == nil)
    #expect(try client.set("", id(2)) == id(1))
    #expect(try client.set("", id(2)) == id(2), "it holds one reference, whatever it is set to")
    #expect(client.count == 1)
    #expect(client.get("") == id(2))
  }

  @Test func `names differ in case, and only in their first 63 bytes`() throws {
    let client = Client()
    let long = String(repeating: "n", count: 62)
    #expect(try client.set(long + "a" + "first", id(1)) == nil)
    #expect(client.get(long + "a" + "second") == id(1))
    #expect(client.get(long + "a") == id(1))
    #expect(client.get(long + "b") == nil)
    #expect(client.get(long) == nil)
    #expect(client.get(long + "A") == nil)
    #expect(try client.set(long + "a", id(2)) == id(1))
    #expect(client.remove(long + "a" + "third") == id(2))
  }

  @Test func `over the limit a new name is refused, and an old one can be set`() throws {
    let client = Client(limit: 3)
    for number in 0..<3 { #expect(try client.set("\(number)", id(number)) == nil) }
    #expect(throws: StatementError.tooManyNames(limit: 3)) { try client.set("3", id(3)) }
    #expect(client.get("3") == nil)
    #expect(try client.set("1", id(9)) == id(1))
    #expect(client.remove("0") == id(0))
    #expect(try client.set("3", id(3)) == nil)
  }

  @Test func `removing all hands over each reference once`() throws {
    let client = Client()
    for number in 0..<100 { #expect(try client.set("\(number)", id(number)) == nil) }
    #expect(client.remove("50") == id(50))
    #expect(Set(client.removeAll()) == Set((0..<100).map(id)).subtracting([id(50)]))
    #expect(client.count == 0)
    #expect(client.get("1") == nil)
    #expect(client.removeAll() == [])
    #expect(try client.set("1", id(7)) == nil)
    #expect(client.get("1") == id(7))
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `any sequence of operations does what a dictionary would`(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let client = Client(limit: 50)
    var model: [String: StatementID] = [:]
    for step in 1...5_000 {
      let number = random.index(below: 70)
      let name = String(repeating: "name", count: number % 9) + "\(number)"
      switch random.index(below: 100) {
      case 0..<40:
        if model.count == 50 && model[name] == nil {
          #expect(throws: StatementError.self) { try client.set(name, id(step)) }
        } else {
          #expect(try client.set(name, id(step)) == model[name])
          model[name] = id(step)
        }
      case 40..<70:
        #expect(client.remove(name) == model.removeValue(forKey: name))
      case 70:
        #expect(Set(client.removeAll()) == Set(model.values))
        model = [:]
      default:
        #expect(client.get(name) == model[name])
      }
      #expect(client.count == model.count)
    }
    for (name, id) in model { #expect(client.get(name) == id) }
  }

  /// The way a worker uses the two: references are counted by what clients have.
  @Test(arguments: 0..<5 as Range<UInt64>)
  func `statements of sessions that end are all given back, once each`(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let registry = Registry(statements: 40)
    var clients = (0..<10).map { _ in Client(limit: 8) }
    for _ in 0..<5_000 {
      let place = random.index(below: clients.count)
      let name = "\(random.index(below: 12))"
      switch random.index(below: 20) {
      case 0:
        for id in clients[place].removeAll() { registry.release(id) }
        clients[place] = Client(limit: 8)
      case 1..<6:
        if let id = clients[place].remove(name) { registry.release(id) }
      default:
        guard let id = try? registry.intern("SELECT \(random.index(below: 60))") else { continue }
        do {
          if let replaced = try clients[place].set(name, id) { registry.release(replaced) }
        } catch {
          registry.release(id)
        }
        if let id = clients[place].get(name) { #expect(registry.contains(id)) }
      }
    }
    for client in clients { for id in client.removeAll() { registry.release(id) } }
    #expect(registry.usedCount == 0)
  }
}
