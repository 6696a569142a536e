import Testing

@testable import DataPlane

/// Every transition there is; what does not stand here must be impossible.
private let transitions: [(from: SessionPhase, event: SessionEvent, to: SessionPhase)] = [
  (.greeting, .needsAnswer, .answering),
  (.greeting, .routed, .connecting),
  (.greeting, .held, .holding),
  (.greeting, .refused, .refusing),
  (.greeting, .over, .closing),
  (.answering, .answered, .greeting),
  (.answering, .refused, .refusing),
  (.answering, .over, .closing),
  (.connecting, .retried, .connecting),
  (.connecting, .reached, .forwarding),
  (.connecting, .reachedForTLS, .requestingTLS),
  (.connecting, .held, .holding),
  (.holding, .released, .greeting),
  (.holding, .retried, .connecting),
  (.holding, .refused, .refusing),
  (.holding, .over, .closing),
  (.connecting, .refused, .refusing),
  (.connecting, .over, .closing),
  (.requestingTLS, .askedForTLS, .awaitingTLS),
  (.requestingTLS, .refused, .refusing),
  (.requestingTLS, .over, .closing),
  (.awaitingTLS, .gotTLS, .forwarding),
  (.awaitingTLS, .refused, .refusing),
  (.awaitingTLS, .over, .closing),
  (.forwarding, .forwarded, .relaying),
  (.forwarding, .refused, .refusing),
  (.forwarding, .over, .closing),
  (.relaying, .told, .lingering),
  (.relaying, .over, .closing),
  (.greeting, .pooled, .authenticating),
  (.authenticating, .welcomed, .parked),
  (.authenticating, .refused, .refusing),
  (.authenticating, .over, .closing),
  (.parked, .queued, .queued),
  (.parked, .lent, .lent),
  (.parked, .told, .lingering),
  (.parked, .over, .closing),
  (.queued, .lent, .lent),
  (.queued, .returned, .parked),
  (.queued, .told, .lingering),
  (.queued, .over, .closing),
  (.lent, .returned, .parked),
  (.lent, .told, .lingering),
  (.lent, .over, .closing),
  (.parked, .departs, .departing),
  (.departing, .returned, .parked),
  (.departing, .over, .closing),
  (.greeting, .adopted, .parked),
  (.refusing, .told, .lingering),
  (.refusing, .over, .closing),
  (.lingering, .over, .closing),
]

@Suite("Session phases")
struct SessionPhaseTests {
  @Test(
    "follow one another as the table says, and in no other way", arguments: SessionPhase.allCases)
  func table(phase: SessionPhase) {
    for event in SessionEvent.allCases {
      let expected = transitions.first { $0.from == phase && $0.event == event }?.to
      #expect(phase.after(event) == expected, "\(phase) after \(event)")
    }
  }

  @Test("a session that shares is told from others once its client is in")
  func pooled() {
    #expect(SessionPhase.allCases.filter(\.isPooled) == [.parked, .queued, .lent])
  }

  @Test("a client can be told why not until its bytes are relayed, or it is in")
  func refusing() {
    let canRefuse = SessionPhase.allCases.filter { $0.after(.refused) != nil }
    #expect(
      canRefuse == [
        .greeting, .answering, .connecting, .holding, .requestingTLS, .awaitingTLS, .forwarding,
        .authenticating,
      ])
  }

  @Test("every phase can be reached from the first, and leads to the last")
  func connected() {
    #expect(reachable(from: .greeting) == Set(SessionPhase.allCases))
    for phase in SessionPhase.allCases {
      #expect(reachable(from: phase).contains(.closing), "\(phase) never ends")
    }
  }

  private func reachable(from start: SessionPhase) -> Set<SessionPhase> {
    var found: Set = [start]
    var unseen = [start]
    while let phase = unseen.popLast() {
      for event in SessionEvent.allCases {
        if let next = phase.after(event), found.insert(next).inserted { unseen.append(next) }
      }
    }
    return found
  }
}
