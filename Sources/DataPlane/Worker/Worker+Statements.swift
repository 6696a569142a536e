import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// What clients say in SQL that matters to a pool: what pins them, and what is meant for the router.
extension Worker where K: ~Copyable {
  /// Looks at a text on its way to the server; the text to send instead, if it isn't sent as it is.
  ///
  /// What is prepared under a name may run later without being looked at again: `runsNow` is false for that.
  mutating func lookAt(
    _ text: RawSpan, _ link: SlabHandle, _ handle: SlabHandle, runsNow: Bool = true
  ) -> [UInt8]? {
    if let refusal = refusalToWrite(text, handle) { return refusal }
    var found = StatementRecognizer.recognize(text)
    if found.functions != [] { pin(handle) }
    guard found.isMultiple else {
      if runsNow, let change = found.first.settingChange(in: text),
        follows(change, link, handle)
      {
        return nil
      }
      return lookAt(found.first, text, link, handle)
    }
    while let statement = found.next(text) {
      // Among others nothing can be put in its place: what it leaves in the server's session stays this session's.
      if lookAt(statement, text, link, handle) != nil { pin(handle) }
    }
    return nil
  }

  /// Whether a setting follows its client by what it has SET, since the server doesn't report it.
  private mutating func follows(
    _ change: PendingSetting.Change, _ link: SlabHandle, _ handle: SlabHandle
  ) -> Bool {
    switch change {
    case .set(let name, _), .reset(let name):
      if isFollowed(name, handle) || name.starts(with: SettingName.routerPrefix.utf8) {
        return false
      }
    case .resetAll: break
    }
    return follow(change, link, handle)
  }

  /// Whether the server reports a setting, so that its value follows the client already.
  private mutating func isFollowed(_ name: [UInt8], _ handle: SlabHandle) -> Bool {
    TrackedParameter(named: name.span.bytes).map {
      pooledClients[handle.index].parameters.knows($0)
    } ?? false
  }

  private mutating func lookAt(
    _ statement: RecognizedStatement, _ text: RawSpan, _ link: SlabHandle, _ handle: SlabHandle
  ) -> [UInt8]? {
    if statement.mayWrite { noteWriting(handle) }
    switch statement {
    case .query, .other, .empty, .begin, .commit, .rollback, .setTransaction, .unlisten,
      .declareCursor(withHold: false):
      return nil
    case .reset, .resetAll:
      // It may be undone, and then it isn't known what has followed the client.
      if pooledClients[handle.index].parameters.hasUnreported { pin(handle) }
      return nil
    case .set(let change):
      return lookAt(change, text, link, handle)
    case .show(let name):
      return answer(to: name, in: text, link, handle)
    case .discard(.all):
      awaitForgetting(link, handle)
      return nil
    case .discard:
      return nil
    case .deallocateAll:
      awaitForgetting(link, handle)
      return nil
    case .deallocate(let name):
      return deallocate(name, in: text, link, handle)
    case .prepare, .declareCursor, .listen, .createTemporary, .load:
      pin(handle)
      return nil
    }
  }

  // MARK: Settings

  private mutating func lookAt(
    _ change: SettingChange, _ text: RawSpan, _ link: SlabHandle, _ handle: SlabHandle
  ) -> [UInt8]? {
    if change.name.hasPrefix(SettingName.routerPrefix, in: text) {
      return set(change, in: text, handle)
    }
    guard change.scope == .session else { return nil }
    // What the server reports follows the client, which knows its values of that from the start; the rest stays where it was set.
    if !isFollowed(change.name.copy(in: text), handle) { pin(handle) }
    return nil
  }

  /// A setting of the router's own: the server has nothing to do but to say that it was set.
  private mutating func set(
    _ change: SettingChange, in text: RawSpan, _ handle: SlabHandle
  ) -> [UInt8]? {
    if change.name.isEqual(to: RouterOption.floor, in: text) {
      return setFloor(change, in: text, handle)
    }
    if change.name.isEqual(to: RouterOption.notices, in: text) {
      return setNotices(change, in: text, handle)
    }
    guard change.name.isEqual(to: RouterOption.consistency, in: text) else {
      return RouterSQL.unknownSetting(change.name.copy(in: text))
    }
    guard change.scope == .session else { return RouterSQL.tooLateForTier }
    if change.value.form == .defaultValue {
      pooledClients[handle.index].tier = nil
    } else {
      let value = change.value.copy(in: text) ?? []
      guard let tier = Consistency(parsing: value) else { return RouterSQL.unknownTier(value) }
      pooledClients[handle.index].tier = tier
    }
    pooledClients[handle.index].lastPool = nil
    pooledClients[handle.index].isRoutedApart = true
    return RouterSQL.setDone
  }

  /// Reads from now on are no older than this position: another session has written up to there.
  private mutating func setFloor(
    _ change: SettingChange, in text: RawSpan, _ handle: SlabHandle
  ) -> [UInt8]? {
    if change.value.form == .defaultValue {
      pooledClients[handle.index].floor = .none
      return RouterSQL.setDone
    }
    let value = change.value.copy(in: text) ?? []
    guard let position = LogPosition(parsing: value) else { return RouterSQL.badFloor(value) }
    pooledClients[handle.index].floor.explicit = max(
      position, pooledClients[handle.index].floor.explicit ?? .zero)
    return RouterSQL.setDone
  }

  /// Whether the client is told when the mode changes.
  private mutating func setNotices(
    _ change: SettingChange, in text: RawSpan, _ handle: SlabHandle
  ) -> [UInt8]? {
    let value = change.value.form == .defaultValue ? Array("off".utf8) : change.value.copy(in: text)
    guard let wants = value.flatMap({ RouterOption.switchValue($0) }) else {
      return RouterSQL.badSwitch(RouterOption.notices, value ?? [])
    }
    pooledClients[handle.index].wantsNotices = wants
    return RouterSQL.setDone
  }

  private mutating func answer(
    to name: SettingName, in text: RawSpan, _ link: SlabHandle, _ handle: SlabHandle
  ) -> [UInt8]? {
    if name.isEqual(to: RouterOption.consistency, in: text) {
      return RouterSQL.select([(RouterOption.consistency, tierInForce(handle))])
    }
    if name.isEqual(to: RouterOption.tenant, in: text) {
      let tenant = sessions[handle].target?.tenant.array ?? []
      return RouterSQL.select([(RouterOption.tenant, String(decoding: tenant, as: UTF8.self))])
    }
    if name.isEqual(to: RouterOption.floor, in: text) { return floorQuestion(handle) }
    if name.isEqual(to: RouterOption.mode, in: text) { return RouterSQL.select(modeRow(handle)) }
    if name.isEqual(to: RouterOption.notices, in: text) {
      let value = pooledClients[handle.index].wantsNotices ? "on" : "off"
      return RouterSQL.select([(RouterOption.notices, value)])
    }
    if name.isEqual(to: RouterOption.route, in: text) {
      return RouterSQL.select(route(of: link, handle))
    }
    return nil
  }

  /// The server tells its position: what the session has written lies before it.
  private mutating func floorQuestion(_ handle: SlabHandle) -> [UInt8] {
    let client = pooledClients[handle.index].lastRoute
    let isExact = client?.tier == .strong || client?.tier == .session
    if pooledClients[handle.index].floor == .none {
      return RouterSQL.select([(RouterOption.floor, nil)])
    }
    return isExact ? RouterSQL.floor : RouterSQL.noFloorHere
  }

  private mutating func tierInForce(_ handle: SlabHandle) -> String {
    if let tier = pooledClients[handle.index].tier { return tier.name }
    guard let target = sessions[handle].target,
      let tenant = map.tenant(id: target.tenant.array.span.bytes)
    else { return Consistency.strong.name }
    return map.policy(map.tenant(tenant).policy).tier.name
  }

  // MARK: Prepared statements in SQL

  /// The server is asked to forget all that it has prepared. It may refuse, in a transaction that has failed or by then will have: its tag tells.
  private mutating func awaitForgetting(_ link: SlabHandle, _ handle: SlabHandle) {
    links[link].answers.looksAtTags = true
    pooledClients[handle.index].awaitsOutcome = true
  }

  /// The server says what it has done: if it has forgotten all that was prepared, so do the client's names.
  mutating func noteTag(_ tag: [UInt8], _ link: SlabHandle, _ handle: SlabHandle) {
    if tag == Self.deallocated {
      guard !pooledClients[handle.index].deallocations.isEmpty else { return }
      let name = pooledClients[handle.index].deallocations.removeFirst()
      if let id = pooledClients[handle.index].statements.remove(name.span.bytes) {
        statements.release(id)
      }
      return
    }
    if tag == Self.set || tag == Self.reset { return noteSettingDone(handle) }
    guard tag == Self.discardedAll || tag == Self.deallocatedAll else { return }
    if tag == Self.discardedAll {
      forgetUnreported(link)
      try? values.set(UnreportedSettings(), in: &pooledClients[handle.index].parameters)
    }
    links[link].statements.removeAll()
    pooledClients[handle.index].statements.removeAll { statements.release($0) }
  }

  private static var set: [UInt8] { Array("SET\0".utf8) }
  private static var reset: [UInt8] { Array("RESET\0".utf8) }
  private static var discardedAll: [UInt8] { Array("DISCARD ALL\0".utf8) }
  private static var deallocated: [UInt8] { Array("DEALLOCATE\0".utf8) }
  private static var deallocatedAll: [UInt8] { Array("DEALLOCATE ALL\0".utf8) }

  /// A statement that was prepared by the protocol is closed by SQL: others may use it, so a statement of nothing is closed instead. The client's name is
  /// taken from it when the server says that it has done so.
  private mutating func deallocate(
    _ name: SQLIdentifier, in text: RawSpan, _ link: SlabHandle, _ handle: SlabHandle
  ) -> [UInt8]? {
    let name = name.copy(in: text)
    guard pooledClients[handle.index].statements.get(name.span.bytes) != nil else { return nil }
    awaitForgetting(link, handle)
    pooledClients[handle.index].deallocations.append(name)
    links[link].answers.owed.append(.ownClose)
    put(Self.nothing.close, handle, .upstream)
    links[link].answers.owed.append(.ownParse)
    put(Self.nothing.parse, handle, .upstream)
    return RouterSQL.deallocateNothing
  }
}

extension RecognizedStatement {
  /// What it makes of a setting for longer than its transaction; nil for what makes nothing of one.
  fileprivate func settingChange(in text: RawSpan) -> PendingSetting.Change? {
    switch self {
    case .set(let change) where change.scope == .session:
      switch change.value.form {
      case .missing: nil
      case .defaultValue: .reset(name: change.name.copy(in: text))
      case .bare, .quoted, .other:
        .set(name: change.name.copy(in: text), value: text.copy(of: change.value.range))
      }
    case .reset(let name): .reset(name: name.copy(in: text))
    case .resetAll: .resetAll
    default: nil
    }
  }

  /// Whether it may write: all that doesn't only ask, or set something of the session's.
  fileprivate var mayWrite: Bool {
    switch self {
    case .query, .empty, .show, .set, .setTransaction, .reset, .resetAll, .begin, .commit,
      .rollback,
      .discard, .deallocate, .deallocateAll, .listen, .unlisten, .declareCursor:
      false
    case .other, .prepare, .createTemporary, .load: true
    }
  }
}
