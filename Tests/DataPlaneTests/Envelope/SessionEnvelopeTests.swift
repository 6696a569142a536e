import Admission
import Routing
import ShardMap
import Testing
import Wire

@testable import DataPlane

@Suite("What a session knows of its envelope")
struct SessionEnvelopeTests {
  private static let limited: [Envelope] = [
    Envelope(transactionsPerSecond: 1), Envelope(serverConnections: 1),
    Envelope(bytesInPerSecond: 1), Envelope(bytesOutPerSecond: 1),
  ]

  @Test("a limit of work has each transaction asked for", arguments: limited)
  func limits(envelope: Envelope) {
    var session = SessionEnvelope()
    session.take(envelope, edition: 3, reviewAt: .origin)
    #expect(session.unlimitedEdition != 3 && session.edition == 3)
    #expect(
      session.limitsBytes == (envelope.bytesInPerSecond != nil || envelope.bytesOutPerSecond != nil)
    )
  }

  @Test("without one nothing is asked, until the map changes, also where connections are limited")
  func unlimited() {
    for envelope in [
      Envelope.unlimited, Envelope(clientConnections: 1, connectionAttemptsPerSecond: 1),
    ] {
      var session = SessionEnvelope()
      session.take(envelope, edition: 3, reviewAt: .origin)
      #expect(session.unlimitedEdition == 3)
    }
  }

  @Test("what a map says nothing of stays as it was")
  func kept() {
    var session = SessionEnvelope()
    session.take(.unlimited, edition: 1, reviewAt: .origin)
    session.keep(edition: 2, reviewAt: .origin)
    #expect(session.unlimitedEdition == 2)
    session.take(Envelope(transactionsPerSecond: 5), edition: 3, reviewAt: .origin)
    session.keep(edition: 4, reviewAt: .origin)
    #expect(session.unlimitedEdition != 4 && session.edition == 4)
  }

  @Test("the hint to try again is rounded up, so that one refusal is like the next")
  func hints() {
    let now = MonotonicTime(nanoseconds: 5_000_000)
    for (wait, hint) in [(0, 10), (1, 10), (10_000_000, 10), (10_000_001, 20), (995_000_000, 1000)]
      as [(UInt64, UInt64)]
    {
      let until = now.advanced(byNanoseconds: wait)
      #expect(RetryHint.milliseconds(from: now, to: until) == hint)
    }
    #expect(RetryHint.milliseconds(from: now, to: .origin) == 10)
  }

  @Test("a refusal that is like the last is not encoded again, and told of once a second")
  func spare() {
    var spare = SpareRefusals()
    let refusals: [Refusal] = [
      .tooManyAttempts(tenant: Array("a".utf8), retryMilliseconds: 10),
      .tooManyAttempts(tenant: Array("b".utf8), retryMilliseconds: 10),
      .tooManyAttempts(tenant: Array("b".utf8), retryMilliseconds: 20),
      .tooManyOfTenant(tenant: Array("b".utf8), limit: 3),
    ]
    for refusal in refusals + refusals {
      #expect(spare.message(of: refusal) == refusal.response.encoded())
      #expect(spare.message(of: refusal) == refusal.response.encoded())
    }
    let told = (0..<30).filter {
      spare.isToBeTold(now: MonotonicTime(nanoseconds: UInt64($0) * 100_000_000))
    }
    #expect(told == [0, 10, 20])
  }

  @Test("of the tenants that wait the console is told those of which most do")
  func longest() {
    var delayed = DelayedTenants()
    for (tenant, count) in [(7, 2), (3, 9), (5, 0), (1, 2)] as [(UInt32, UInt32)] {
      delayed[TenantSlot(index: tenant)].count = count
    }
    #expect(delayed.longest(20).map(\.tenant.index) == [3, 1, 7])
    #expect(delayed.longest(2).map(\.entry.count) == [9, 2])
    #expect(delayed[TenantSlot(index: 900)].count == 0)
  }
}
