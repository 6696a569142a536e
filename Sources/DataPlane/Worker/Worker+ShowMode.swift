import Routing
import ShardMap
import Telemetry
import Wire

/// What clients are told of the mode in force: `SHOW shardway.mode`, and a notice when it has changed,
/// for those who ask for that.
extension Worker where K: ~Copyable {
  /// Names and values of the one row.
  mutating func modeRow(_ handle: SlabHandle) -> [(name: String, value: String?)] {
    let mode = mode(of: handle)
    return [
      ("mode", mode.mode.name), ("cause", mode.cause.name), ("until", end(of: mode)),
      ("why", why(mode, handle)), ("explanation", explanation(mode)),
      ("exit_rule", mode.isNormal ? nil : mode.cause.exitRule),
    ]
  }

  /// A parked session's client asks for it: no server is needed, and perhaps none is there.
  mutating func answerMode(_ handle: SlabHandle) {
    let row = modeRow(handle)
    var table = ResultSet(columns: row.map { .init($0.name) })
    table.append(row.map(\.value))
    let status: TransactionStatus =
      pooledClients[handle.index].begun == nil ? .idle : .inTransaction
    put(table.encoded(as: .show) + ReadyForQuery(status: status).encoded(), handle, .downstream)
    if status == .idle { requestEnded(handle, outcome: .served) }
    list(handle)
  }

  /// Tells a client that wants to know, before the first answer under another mode than the last.
  mutating func noticeMode(_ handle: SlabHandle) {
    guard pooledClients[handle.index].wantsNotices,
      let mode = pooledClients[handle.index].lastRoute?.mode,
      mode.mode != pooledClients[handle.index].noticedMode.mode
        || mode.cause != pooledClients[handle.index].noticedMode.cause
    else { return }
    pooledClients[handle.index].noticedMode = mode
    let until = end(of: mode).map { ", until \($0)" } ?? ""
    let why = why(mode, handle).map { ": \($0)" } ?? ""
    let notice = ErrorResponse(
      severity: .notice, sqlState: .warning,
      message: "the mode is \(mode.mode.name) (\(mode.cause.name))\(until)\(why)",
      detail: "In this mode \(mode.mode.explanation).",
      hint: "SHOW \(RouterOption.mode) tells it again.")
    put(notice.encodedNotice(), handle, .downstream)
  }

  private mutating func end(of mode: ModeInForce) -> String? {
    guard mode.ends < ModeInForce.never else { return nil }
    return resolver.clock.milliseconds(at: mode.ends).map {
      WallTime.text(microseconds: Int64(clamping: $0) * 1000)
    }
  }

  /// Why people have chosen it: printable ASCII, which means the same in all encodings.
  private mutating func why(_ mode: ModeInForce, _ handle: SlabHandle) -> String? {
    guard mode.cause == .mapShard, let target = sessions[handle].target,
      let tenant = map.tenant(id: target.tenant.array.span.bytes)
    else { return nil }
    let why = map.text(map.shard(map.tenant(tenant).shard).modeCause)
    return why.isEmpty
      ? nil : String(String.UnicodeScalarView(why.unicodeScalars.map { Self.printable($0) }))
  }

  private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    0x20..<0x7F ~= scalar.value && scalar != "\\" ? scalar : "?"
  }

  private mutating func explanation(_ mode: ModeInForce) -> String {
    mode.isNormal
      ? mode.mode.explanation : "\(mode.mode.explanation); \(mode.cause.explanation)"
  }
}
