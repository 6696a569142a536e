import Routing
import ShardMap
import Telemetry
import Wire

/// Traces of requests: where they belong, how they went, and which of them are told of.
///
/// Whether a request is told of is decided at its end, when it is known whether it failed or was slow. Where tracing is off, each of these costs a
/// comparison.
extension Worker where K: ~Copyable {
  // MARK: Where requests belong

  /// A session is routed: its client may have said in which trace it runs.
  mutating func traceSession(
    _ handle: SlabHandle, _ startup: StartupMessage, packet: RawSpan, _ options: StartupOptions
  ) {
    guard tracing.isOn else { return }
    let text =
      options.value(RouterOption.traceParent)
      ?? startup.value(RouterOption.traceParent, in: packet)
      ?? startup.value(RouterOption.plainTraceParent, in: packet)
    tracing[handle].session = text.flatMap { TraceContext(parsing: $0.span) }
  }

  /// A statement has come, which may begin with a comment that says in which trace it belongs. The first one of a request counts.
  @inline(__always)
  mutating func traceStatement(_ text: RawSpan, _ handle: SlabHandle) {
    guard tracing.isOn, text.byteCount > 2, text.byte(at: 0) == UInt8(ascii: "/") else { return }
    traceComment(text, handle)
  }

  private mutating func traceComment(_ text: RawSpan, _ handle: SlabHandle) {
    guard let context = TraceComment.context(atStartOf: Span<UInt8>(_bytes: text)) else { return }
    // What is sent before the server has ended a transaction may belong to the next.
    let isFollowing =
      pooledClients[handle.index].status == .idle
      && (pooledClients[handle.index].link.map { links[$0].answers.owed.awaitsReady } ?? false)
    if isFollowing {
      if tracing[handle].following == nil { tracing[handle].following = context }
    } else if tracing[handle].request == nil {
      tracing[handle].request = context
    }
  }

  // MARK: How they go

  /// The session's requests go this way from now on.
  @inline(__always)
  mutating func traceRoute(_ handle: SlabHandle, _ route: Route) {
    guard tracing.isOn else { return }
    tracing[handle].route = route
    tracing[handle].mapEdition = tracing.mapEdition
  }

  /// The session's request has met an error, its server's or the router's.
  mutating func traceError(_ handle: SlabHandle, _ sqlState: SQLState) {
    guard tracing.isOn, tracing[handle].sqlState == nil else { return }
    tracing[handle].sqlState = sqlState
  }

  /// What has begun was no request.
  mutating func traceForgotten(_ handle: SlabHandle) {
    if tracing.isOn { tracing[handle].requestIsOver() }
  }

  // MARK: The end

  /// The session's request is over.
  @inline(__always)
  mutating func traceEnded(
    _ handle: SlabHandle, _ times: RequestTimes, _ outcome: RequestOutcome
  ) {
    if tracing.isOn { decideTrace(handle, times, outcome) }
  }

  private mutating func decideTrace(
    _ handle: SlabHandle, _ times: RequestTimes, _ outcome: RequestOutcome
  ) {
    let parent = tracing[handle].request ?? tracing[handle].session
    let hasFailed =
      tracing[handle].sqlState != nil || outcome == .refused || outcome == .limited
      || outcome == .failed
    let cause = tracing.sampling.decide(
      parent: parent, hasFailed: hasFailed, nanoseconds: kernel.now.nanoseconds(since: times.began),
      draw: tracing.identifiers.bits())
    if let cause { tellTrace(handle, times, outcome, cause, parent) }
    tracing[handle].requestIsOver()
  }

  private mutating func tellTrace(
    _ handle: SlabHandle, _ times: RequestTimes, _ outcome: RequestOutcome,
    _ cause: TraceSampling.Cause, _ parent: TraceContext?
  ) {
    let ended = kernel.now
    let identity = tracing.identity(of: handle)
    let gotServer = times.gotServer == .origin ? ended : times.gotServer
    var record = SpanRecord(
      trace: identity.trace, span: identity.span,
      began: times.began.nanoseconds(since: .origin),
      gotServer: gotServer.nanoseconds(since: .origin),
      ended: ended.nanoseconds(since: .origin))
    record.parent = parent?.span ?? 0
    record.session = tracing.session(handle)
    record.outcome = outcome
    record.cause = cause
    record.sqlState = tracing[handle].sqlState.map { ShortText($0.description) } ?? ShortText()
    nameRoute(of: handle, in: &record)
    guard let spans = context.report.spans, spans.put(record) else {
      return context.report.counters.add(.tracesDropped)
    }
    context.report.counters.add(.tracesRecorded)
  }

  // MARK: Events

  /// Whom an event has happened to. For events that few meet: the kernel is asked, and names are looked up.
  mutating func eventClient(_ handle: SlabHandle) -> EventClient {
    let identity = tracing.isOn ? tracing.identity(of: handle) : nil
    var client = EventClient(
      session: tracing.session(handle), request: identity?.span ?? tracing.identifiers.next(),
      trace: identity?.trace)
    client.address = clientAddress(handle)
    if let name = sessions[handle].target?.tenant.array,
      let tenant = map.tenant(id: name.span.bytes)
    {
      client.shard = Array(map.text(map.shard(map.placement(of: tenant).shard).id).utf8)
    }
    return client
  }

  /// Looks up the names of where a request went. By a newer map than it was routed with, only tenant and shard are known.
  private mutating func nameRoute(of handle: SlabHandle, in record: inout SpanRecord) {
    guard let name = sessions[handle].target?.tenant.array else { return }
    record.tenant = ShortText(name)
    guard let route = tracing[handle].route else { return }
    record.tier = ShortText(route.tier.name)
    record.reason = ShortText(route.reason.name)
    guard tracing[handle].mapEdition == tracing.mapEdition else {
      if let tenant = map.tenant(id: name.span.bytes) {
        record.shard = ShortText(map.text(map.shard(map.placement(of: tenant).shard).id))
      }
      return
    }
    let instance = map.instance(route.instance)
    record.shard = ShortText(map.text(map.shard(route.shard).id))
    record.instance = ShortText(map.text(instance.id))
    record.region = ShortText(map.text(map.region(map.zone(instance.zone).region).id))
  }
}
