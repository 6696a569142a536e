import Routing
import Testing

@testable import DataPlane

@Suite("What the control plane is told of by workers together")
struct RouterEventBookTests {
  @Test("an instance is ejected once, however many workers do so, until one connects again")
  func ejections() {
    let book = InstanceEjections()
    let first = book.ejected("s1-b", shard: "s1", for: .seconds(30))
    #expect(first?.kind == .instanceEjected && first?.shard == "s1")
    #expect(first?.text == "s1-b has failed again and again: no new work for 30.0 seconds")
    #expect(book.ejected("s1-b", shard: "s1", for: .seconds(30)) == nil)
    #expect(book.ejected("s2-b", shard: "s2", for: .seconds(30)) != nil)
    #expect(book.readmitted("s1-b", shard: "s1")?.kind == .instanceReadmitted)
    #expect(book.readmitted("s1-b", shard: "s1") == nil)
    #expect(book.ejected("s1-b", shard: "s1", for: .seconds(30)) != nil)
  }

  @Test("a tenant over a limit is told of once a minute")
  func throttled() {
    let book = ThrottledTenants()
    func over(_ tenant: String, _ seconds: UInt64) -> RouterEvent? {
      book.over(
        .rate, Array(tenant.utf8), now: MonotonicTime(nanoseconds: seconds * 1_000_000_000))
    }
    let first = over("acme", 1)
    #expect(first?.kind == .tenantThrottled && first?.tenant == "acme")
    #expect(first?.text.contains("its limit rate") == true)
    #expect(over("acme", 60) == nil)
    #expect(over("birch", 60) != nil)
    #expect(over("acme", 61) != nil)
    #expect(over("acme", 62) == nil)
  }

  @Test("of more tenants than are kept in mind nothing is told, until others are forgotten")
  func bounded() {
    let book = ThrottledTenants()
    func over(_ tenant: Int, _ seconds: UInt64) -> Bool {
      book.over(
        .rate, Array("\(tenant)".utf8), now: MonotonicTime(nanoseconds: seconds * 1_000_000_000))
        != nil
    }
    for tenant in 0..<ThrottledTenants.tenantsHeld { #expect(over(tenant, 1)) }
    #expect(!over(-1, 2))
    #expect(over(-1, 62))
  }
}
