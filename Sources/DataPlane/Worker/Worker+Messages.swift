import Pooling
import Telemetry
import Wire

/// What each kind of message means to a pool, and how it is changed on its way.
extension Worker where K: ~Copyable {
  /// A client's message, whole or its beginning, and how it goes on.
  struct Request: ~Escapable {
    let type: UInt8
    /// The body, or as much of it as is there.
    let body: RawSpan
    /// Length of the whole body.
    let bodyLength: Int
    /// Where the message lies in the bytes at hand; nil when it was gathered from pieces.
    let place: Range<Int>?

    @_lifetime(copy body)
    init(type: UInt8, body: RawSpan, bodyLength: Int, place: Range<Int>?) {
      self.type = type
      self.body = body
      self.bodyLength = bodyLength
      self.place = place
    }
  }

  /// Deals with what was found in a client's bytes: sends it on, changed or not, and remembers what is owed for it.
  mutating func dealWith(
    _ event: RequestReader.Event, _ span: RawSpan, _ handle: SlabHandle, _ run: inout Run
  ) throws(RequestFault) {
    switch event {
    case .more(let range):
      pass(range, &run, handle)
    case .whole(let type, let range):
      let body = span.extracting(range.lowerBound + 5..<range.upperBound)
      try dealWith(
        Request(type: type, body: body, bodyLength: body.byteCount, place: range), handle, &run)
    case .gathered(let type):
      let gathered = pooledClients[handle.index].requests.gathered
      try dealWith(
        Request(
          type: type, body: gathered.span.bytes, bodyLength: gathered.count, place: nil), handle,
        &run)
    case .long(let type, let length):
      let gathered = pooledClients[handle.index].requests.gathered
      try dealWith(
        Request(type: type, body: gathered.span.bytes, bodyLength: length, place: nil), handle,
        &run)
    }
  }

  private mutating func dealWith(
    _ request: Request, _ handle: SlabHandle, _ run: inout Run
  ) throws(RequestFault) {
    guard let link = pooledClients[handle.index].link else { return }
    if links[link].answers.owed.awaitsCopyData, !Self.isTakenInCopy(request.type) {
      throw .inCopy
    }
    switch request.type {
    case FrontendMessageType.query:
      // One that the server skips leaves its group open.
      pooledClients[handle.index].hasUnsynced = links[link].answers.owed.isSkipping
      try dealWithQuery(request, link, handle, &run)
    case FrontendMessageType.parse:
      try dealWithParse(request, link, handle, &run)
    case FrontendMessageType.bind:
      try dealWithBind(request, link, handle, &run)
    case FrontendMessageType.describe, FrontendMessageType.close:
      try dealWithNamed(request, link, handle, &run)
    case FrontendMessageType.sync:
      if links[link].answers.owed.appendSync() { pooledClients[handle.index].hasUnsynced = false }
      sendOn(request, handle, &run)
    case FrontendMessageType.functionCall:
      pooledClients[handle.index].hasUnsynced = links[link].answers.owed.isSkipping
      links[link].answers.owed.append(.query)
      sendOn(request, handle, &run)
    case FrontendMessageType.execute:
      pooledClients[handle.index].hasUnsynced = true
      links[link].answers.owed.append(.execute)
      sendOn(request, handle, &run)
    case FrontendMessageType.copyDone, FrontendMessageType.copyFail:
      links[link].answers.owed.appendCopyEnd()
      sendOn(request, handle, &run)
    case FrontendMessageType.copyData, FrontendMessageType.flush:
      sendOn(request, handle, &run)
    case FrontendMessageType.terminate:
      if links[link].answers.owed.isEmpty, pooledClients[handle.index].status == .idle {
        requestForgotten(handle)
      }
      flush(&run, handle)
      clientHasLeft(handle)
      guard sessions[handle].phase == .lent else { return }
    default:
      pooledClients[handle.index].hasUnsynced = true
      sendOn(request, handle, &run)
    }
    if links[link].answers.owed.isLost { throw .inCopy }
  }

  /// Whether a server that takes COPY data takes or ignores a message. At any other it ends the connection, and so does the router.
  private static func isTakenInCopy(_ type: UInt8) -> Bool {
    switch type {
    case FrontendMessageType.copyData, FrontendMessageType.copyDone, FrontendMessageType.copyFail,
      FrontendMessageType.flush, FrontendMessageType.sync, FrontendMessageType.terminate:
      true
    default: false
    }
  }

  /// Asks for what tells how many Syncs a server has met while it took COPY data, where that isn't known.
  mutating func placeMarker(_ link: SlabHandle, _ handle: SlabHandle) {
    // Nothing goes between two pieces of a message.
    guard pooledClients[handle.index].requests.longMessage == 0 else { return }
    guard links[link].answers.owed.needsMarker() else {
      if links[link].answers.owed.takeNeedsFlush() { put(Self.flushMessage, handle, .upstream) }
      return
    }
    links[link].answers.owed.append(.marker)
    put(Self.nothing.close, handle, .upstream)
    put(Self.flushMessage, handle, .upstream)
  }

  /// Sends a message on as it is.
  mutating func sendOn(_ request: Request, _ handle: SlabHandle, _ run: inout Run) {
    if let place = request.place { return pass(place, &run, handle) }
    flush(&run, handle)
    var header: [UInt8] = [request.type]
    let length = UInt32(request.bodyLength + 4)
    for shift in [24, 16, 8, 0] as [UInt32] {
      header.append(UInt8(truncatingIfNeeded: length >> shift))
    }
    put(header, handle, .upstream)
    put(request.body, from: 0, handle)
  }

  /// Puts the part of a body that is there, from an offset on, behind what waits to be sent.
  private mutating func put(_ body: RawSpan, from offset: Int, _ handle: SlabHandle) {
    guard offset < body.byteCount else { return }
    body.extracting(offset..<body.byteCount).withUnsafeBytes { bytes in
      _ = put(bytes.baseAddress!, bytes.count, handle, .upstream)
    }
  }

  private mutating func dealWithQuery(
    _ request: Request, _ link: SlabHandle, _ handle: SlabHandle, _ run: inout Run
  ) throws(RequestFault) {
    traceStatement(request.body, handle)
    let instead =
      request.body.byteCount == request.bodyLength
      ? lookingAt(request.body, link, handle, &run) : nil
    links[link].answers.owed.append(.query)
    guard let instead else { return sendOn(request, handle, &run) }
    flush(&run, handle)
    put(MessageEncoder.encode(type: FrontendMessageType.query, body: instead), handle, .upstream)
  }

  /// Looks at a text. What that puts before it comes behind what was sent on so far.
  private mutating func lookingAt(
    _ text: RawSpan, _ link: SlabHandle, _ handle: SlabHandle, _ run: inout Run,
    runsNow: Bool = true
  ) -> [UInt8]? {
    // Only DEALLOCATE has something put before it, and it is rare among statements that begin so.
    if text.byteCount > 0, text.byte(at: 0) | 0x20 == UInt8(ascii: "d") { flush(&run, handle) }
    return lookAt(text, link, handle, runsNow: runsNow)
  }

  // MARK: Prepared statements

  /// A statement is prepared under the client's name: the server has it under the router's, if it doesn't have it already.
  private mutating func dealWithParse(
    _ request: Request, _ link: SlabHandle, _ handle: SlabHandle, _ run: inout Run
  ) throws(RequestFault) {
    pooledClients[handle.index].hasUnsynced = true
    let isWhole = request.body.byteCount == request.bodyLength
    guard isWhole, request.body.byteCount > 0, request.body.byte(at: 0) != 0 else {
      // Unnamed: the server's to keep until the transaction ends. A named one of this length pins.
      if request.body.byteCount > 0, request.body.byte(at: 0) != 0 { pin(handle) }
      return try parseUnnamed(request, isWhole, link, handle, &run)
    }
    let parse = try decoding { () throws(MessageBodyError) in try ParseMessage.decode(request.body)
    }
    let text = request.body.extracting(parse.query)
    traceStatement(text, handle)
    if let instead = lookingAt(text, link, handle, &run, runsNow: false) {
      return parseInstead(instead, request.body.extracting(parse.name), link, handle, &run)
    }
    let id = try intern(request.body.extracting(parse.definition), handle)
    flush(&run, handle)
    if isPrepared(id, link) {
      // The client waits for ParseComplete: it gets that of a statement of nothing.
      prepareNothing(link, handle)
      links[link].answers.owed.append(.parse, changesName: true)
      let endsFailed = pooledClients[handle.index].status == .failed && Self.endsTransaction(text)
      put(
        endsFailed ? Self.nothing.parse : Self.nothing.parseWhereAllowed, handle, .upstream)
    } else {
      prepare(id, link, handle, as: .parse)
    }
    try remember(id, under: request.body.extracting(parse.name), handle)
    settleNames(link, handle)
  }

  /// Whether a text is prepared also in a transaction that has failed: it ends that, or goes back to a savepoint.
  private static func endsTransaction(_ text: RawSpan) -> Bool {
    switch StatementRecognizer.recognize(text).first {
    case .commit, .rollback, .empty: true
    case .other: text.byteCount > 0 && text.byte(at: 0) | 0x20 == UInt8(ascii: "r")
    default: false
    }
  }

  private mutating func parseUnnamed(
    _ request: Request, _ isWhole: Bool, _ link: SlabHandle, _ handle: SlabHandle,
    _ run: inout Run
  ) throws(RequestFault) {
    if isWhole {
      let parse = try decoding { () throws(MessageBodyError) in
        try ParseMessage.decode(request.body)
      }
      let text = request.body.extracting(parse.query)
      traceStatement(text, handle)
      if let instead = lookingAt(text, link, handle, &run) {
        return parseInstead(instead, request.body.extracting(parse.name), link, handle, &run)
      }
    }
    links[link].answers.owed.append(.parse)
    sendOn(request, handle, &run)
  }

  /// Prepares another text than the client's, which was meant for the router, under the client's own name: it is closed with the link's session, or by
  /// the client.
  private mutating func parseInstead(
    _ text: [UInt8], _ name: RawSpan, _ link: SlabHandle, _ handle: SlabHandle, _ run: inout Run
  ) {
    if name.byteCount > 0 { pin(handle) }
    flush(&run, handle)
    links[link].answers.owed.append(.parse)
    let body = name.copy(of: 0..<name.byteCount) + [0] + text + [0, 0]
    put(MessageEncoder.encode(type: FrontendMessageType.parse, body: body), handle, .upstream)
  }

  /// Sends the Parse message of a statement, and closes the one that has to make room for it.
  private mutating func prepare(
    _ id: StatementID, _ link: SlabHandle, _ handle: SlabHandle, as request: AnswerQueue.Request
  ) {
    let mayBePrepared = mayBePrepared(link)
    if let evicted = links[link].statements.insert(id) {
      links[link].answers.owed.append(.ownClose)
      put(evicted.serverName.closeMessage(), handle, .upstream)
    }
    if mayBePrepared {
      links[link].answers.owed.append(.ownClose)
      put(id.serverName.closeMessage(), handle, .upstream)
    }
    links[link].answers.owed.append(
      request, statement: id.rawValue, changesName: request == .parse)
    put(statements.parseMessage(id), handle, .upstream)
    context.report.counters.add(.statementsPrepared)
  }

  /// Whether the server may have a statement that the link doesn't: of what it has not answered yet, it may skip what has it closed.
  private mutating func mayBePrepared(_ link: SlabHandle) -> Bool {
    !links[link].answers.owed.isEmpty || links[link].answers.owed.hasSkippedClose
  }

  /// Whether the server has a statement, or gets it before what is sent next; it was used, then.
  private mutating func isPrepared(_ id: StatementID, _ link: SlabHandle) -> Bool {
    if links[link].answers.owed.hasUnanswered { forgetUnprepared(link) }
    return links[link].statements.touch(id)
      && (links[link].answers.owed.isEmpty || !links[link].answers.owed.isUncertain(id.rawValue))
  }

  /// Has the server forget the statement of nothing, so that it can be prepared.
  private mutating func prepareNothing(_ link: SlabHandle, _ handle: SlabHandle) {
    links[link].answers.owed.append(.ownClose)
    put(Self.nothing.close, handle, .upstream)
  }

  /// A statement without a text, for answers that the client waits for and that need no work.
  static var nothing: StatementOfNothing { StatementOfNothing() }

  /// Values are bound to a statement: it is named as the server has it, and prepared there first if it isn't.
  private mutating func dealWithBind(
    _ request: Request, _ link: SlabHandle, _ handle: SlabHandle, _ run: inout Run
  ) throws(RequestFault) {
    pooledClients[handle.index].hasUnsynced = true
    guard pooledClients[handle.index].statements.count > 0,
      let prefix = try decoding({ () throws(MessageBodyError) in
        try BindMessage.decodePrefix(request.body, bodyLength: request.bodyLength)
      }), !prefix.statement.isEmpty,
      let id = pooledClients[handle.index].statements.get(
        request.body.extracting(prefix.statement))
    else {
      links[link].answers.owed.append(.bind)
      return sendOn(request, handle, &run)
    }
    flush(&run, handle)
    noteBinding(id, handle)
    if !isPrepared(id, link) { prepare(id, link, handle, as: .ownParse) }
    links[link].answers.owed.append(.bind, statement: id.rawValue)
    try write { (output) throws(MessageWriteError) in
      try prefix.appendRenamed(
        statement: id.serverName.bytes, of: request.body, bodyLength: request.bodyLength,
        to: &output)
    }
    putScratch(handle)
    put(request.body, from: prefix.byteCount, handle)
  }

  /// Describe and Close name a statement or a portal; portals are the server's.
  private mutating func dealWithNamed(
    _ request: Request, _ link: SlabHandle, _ handle: SlabHandle, _ run: inout Run
  ) throws(RequestFault) {
    pooledClients[handle.index].hasUnsynced = true
    let isClose = request.type == FrontendMessageType.close
    let statement = UInt8(ascii: "S")
    let isStatement = request.body.byteCount > 1 && request.body.byte(at: 0) == statement
    let name = request.body.extracting(
      min(1, request.body.byteCount)..<max(1, request.body.byteCount - 1))
    let id = isStatement ? pooledClients[handle.index].statements.get(name) : nil
    guard let id else {
      links[link].answers.owed.append(isClose ? .close : .describe)
      return sendOn(request, handle, &run)
    }
    flush(&run, handle)
    if isClose { return close(id, name, link, handle) }
    if !isPrepared(id, link) { prepare(id, link, handle, as: .ownParse) }
    links[link].answers.owed.append(.describe, statement: id.rawValue)
    try write { (output) throws(MessageWriteError) in
      try DescribeMessage.append(.statement, name: id.serverName.bytes, to: &output)
    }
    putScratch(handle)
  }

  /// Takes a client's name from a statement, if the server does not skip that. What stands behind the group waits until it is known.
  private mutating func close(
    _ id: StatementID, _ name: RawSpan, _ link: SlabHandle, _ handle: SlabHandle
  ) {
    _ = pooledClients[handle.index].statements.remove(name)
    pooledClients[handle.index].nameChanges.append(
      NameChange(name: name.copy(of: 0..<name.byteCount), previous: id, current: nil))
    pooledClients[handle.index].awaitsOutcome = true
    links[link].answers.owed.append(.close, changesName: true)
    // Others may use it: the server closes a statement of nothing instead.
    putBytes(Self.nothing.close, handle)
    settleNames(link, handle)
  }

  private mutating func putBytes(_ bytes: [UInt8], _ handle: SlabHandle) {
    put(bytes, handle, .upstream)
  }

  private mutating func putScratch(_ handle: SlabHandle) {
    let bytes = scratch.bytes
    put(bytes.baseAddress!, bytes.count, handle, .upstream)
  }

  private mutating func write(
    _ body: (inout OutputSpan<UInt8>) throws(MessageWriteError) -> Void
  ) throws(RequestFault) {
    do throws(MessageWriteError) { try scratch.write(body) } catch { throw .writing(error) }
  }

  private mutating func decoding<Value>(
    _ body: () throws(MessageBodyError) -> Value
  ) throws(RequestFault) -> Value {
    do throws(MessageBodyError) { return try body() } catch { throw .message(error) }
  }
}
