import Testing
import Wire

@testable import DataPlane

@Suite("The login of probes")
struct ProbeLoginTests {
  private func step(_ login: inout TrustLogin, _ message: [UInt8]) -> ProbeLoginStep {
    login.receive(type: message[0], body: message.span.bytes.extracting(5..<message.count))
  }

  private static let trusted = Packets.message("R", Packets.integer(0, bytes: 4))

  @Test("a trusted role is let in when the server is ready, and not before")
  func welcome() {
    var login = TrustLogin()
    for message in [
      Self.trusted, Packets.message("S", Packets.text("a") + Packets.text("b")), ProbeWire.notice,
      Packets.message("K", Packets.integer(1, bytes: 4) + [1, 2, 3, 4]),
      Packets.message("v", Packets.integer(3 << 16, bytes: 4) + Packets.integer(0, bytes: 4)),
    ] {
      #expect(step(&login, message) == .wait)
    }
    #expect(step(&login, ProbeWire.ready) == .ready)
  }

  private static let refusals: [(message: [UInt8], failure: ProbeFailure)] = [
    (
      ProbeWire.error("28000", "no pg_hba.conf entry"),
      .loginRefused(.invalidAuthorization, "no pg_hba.conf entry")
    ),
    (Packets.message("R", Packets.integer(3, bytes: 4)), .loginNeeds("password")),
    (Packets.message("R", Packets.integer(5, bytes: 4) + [1, 2, 3, 4]), .loginNeeds("md5")),
    (
      Packets.message("R", Packets.integer(10, bytes: 4) + Packets.text("SCRAM-SHA-256") + [0]),
      .loginNeeds("scram-sha-256")
    ),
    (
      Packets.message("R", Packets.integer(99, bytes: 4)), .loginNeeds("authentication method 99")
    ),
    (ProbeWire.ready, .malformed(.unexpected(type: UInt8(ascii: "Z")))),
    (Packets.message("D", [0, 0]), .malformed(.unexpected(type: UInt8(ascii: "D")))),
    (
      Packets.message("R", [0]),
      .malformed(.body(MessageBodyError(type: UInt8(ascii: "R"), problem: .truncated, offset: 0)))
    ),
    (
      Packets.message("E", [0]),
      .malformed(.body(MessageBodyError(type: UInt8(ascii: "E"), problem: .truncated, offset: 1)))
    ),
  ]

  @Test("any other answer ends it, with a reason", arguments: refusals)
  func refused(message: [UInt8], failure: ProbeFailure) {
    var login = TrustLogin()
    #expect(step(&login, message) == .failed(failure))
    #expect(!"\(failure)".isEmpty)
  }
}
