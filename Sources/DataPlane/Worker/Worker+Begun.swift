import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// Transactions that have begun for the client and not yet at a server: BEGIN by itself needs none, and what follows it may still say how fresh an
/// instance has to be.
///
/// The server is sent BEGIN together with the first statement, so `now()` tells the time of that.
extension Worker where K: ~Copyable {
  /// A parked session answers what it can by itself; true when the bytes that are there were all of that kind.
  mutating func answerParked(
    _ statement: RecognizedStatement, _ text: RawSpan, _ handle: SlabHandle
  ) -> Bool {
    let hasFailed = pooledClients[handle.index].begun?.hasFailed == true
    switch statement {
    // The server is asked for what may have to be refused.
    case .begin(readOnly: false) where mode(of: handle).refusesWrites:
      return false
    case .begin(let readOnly):
      pooledClients[handle.index].begun = BegunTransaction(
        text: text.copy(of: 0..<text.byteCount), isReadOnly: readOnly == true)
      tellDone("BEGIN", .inTransaction, handle)
    case .commit:
      pooledClients[handle.index].begun = nil
      tellDone(hasFailed ? "ROLLBACK" : "COMMIT", .idle, handle)
    case .rollback:
      pooledClients[handle.index].begun = nil
      tellDone("ROLLBACK", .idle, handle)
    case .show(let name):
      guard name.isEqual(to: RouterOption.mode, in: text) else { return false }
      answerMode(handle)
    case .set(let change):
      guard !hasFailed, change.name.isEqual(to: RouterOption.consistency, in: text),
        let value = change.value.copy(in: text), let tier = Consistency(parsing: value)
      else { return false }
      if pooledClients[handle.index].begun == nil {
        pooledClients[handle.index].tier = tier
        pooledClients[handle.index].lastPool = nil
        tellDone("SET", .idle, handle)
      } else {
        pooledClients[handle.index].begun?.tier = tier
        tellDone("SET", .inTransaction, handle)
      }
    default:
      return false
    }
    return true
  }

  private mutating func tellDone(
    _ tag: String, _ status: TransactionStatus, _ handle: SlabHandle
  ) {
    put(
      CommandComplete.encoded(tag: tag) + ReadyForQuery(status: status).encoded(), handle,
      .downstream)
    if status == .idle { requestEnded(handle, outcome: .served) }
    list(handle)
  }

  /// The link is there: the transaction begins at its server, too.
  mutating func beginAtServer(_ link: SlabHandle, _ handle: SlabHandle) {
    guard let begun = pooledClients[handle.index].begun else { return }
    pooledClients[handle.index].begun = nil
    pooledClients[handle.index].status = .inTransaction
    pooledClients[handle.index].isRoutedApart = begun.changesRoute
    links[link].answers.owed.append(.ownQuery)
    put(
      MessageEncoder.encode(type: FrontendMessageType.query, body: begun.text), handle, .upstream)
    guard pooledClients[handle.index].runsReadOnly else { return }
    // A mode may have begun since the client was told that its transaction has.
    links[link].answers.owed.append(.ownQuery)
    put(
      MessageEncoder.encode(type: FrontendMessageType.query, body: RouterSQL.setReadOnly), handle,
      .upstream)
  }
}
