import Pooling
import Wire

/// Settings that servers don't report, such as `search_path` before PostgreSQL 18 or `statement_timeout`: what a client has SET outside of transactions
/// follows it from server to server.
///
/// The client's statement goes on as it is. While its outcome isn't known nothing else of the client's is read, and the link counts as one whose value
/// isn't known, so that whoever gets it next has it set or reset first.
extension Worker where K: ~Copyable {
  /// Has a setting follow its client; false when it can't, and has to be left to the server's session.
  mutating func follow(
    _ change: PendingSetting.Change, _ link: SlabHandle, _ handle: SlabHandle
  ) -> Bool {
    guard mayFollow(link, handle), Self.canFollow(change), loseSight(of: change, link) else {
      return false
    }
    pooledClients[handle.index].pendingSetting = PendingSetting(change: change)
    pooledClients[handle.index].awaitsOutcome = true
    links[link].answers.looksAtTags = true
    return true
  }

  /// Whether a statement that comes now is outside of transactions, and its outcome can be told from others'.
  private mutating func mayFollow(_ link: SlabHandle, _ handle: SlabHandle) -> Bool {
    let owed = links[link].answers.owed.count - links[link].answers.owed.ownCount
    return owed == 0 && pooledClients[handle.index].status == .idle
      && pooledClients[handle.index].begun == nil && !pooledClients[handle.index].isPinned
      && pooledClients[handle.index].pendingSetting == nil
  }

  private static func canFollow(_ change: PendingSetting.Change) -> Bool {
    switch change {
    case .set(let name, let value):
      UnreportedSettings.canFollow(name) && UnreportedSettings.isRepeatable(value)
    case .reset(let name): UnreportedSettings.canFollow(name)
    case .resetAll: true
    }
  }

  /// Notes that it isn't known what the link's server has; false when there is no room for that.
  private mutating func loseSight(of change: PendingSetting.Change, _ link: SlabHandle) -> Bool {
    var settings = values.unreported(in: links[link].parameters)
    switch change {
    case .set(let name, _), .reset(let name): settings.loseSight(of: name)
    case .resetAll: settings.loseSightOfAll()
    }
    return (try? values.set(settings, in: &links[link].parameters)) != nil
  }

  /// The server says that it has set or reset something.
  mutating func noteSettingDone(_ handle: SlabHandle) {
    pooledClients[handle.index].pendingSetting?.isDone = true
  }

  /// What was set in a transaction that has failed is as it was.
  mutating func noteSettingFailed(_ handle: SlabHandle) {
    pooledClients[handle.index].pendingSetting = nil
  }

  /// The server is ready again: what it has set counts from now on, if nothing has failed.
  mutating func settleSetting(
    _ link: SlabHandle, _ handle: SlabHandle, _ status: TransactionStatus
  ) {
    guard let pending = pooledClients[handle.index].pendingSetting else { return }
    pooledClients[handle.index].pendingSetting = nil
    guard pending.isDone, status == .idle else { return }
    var client = pooledClients[handle.index].parameters
    let isKept = keep(pending.change, in: &client)
    pooledClients[handle.index].parameters = client
    var server = links[link].parameters
    let isKnown = keep(pending.change, in: &server)
    links[link].parameters = server
    if !isKept || !isKnown { pin(handle) }
  }

  /// Changes a set of values; false when there is no room for that.
  private mutating func keep(
    _ change: PendingSetting.Change, in parameters: inout ParameterValues
  ) -> Bool {
    var settings = values.unreported(in: parameters)
    switch change {
    case .set(let name, let value):
      guard settings.set(name, to: value) else { return false }
    case .reset(let name): settings.reset(name)
    case .resetAll: settings = UnreportedSettings()
    }
    return (try? values.set(settings, in: &parameters)) != nil
  }

  /// A server has forgotten all that was set in its session.
  mutating func forgetUnreported(_ link: SlabHandle) {
    try? values.set(UnreportedSettings(), in: &links[link].parameters)
  }
}
