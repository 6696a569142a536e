import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// Transactions that a mode keeps from writing, on a primary that could: their link has
/// `default_transaction_read_only` set, as if the client had asked for it, and whoever gets the link
/// next has it set back.
///
/// It is a mode of service and no wall: a function, `set_config` or a statement that was prepared
/// before can still ask for writing.
extension Worker where K: ~Copyable {
  /// What a session wants its server to have set: its own values, or a second set of them that is
  /// read-only and has to be given back. Nil when there is no room for such a set.
  private mutating func readOnlyParameters(_ handle: SlabHandle) -> ParameterValues? {
    var wanted = values.copy(pooledClients[handle.index].parameters)
    do throws(ParameterError) {
      if wanted.knows(.defaultTransactionReadOnly) {
        try values.set(.defaultTransactionReadOnly, to: Self.on.span.bytes, in: &wanted)
      } else {
        // Servers before PostgreSQL 14 don't report it.
        var unreported = values.unreported(in: wanted)
        _ = unreported.set(Self.switchName, to: Self.on)
        try values.set(unreported, in: &wanted)
      }
    } catch {
      values.clear(&wanted)
      return nil
    }
    return wanted
  }

  private static var on: [UInt8] { Array("on".utf8) }
  private static var switchName: [UInt8] { Array("default_transaction_read_only".utf8) }

  /// Does something with the values that a session wants its server to have; ends the session where
  /// they can't be told.
  mutating func withWantedParameters(
    _ handle: SlabHandle, _ body: (inout Self, ParameterValues) -> Void
  ) {
    guard pooledClients[handle.index].runsReadOnly else {
      return body(&self, pooledClients[handle.index].parameters)
    }
    guard var wanted = readOnlyParameters(handle) else {
      return sayGoodbye(handle, .badSetting("there is no room for the mode's read-only setting"))
    }
    body(&self, wanted)
    values.clear(&wanted)
  }

  /// Notes how a transaction was routed, as far as a mode changes what it may do.
  mutating func followMode(of route: Route, _ handle: SlabHandle) {
    pooledClients[handle.index].runsReadOnly = route.mode.refusesWrites && isOnPrimary(route)
  }

  /// A session that keeps its server follows the mode between two transactions.
  mutating func followModeIfIdle(_ handle: SlabHandle) {
    guard sessions[handle].phase == .lent, pooledClients[handle.index].isPinned,
      !sessions[handle].isSayingGoodbye, pooledClients[handle.index].status == .idle,
      !pooledClients[handle.index].hasUnsynced, let link = pooledClients[handle.index].link,
      links[link].answers.owed.isEmpty, isQuiet(link, handle),
      let route = pooledClients[handle.index].lastRoute
    else { return }
    let runsReadOnly = mode(of: handle).refusesWrites && isOnPrimary(route)
    guard pooledClients[handle.index].runsReadOnly != runsReadOnly else { return }
    pooledClients[handle.index].runsReadOnly = runsReadOnly
    links[link].answers.keepsErrorsBack = runsReadOnly || !isOnPrimary(route)
    // The one setting: what else it has set in its server, nobody knows.
    let isOn = runsReadOnly || asksForReadOnly(handle)
    links[link].answers.owed.append(.ownQuery)
    put(
      MessageEncoder.encode(
        type: FrontendMessageType.query, body: RouterSQL.setReadOnlyDefault(isOn)), handle,
      .upstream)
    list(handle)
  }

  /// Whether a session has set by itself that its transactions begin read-only.
  private mutating func asksForReadOnly(_ handle: SlabHandle) -> Bool {
    let own = pooledClients[handle.index].parameters
    guard let value = values.value(.defaultTransactionReadOnly, in: own) else { return false }
    return value.copy(of: 0..<value.byteCount) == Self.on
  }

  /// The text to send instead of one that asks for writing where a mode refuses it; nil for any other.
  mutating func refusalToWrite(_ text: RawSpan, _ handle: SlabHandle) -> [UInt8]? {
    guard pooledClients[handle.index].runsReadOnly else { return nil }
    var found = StatementRecognizer.recognize(text)
    while let statement = found.next(text) {
      guard statement.asksToWrite(in: text) else { continue }
      context.report.counters.add(.refusedByMode)
      return RouterSQL.noWriting(mode(of: handle))
    }
    return nil
  }
}
