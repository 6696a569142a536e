import Routing
import Testing

@testable import Pooling

/// Mistakes of the worker that would mix up clients must end it, in release builds too.
@Suite struct TrapTests {
  @Test func `a statement can't be released twice`() async {
    await #expect(processExitsWith: .failure) {
      let registry = Registry()
      let id = try registry.intern("SELECT 1")
      registry.release(id)
      registry.release(id)
    }
  }

  @Test func `a statement that was thrown out can't be read`() async {
    await #expect(processExitsWith: .failure) {
      let registry = Registry(statements: 1)
      let id = try registry.intern("SELECT 1")
      registry.release(id)
      _ = try registry.intern("SELECT 2")
      _ = registry.definition(id)
    }
  }

  @Test func `a value can't be released twice`() async {
    await #expect(processExitsWith: .failure) {
      let values = Values()
      var set = try values.values([.timeZone: "UTC"])
      var unretained = set
      values.clear(&set)
      values.clear(&unretained)
    }
  }

  @Test func `a session can't wait twice`() async {
    await #expect(processExitsWith: .failure) {
      var links = WaitLinks(capacity: 2)
      var queue = WaitQueue(number: 0)
      queue.push(1, until: .origin, in: &links)
      queue.push(1, until: .origin, in: &links)
    }
  }

  @Test func `a session that isn't there can't wait`() async {
    await #expect(processExitsWith: .failure) {
      var links = WaitLinks(capacity: 2)
      var queue = WaitQueue(number: 0)
      queue.push(2, until: .origin, in: &links)
    }
  }

  @Test func `a connection can't be given back twice`() async {
    await #expect(processExitsWith: .failure) {
      let cap = InstanceCap(limit: 2, workers: 1)
      _ = cap.take(0)
      _ = cap.giveBack(0)
      _ = cap.giveBack(0)
    }
  }
}
