import Wire

/// One client's session as a server sees it: bytes in, answers out. No socket, no clock.
///
/// Bytes may come cut anywhere; only a message that doesn't come whole is kept.
struct BackendSession: ~Copyable {
  /// What is to be done with the connection after the bytes were taken.
  enum Verdict: Equatable {
    case goesOn
    /// The client has been told to begin with TLS; it takes over behind so many of the bytes.
    case startsTLS(behind: Int)
    /// The connection ends when all answers are sent.
    case ends
  }

  /// How far the client is.
  enum Phase {
    /// It has not sent its startup message.
    case starting
    case started
  }

  let canned: CannedAnswers
  let processID: Int32
  var phase = Phase.starting
  var status = TransactionStatus.idle
  /// Whether everything is skipped until a Sync, after an error in the extended protocol.
  var skipsToSync = false
  var statements = StatementTable()
  /// The unnamed portal.
  var portal: Portal?
  var namedPortals: [(name: [UInt8], portal: Portal)] = []
  var settings = SessionSettings()
  /// How many statements were executed.
  var statementCount: UInt64 = 0
  /// The beginning of a message that has not come whole.
  private var part: [UInt8] = []

  init(_ canned: CannedAnswers, processID: Int32) {
    self.canned = canned
    self.processID = processID
  }

  /// Whether nothing has come yet.
  var isAtBeginning: Bool { phase == .starting && part.isEmpty }

  /// Takes bytes that came, and appends the answers.
  ///
  /// - Parameters:
  ///   - bytes: what has come, cut anywhere.
  ///   - offersTLS: whether a request for TLS is granted: false where the connection has it already.
  ///   - out: takes the answers.
  /// - Returns: what is to be done with the connection.
  mutating func receive(
    _ bytes: RawSpan, offersTLS: Bool, _ out: inout AnswerBuffer
  ) -> Verdict {
    switch phase {
    case .started: messages(bytes, from: 0, &out)
    case .starting: start(bytes, offersTLS: offersTLS, &out)
    }
  }

  // MARK: Framing

  /// Takes messages, each a type, a length and a body.
  private mutating func messages(
    _ bytes: RawSpan, from start: Int, _ out: inout AnswerBuffer
  ) -> Verdict {
    var offset = start
    while offset < bytes.byteCount {
      guard part.isEmpty else {
        if messageInParts(bytes, &offset, &out) == .ends { return .ends }
        continue
      }
      let rest = bytes.byteCount - offset
      guard rest >= 5 else {
        keep(bytes, offset..<bytes.byteCount)
        break
      }
      guard let count = messageBytes(bytes, at: offset) else { return refuseLength(&out) }
      guard rest >= count else {
        part.reserveCapacity(min(count, 2 * max(rest, NullServerLimits.keptPartBytes)))
        keep(bytes, offset..<bytes.byteCount)
        break
      }
      let type = bytes.byte(at: offset)
      let body = bytes.extracting(offset + 5..<offset + count)
      offset += count
      if message(type, body, &out) == .ends { return .ends }
    }
    return .goesOn
  }

  /// Adds to the message that has not come whole, and takes it when it has.
  private mutating func messageInParts(
    _ bytes: RawSpan, _ offset: inout Int, _ out: inout AnswerBuffer
  ) -> Verdict {
    let head = min(max(5 - part.count, 0), bytes.byteCount - offset)
    keep(bytes, offset..<offset + head)
    offset += head
    guard part.count >= 5 else { return .goesOn }
    guard let count = messageBytes(part.span.bytes, at: 0) else { return refuseLength(&out) }
    let body = min(count - part.count, bytes.byteCount - offset)
    keep(bytes, offset..<offset + body)
    offset += body
    guard part.count == count else { return .goesOn }
    var whole: [UInt8] = []
    swap(&whole, &part)
    let verdict = message(whole[0], whole.span.bytes.extracting(5..<count), &out)
    if whole.capacity <= NullServerLimits.keptPartBytes {
      whole.removeAll(keepingCapacity: true)
      swap(&whole, &part)
    }
    return verdict
  }

  private mutating func keep(_ bytes: RawSpan, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    bytes.extracting(range).withUnsafeBytes { part.append(contentsOf: $0) }
  }

  /// How many bytes the message has that begins here, its type included; nil when its length can't be.
  private func messageBytes(_ bytes: RawSpan, at offset: Int) -> Int? {
    var length: UInt32 = 0
    for place in offset + 1..<offset + 5 { length = length << 8 | UInt32(bytes.byte(at: place)) }
    return 4...NullServerLimits.messageBytes ~= Int(length) ? Int(length) + 1 : nil
  }

  private func refuseLength(_ out: inout AnswerBuffer) -> Verdict {
    out.append(Failures.badMessage("invalid message length").encoded())
    return .ends
  }

  // MARK: The beginning

  private mutating func start(
    _ bytes: RawSpan, offersTLS: Bool, _ out: inout AnswerBuffer
  ) -> Verdict {
    let before = part.count
    keep(bytes, 0..<bytes.byteCount)
    var whole: [UInt8] = []
    swap(&whole, &part)
    var offset = 0
    while offset < whole.count {
      let rest = whole.span.bytes.extracting(offset..<whole.count)
      let decoded: InitialPacket.Decoded?
      do throws(StartupPacketError) {
        decoded = try InitialPacket.decode(rest)
      } catch {
        out.append(Failures.badMessage(error.description).encoded())
        return .ends
      }
      guard let decoded else { break }
      offset += decoded.byteCount
      switch decoded.packet {
      case .cancelRequest: return .ends
      case .gssEncryptionRequest: out.append(UInt8(ascii: "N"))
      case .sslRequest:
        out.append(UInt8(ascii: offersTLS ? "S" : "N"))
        if offersTLS { return .startsTLS(behind: max(offset - before, 0)) }
      case .startup(let message):
        begin(message, rest, &out)
        return messages(whole.span.bytes, from: offset, &out)
      }
    }
    part.append(contentsOf: whole[offset...])
    return .goesOn
  }

  /// Lets the client in, whoever it is.
  private mutating func begin(
    _ message: StartupMessage, _ packet: RawSpan, _ out: inout AnswerBuffer
  ) {
    phase = .started
    for parameter in message.parameters {
      let name = packet.copy(of: parameter.name)
      if name == Array("database".utf8) || name == Array("options".utf8) { continue }
      settings.start(
        name == Array("user".utf8) ? Array("session_authorization".utf8) : name,
        packet.copy(of: parameter.value))
    }
    if message.protocolVersion > .v3_0 {
      out.append(NegotiateProtocolVersion.encoded(newest: .v3_0, unknownOptions: []))
    }
    out.append(AuthenticationRequest.encodedOK())
    out.append(settings.startReports())
    let key = [UInt8](repeating: 0, count: 4)
    out.append(BackendKeyData.encoded(processID: processID, key: key.span.bytes))
    out.append(canned.ready(.idle))
  }
}
