import Admission
import Routing
import ShardMap
import Testing

@Suite struct ConnectionTests {
  @Test("as many connections are open as may be, over all workers")
  func open() {
    let tenant = OneTenant(Envelope(clientConnections: 3), workers: 2)
    for worker in [0, 1, 0] { #expect(tenant.connect(worker) == .admitted) }
    #expect(tenant.connect(0) == .tooMany(limit: 3))
    #expect(tenant.connect(1) == .tooMany(limit: 3))
    tenant.disconnect(1)
    #expect(tenant.connect(0) == .admitted)
  }

  @Test("a second's worth of attempts at once, then one after the other; refused ones cost nothing")
  func attempts() {
    let tenant = OneTenant(Envelope(connectionAttemptsPerSecond: 50), workers: 2)
    for count in 0..<50 { #expect(tenant.connect(count % 2, now: milliseconds(5)) == .admitted) }
    for _ in 0..<10_000 {
      #expect(tenant.connect(0, now: milliseconds(5)) == .tooFast(until: milliseconds(25)))
    }
    #expect(tenant.connect(1, now: milliseconds(25)) == .admitted)
  }

  @Test("connections that were there before a limit came count against it")
  func counted() {
    let tenant = OneTenant(.unlimited)
    for _ in 0..<5 { #expect(tenant.connect() == .admitted) }
    tenant.adapt(to: Envelope(clientConnections: 5))
    #expect(tenant.connect() == .tooMany(limit: 5))
    tenant.disconnect()
    #expect(tenant.connect() == .admitted)
    tenant.adapt(to: .unlimited)
    #expect(tenant.connect() == .admitted)
    for _ in 0..<6 { tenant.disconnect() }
    tenant.adapt(to: Envelope(clientConnections: 1))
    #expect(tenant.connect() == .admitted)
    #expect(tenant.connect() == .tooMany(limit: 1))
  }
}
