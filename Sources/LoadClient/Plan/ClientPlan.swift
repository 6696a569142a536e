internal import Authentication
public import LoadScenario

/// What all clients of a load share: its messages, made once. Nothing of it changes.
///
/// Sessions say the load's tier when they begin. A transaction with a tier of its own is put
/// between two simple queries that change it and change it back; the checkers change it likewise.
public final class ClientPlan: Sendable {
  let store: [UInt8]
  let pieces: [MessagePiece]
  let statements: [Statement]
  let steps: [Step]
  let draws: [ClosedRange<Int64>]
  let programs: [Program]
  /// What each entry of the mix runs.
  let kinds: [Kind]
  /// The statement that ends a transaction which has failed.
  let rollback: Int32
  /// The statement that gives a session the load's tier back.
  let tierBack: Int32
  let startup: StartupPackets
  let credential: Credential
  private let tenants: [String]
  private let target: LoadTarget

  /// Makes the messages of a load.
  ///
  /// - Parameters:
  ///   - load: what its clients do.
  ///   - target: how they say which tenant they are for, and as whom they log in.
  ///   - password: what they log in with; nil where the server trusts them. It is sent as the
  ///     server asks for it, in cleartext, too.
  ///   - tables: sizes of the tables that parameters are drawn for.
  /// - Throws: what of the load can't be said in the protocol.
  /// - Complexity: O(tenants + statements).
  public init(
    _ load: Load, target: LoadTarget, password: String?, tables: TableSizes
  ) throws(ClientPlanError) {
    var builder = PlanBuilder(mode: load.mode)
    var kinds: [Kind] = []
    for entry in load.mix { kinds.append(try builder.add(entry, of: load, tables)) }
    let rollback = try builder.addSimple(TierSQL.rollback)
    let tierBack = try builder.addSimple(TierSQL.set(load.tier))
    let startup = try StartupPackets(load, target)
    self.kinds = kinds
    self.rollback = rollback
    self.tierBack = tierBack
    self.startup = startup
    store = builder.store
    pieces = builder.pieces
    statements = builder.statements
    steps = builder.steps
    draws = builder.draws
    programs = builder.programs
    credential = password.map { .password(Array($0.utf8)) } ?? .none
    tenants = load.tenants.names
    self.target = target
  }

  /// Who a tenant's clients log in as.
  func user(of tenant: Int) -> [UInt8] {
    Array(StartupPackets.user(of: tenants[tenant], target).utf8)
  }
}
