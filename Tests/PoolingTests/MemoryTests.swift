import Glibc
import Routing
import Testing

@testable import Pooling

/// In a process of its own, where nothing else allocates meanwhile. (AddressSanitizer, which keeps freed memory, has a leak
/// checker instead.)
@Suite struct MemoryTests {
  @Test func `tables that go away leave no memory behind`() async {
    await #expect(processExitsWith: .success) {
      for _ in 0..<100 { try useTables() }
      let before = residentBytes()
      for _ in 0..<4_000 { try useTables() }
      // The smallest table, if it were left each time, would take 3 MB.
      let leftBehind = residentBytes() - before
      precondition(leftBehind < 1_000_000, "\(leftBehind) bytes were left behind")
    }
  }
}

/// Makes each table, fills it, empties some of it, and lets it go.
private func useTables() throws {
  let registry = Registry(statements: 50, bytes: 10_000)
  var client = ClientStatements()
  var emptied = ClientStatements()
  var link = LinkStatements(capacity: 20)
  for number in 0..<50 {
    let id = try registry.intern("SELECT \(number)")
    let name = "name\(number)"
    registry.retain(id)
    _ = try client.set(name.utf8Span.span.bytes, to: id, limit: 50, key: .forTests)
    _ = try emptied.set(name.utf8Span.span.bytes, to: id, limit: 50, key: .forTests)
    _ = link.insert(id)
  }
  emptied.removeAll { registry.release($0) }
  for number in 0..<50 {
    let name = "name\(number)"
    if let id = client.remove(name.utf8Span.span.bytes) { registry.release(id) }
  }
  for number in 50..<120 { registry.release(try registry.intern("SELECT \(number)")) }
  var reset = LinkStatements(capacity: 20)
  _ = reset.insert(try registry.intern("SELECT 1"))
  reset.removeAll()
  let values = Values()
  for number in 0..<100 {
    var set = try values.values([.timeZone: "\(number)", .applicationName: "a"])
    if number % 2 == 0 { values.clear(&set) }
  }
  var links = WaitLinks(capacity: 1_000)
  var queue = WaitQueue(number: 0)
  queue.push(7, until: .origin, in: &links)
  let cap = InstanceCap(limit: 100, workers: 8)
  precondition(cap.take(7) && queue.count == 1)
}

/// Bytes of memory that the process has: the second number in `/proc/self/statm`, in pages of 4 KiB.
private func residentBytes() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else {
    preconditionFailure("no /proc/self/statm")
  }
  defer { fclose(file) }
  var line = [UInt8](repeating: 0, count: 200)
  let count = fread(&line, 1, line.count, file)
  let words = String(decoding: line[..<count], as: UTF8.self).split(separator: " ")
  return Int(words[1])! * 4096
}
