import TLS
import Wire

/// A client's first packets, until it is known what it wants: encryption requests, then one of the others.
///
/// It reads the bytes that have arrived so far, from the first one that is not dealt with yet. Pure: the worker does what it says.
struct Greeting {
  /// What to do about the bytes there are.
  enum Step {
    /// Wait for more.
    case wait
    /// Send one byte, forget `consumed` bytes, and read on.
    case answer(UInt8, consumed: Int)
    /// The client wants a running query cancelled.
    case cancel(CancelRequest, byteCount: Int)
    /// The client wants a session.
    case startup(StartupMessage, byteCount: Int)
    /// The client wants an encrypted session with the tenant's server.
    case hello(tenant: [UInt8])
    /// The client's handshake begins with all the bytes there are, for this server name; the encryption ends here.
    case encrypt(serverName: [UInt8]?)
    /// Tell the client why not.
    case refuse(Refusal)
  }

  /// PostgreSQL's answers to SSLRequest and GSSENCRequest.
  static let yes = UInt8(ascii: "S")
  static let no = UInt8(ascii: "N")

  /// Whether the client was told to go on in TLS after an SSLRequest: then the server must be asked as well.
  private(set) var promisedTLS = false
  /// Whether what the client understands now is TLS.
  private(set) var speaksTLS = false
  private var refusedTLS = false
  private var refusedGSS = false
  /// Whether the client was told to go on in TLS that ends here.
  private var awaitsHello = false
  /// Whether what is read was encrypted.
  private(set) var isEncrypted = false

  /// The client's encryption ends here from now on: what is read is what was inside.
  mutating func encryptionBegan() {
    isEncrypted = true
    awaitsHello = false
    speaksTLS = false
  }

  /// Reads the bytes so far. Call again with the same bytes and more, or with what is left after `consumed`.
  /// `tls` says whether clients that speak PostgreSQL encrypt.
  mutating func read(
    _ bytes: RawSpan, spoken: ListenerProtocol, tls: ListenerTLS = .off
  ) -> Step {
    guard bytes.byteCount > 0 else { return .wait }
    switch spoken {
    case .tcp(let suffix):
      if promisedTLS || bytes.byte(at: 0) == ClientHello.firstByte {
        speaksTLS = true
        return readHello(bytes, suffix: suffix)
      }
      return readPacket(bytes, offersTLS: true)
    case .postgres:
      let isHello = awaitsHello || tls != .off && bytes.byte(at: 0) == ClientHello.firstByte
      if isHello, !isEncrypted { return readOwnHello(bytes) }
      return readPostgres(bytes, tls: isEncrypted ? .off : tls)
    }
  }

  /// Reads a packet of a client whose encryption, if any, ends here.
  private mutating func readPostgres(_ bytes: RawSpan, tls: ListenerTLS) -> Step {
    guard tls != .off else { return readPacket(bytes, offersTLS: false) }
    let packet = try? InitialPacket.decode(bytes)
    switch packet?.packet {
    case .sslRequest:
      // Whatever follows was not encrypted, and could be anybody's (CVE-2021-23214).
      guard packet?.byteCount == bytes.byteCount else { return .refuse(.bytesBeforeTLS) }
      awaitsHello = true
      speaksTLS = true
      return .answer(Self.yes, consumed: bytes.byteCount)
    case .startup where tls == .required: return .refuse(.encryptionRequired)
    default: return readPacket(bytes, offersTLS: false)
    }
  }

  /// Reads a first flight of TLS as far as it is in the open. Without an SSLRequest it has to say that PostgreSQL is inside.
  private mutating func readOwnHello(_ bytes: RawSpan) -> Step {
    speaksTLS = true
    do {
      guard let hello = try ClientHello.decode(bytes) else { return .wait }
      let isDirect = !awaitsHello
      guard !isDirect || hello.applicationProtocols.contains(Array(postgresProtocolName.utf8))
      else { return .refuse(.noApplicationProtocol) }
      return .encrypt(serverName: hello.serverName)
    } catch {
      return .refuse(.malformedHello(error))
    }
  }

  private mutating func readPacket(_ bytes: RawSpan, offersTLS: Bool) -> Step {
    let decoded: InitialPacket.Decoded?
    do {
      decoded = try InitialPacket.decode(bytes)
    } catch {
      return .refuse(.malformedStartup(error))
    }
    guard let decoded else { return .wait }
    switch decoded.packet {
    case .sslRequest:
      guard !refusedTLS else { return .refuse(.repeatedNegotiation) }
      promisedTLS = offersTLS
      speaksTLS = offersTLS
      refusedTLS = !offersTLS
      return .answer(offersTLS ? Self.yes : Self.no, consumed: decoded.byteCount)
    case .gssEncryptionRequest:
      guard !refusedGSS else { return .refuse(.repeatedNegotiation) }
      refusedGSS = true
      return .answer(Self.no, consumed: decoded.byteCount)
    case .cancelRequest(let request):
      return .cancel(request, byteCount: decoded.byteCount)
    case .startup(let message):
      return offersTLS ? .refuse(.unencrypted) : .startup(message, byteCount: decoded.byteCount)
    }
  }

  private func readHello(_ bytes: RawSpan, suffix: String) -> Step {
    do {
      guard let hello = try ClientHello.decode(bytes) else { return .wait }
      guard let name = hello.serverName else { return .refuse(.noServerName) }
      let lowered = name.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
      guard lowered.count > suffix.utf8.count,
        lowered.reversed().starts(with: suffix.utf8.reversed())
      else {
        return .refuse(.foreignServerName(name, suffix: suffix))
      }
      return .hello(tenant: Array(lowered.dropLast(suffix.utf8.count)))
    } catch {
      return .refuse(.malformedHello(error))
    }
  }
}
