public import LoadScenario

/// What all clients of a load share: its messages, made once. Nothing of it changes.
public final class ClientPlan: Sendable {
  /// Makes the messages of a load.
  ///
  /// - Parameters:
  ///   - load: what its clients do.
  ///   - target: how they say which tenant they are for, and as whom they log in.
  ///   - password: what they log in with; nil where the server trusts them. It may be sent as the server asks for it,
  ///     in cleartext, too.
  ///   - tables: sizes of the tables that parameters are drawn for.
  /// - Throws: what of the load can't be said in the protocol.
  public init(
    _ load: Load, target: LoadTarget, password: String?, tables: TableSizes
  ) throws(ClientPlanError) { fatalError() }
}

/// Why a load's messages can't be made.
public enum ClientPlanError: Error, Sendable, Hashable {
  /// The startup packet of a tenant has a zero byte in a text, or is too long.
  case startup(tenant: String, reason: String)
  /// A script draws so many variables, more than ``ClientLimits/variables``.
  case tooManyVariables(script: String, Int)
  /// The load's mix has so many different statements, more than ``ClientLimits/preparedStatements``.
  case tooManyStatements(Int)
  /// A statement has a zero byte, or is too long to be sent.
  case unencodableStatement(String)
}
