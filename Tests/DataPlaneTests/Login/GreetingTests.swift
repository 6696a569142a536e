import Testing
import Wire

@testable import DataPlane

/// What a listener that speaks to a client does, in short.
private enum Did: Equatable {
  case waited
  case answered(Character, consumed: Int)
  case cancelled(byteCount: Int)
  case started(byteCount: Int)
  case hello(String)
  case encrypts(String?)
  case refused(Refusal)

  init(_ step: Greeting.Step) {
    self =
      switch step {
      case .wait: .waited
      case .answer(let byte, let consumed):
        .answered(Character(Unicode.Scalar(byte)), consumed: consumed)
      case .cancel(_, let byteCount): .cancelled(byteCount: byteCount)
      case .startup(_, let byteCount): .started(byteCount: byteCount)
      case .hello(let tenant): .hello(String(decoding: tenant, as: UTF8.self))
      case .encrypt(let name): .encrypts(name.map { String(decoding: $0, as: UTF8.self) })
      case .refuse(let refusal): .refused(refusal)
      }
  }
}

@Suite("Greeting")
struct GreetingTests {
  private static let postgres = ListenerProtocol.postgres(identity: IdentitySource.standard)
  private static let tcp = ListenerProtocol.tcp(serverNameSuffix: ".db.localhost")
  private static let startup = Packets.startup(["user": "u", "database": "acme"])

  /// Shows a greeting each packet once it is complete, as a client that waits for answers would send them.
  private func talk(_ packets: [[UInt8]], _ spoken: ListenerProtocol) -> [Did] {
    var greeting = Greeting()
    return packets.map { Did(greeting.read($0.span.bytes, spoken: spoken)) }
  }

  @Test("a PostgreSQL listener declines encryption and takes the startup packet")
  func declining() {
    let did = talk([Packets.gssEncryptionRequest, Packets.sslRequest, Self.startup], Self.postgres)
    #expect(
      did == [
        .answered("N", consumed: 8), .answered("N", consumed: 8),
        .started(byteCount: Self.startup.count),
      ])
  }

  @Test(
    "encryption may be asked for once of each kind",
    arguments: [Packets.sslRequest, Packets.gssEncryptionRequest])
  func repeated(request: [UInt8]) {
    let did = talk([request, request], Self.postgres)
    #expect(did == [.answered("N", consumed: 8), .refused(.repeatedNegotiation)])
  }

  @Test("only the first packet of what has arrived is taken")
  func pipelined() {
    let did = talk([Packets.sslRequest + Self.startup], Self.postgres)
    #expect(did == [.answered("N", consumed: 8)])
  }

  @Test("TLS on a PostgreSQL listener is a malformed startup packet")
  func tlsOnPostgres() {
    let did = talk([Packets.clientHello("acme.db.localhost")], Self.postgres)
    #expect(did == [.refused(.malformedStartup(.lengthOutOfRange(0x1603_0100)))])
  }

  @Test("a cancel request is handed on whole, on both kinds of listener")
  func cancelling() {
    let packet = Packets.cancelRequest(processID: 1, key: [1, 2, 3, 4])
    for spoken in [Self.postgres, Self.tcp] {
      #expect(talk([packet], spoken) == [.cancelled(byteCount: packet.count)])
    }
  }

  @Test("a TLS listener reads the tenant from a hello that comes directly, or after SSLRequest")
  func hello() {
    let hello = Packets.clientHello("acme.db.localhost")
    #expect(talk([hello], Self.tcp) == [.hello("acme")])
    #expect(
      talk([Packets.sslRequest, hello], Self.tcp) == [.answered("S", consumed: 8), .hello("acme")])
    #expect(
      talk([Packets.gssEncryptionRequest, Packets.sslRequest, hello], Self.tcp) == [
        .answered("N", consumed: 8), .answered("S", consumed: 8), .hello("acme"),
      ])
  }

  @Test("a session in the clear is refused where encryption ends at the server")
  func unencrypted() {
    #expect(talk([Self.startup], Self.tcp) == [.refused(.unencrypted)])
  }

  @Test("after it was promised TLS, a client must speak it")
  func brokenPromise() {
    let did = talk([Packets.sslRequest, Packets.sslRequest], Self.tcp)
    #expect(
      did == [
        .answered("S", consumed: 8),
        .refused(.malformedHello(.notHandshake(contentType: 0, offset: 0))),
      ])
  }

  @Test(
    "the tenant is what stands before the suffix, in lower case",
    arguments: [
      ("acme.db.localhost", Did.hello("acme")),
      ("ACME.Db.LocalHost", .hello("acme")),
      ("a.b.db.localhost", .hello("a.b")),
      (".db.localhost", nil), ("db.localhost", nil), ("acme.db.localhost.evil", nil),
      ("acmedb.localhost", nil),
    ])
  private func names(name: String, expected: Did?) {
    let refused = Did.refused(
      .foreignServerName(Array(name.lowercased().utf8), suffix: ".db.localhost"))
    let did = talk([Packets.clientHello(name)], Self.tcp)
    if name.hasPrefix(".") {
      // A host name can't begin with a dot, so the hello itself may be refused.
      #expect(did != [.hello("")])
    } else {
      #expect(did == [expected ?? refused])
    }
  }

  @Test("a hello without a name is refused")
  func noName() {
    #expect(talk([Packets.clientHello(nil)], Self.tcp) == [.refused(.noServerName)])
  }

  @Test("waits until a packet is complete, however its bytes arrive", arguments: [postgres, tcp])
  func everyPrefix(spoken: ListenerProtocol) {
    for packet in [Self.startup, Packets.sslRequest, Packets.clientHello("acme.db.localhost")] {
      let whole = talk([packet], spoken)[0]
      var greeting = Greeting()
      for count in 0..<packet.count {
        let step = Did(greeting.read(packet.span.bytes.extracting(0..<count), spoken: spoken))
        // What the first bytes prove already is refused early, and then for the same reason.
        #expect(step == .waited || step == whole)
      }
      #expect(Did(greeting.read(packet.span.bytes, spoken: spoken)) == whole)
    }
  }

  @Test("a listener that ends TLS itself takes a hello after its S, and plain packets where it may")
  func ending() {
    let hello = Packets.clientHello("acme.db.localhost")
    for tls in [ListenerTLS.optional, .required] {
      var greeting = Greeting()
      let request = Packets.sslRequest
      #expect(
        Did(greeting.read(request.span.bytes, spoken: Self.postgres, tls: tls))
          == .answered("S", consumed: 8))
      for count in 0..<hello.count {
        let part = hello.span.bytes.extracting(0..<count)
        #expect(Did(greeting.read(part, spoken: Self.postgres, tls: tls)) == .waited)
      }
      #expect(
        Did(greeting.read(hello.span.bytes, spoken: Self.postgres, tls: tls))
          == .encrypts("acme.db.localhost"))
      #expect(greeting.speaksTLS && !greeting.promisedTLS)
      greeting.encryptionBegan()
      let again = Did(greeting.read(request.span.bytes, spoken: Self.postgres, tls: tls))
      #expect(again == .answered("N", consumed: 8))
      #expect(
        Did(greeting.read(Self.startup.span.bytes, spoken: Self.postgres, tls: tls))
          == .started(byteCount: Self.startup.count))
    }
  }

  @Test("a listener that ends TLS itself refuses what it may not take, in the client's language")
  func endingRefused() {
    let startup = Self.startup
    let pipelined = Packets.sslRequest + startup
    let hello = Packets.clientHello("acme.db.localhost")
    let garbage: [UInt8] = [0x16, 9, 9, 9, 9, 9]
    let cases: [(bytes: [UInt8], tls: ListenerTLS, refusal: Refusal, speaksTLS: Bool)] = [
      (startup, .required, .encryptionRequired, false),
      (pipelined, .optional, .bytesBeforeTLS, false),
      (hello, .optional, .noApplicationProtocol, true),
      (garbage, .off, .malformedStartup(.lengthOutOfRange(0x1609_0909)), false),
    ]
    for (bytes, tls, refusal, speaksTLS) in cases {
      var greeting = Greeting()
      #expect(
        Did(greeting.read(bytes.span.bytes, spoken: Self.postgres, tls: tls)) == .refused(refusal))
      #expect(greeting.speaksTLS == speaksTLS)
    }
    var greeting = Greeting()
    let cancel = Packets.cancelRequest(processID: 1, key: [1, 2, 3, 4])
    let did = Did(greeting.read(cancel.span.bytes, spoken: Self.postgres, tls: .required))
    #expect(did == .cancelled(byteCount: 16), "older clients cancel in the clear")
  }

  @Test("knows whether the client understands an ErrorResponse or a TLS alert")
  func language() {
    var greeting = Greeting()
    let request = Packets.sslRequest
    _ = greeting.read(request.span.bytes, spoken: Self.postgres)
    #expect(!greeting.promisedTLS && !greeting.speaksTLS)
    greeting = Greeting()
    _ = greeting.read(request.span.bytes, spoken: Self.tcp)
    #expect(greeting.promisedTLS && greeting.speaksTLS)
    greeting = Greeting()
    let hello = Packets.clientHello(nil)
    _ = greeting.read(hello.span.bytes, spoken: Self.tcp)
    #expect(!greeting.promisedTLS && greeting.speaksTLS)
  }
}
