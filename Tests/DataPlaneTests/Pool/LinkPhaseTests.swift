import Testing

@testable import DataPlane

/// Every transition there is; what does not stand here must be impossible.
private let transitions: [(from: LinkPhase, event: LinkEvent, to: LinkPhase)] = [
  (.connecting, .connected, .loggingIn),
  (.connecting, .reached, .encrypting),
  (.connecting, .over, .closing),
  (.encrypting, .encrypted, .loggingIn),
  (.encrypting, .over, .closing),
  (.loggingIn, .ready, .idle),
  (.loggingIn, .over, .closing),
  (.idle, .borrowed, .lent),
  (.idle, .asked, .asking),
  (.idle, .doubted, .checking),
  (.idle, .over, .closing),
  (.lent, .returned, .idle),
  (.lent, .returnedUnderCancel, .cooling),
  (.lent, .soiled, .cleaning),
  (.lent, .over, .closing),
  (.cleaning, .cleaned, .idle),
  (.cleaning, .over, .closing),
  (.asking, .answered, .idle),
  (.asking, .over, .closing),
  (.checking, .proven, .idle),
  (.checking, .over, .closing),
  (.cooling, .cooled, .idle),
  (.cooling, .soiled, .cleaning),
  (.cooling, .over, .closing),
]

@Suite("Phases of a pooled server connection")
struct LinkPhaseTests {
  @Test(
    "follow one another as the table says, and in no other way", arguments: LinkPhase.allCases)
  func table(phase: LinkPhase) {
    for event in LinkEvent.allCases {
      let expected = transitions.first { $0.from == phase && $0.event == event }?.to
      #expect(phase.after(event) == expected, "\(phase) after \(event)")
    }
  }

  @Test("every phase can be reached from the first, and leads to the last")
  func connected() {
    #expect(reachable(from: .connecting) == Set(LinkPhase.allCases))
    for phase in LinkPhase.allCases {
      #expect(reachable(from: phase).contains(.closing), "\(phase) never ends")
    }
  }

  @Test("nobody borrows a connection but an idle one")
  func borrowing() {
    #expect(LinkPhase.allCases.filter { $0.after(.borrowed) != nil } == [.idle])
  }

  private func reachable(from start: LinkPhase) -> Set<LinkPhase> {
    var found: Set = [start]
    var unseen = [start]
    while let phase = unseen.popLast() {
      for event in LinkEvent.allCases {
        if let next = phase.after(event), found.insert(next).inserted { unseen.append(next) }
      }
    }
    return found
  }
}
