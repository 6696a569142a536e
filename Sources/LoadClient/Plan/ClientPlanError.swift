public import Wire

/// Why a load's messages can't be made.
public enum ClientPlanError: Error, Sendable, Hashable {
  /// The startup packet of a tenant's clients can't be made, for this reason.
  case startup(tenant: String, StartupPacketError)
  /// A script draws so many variables, more than ``ClientLimits/variables``.
  case tooManyVariables(script: String, Int)
  /// The load's mix has so many different statements, more than ``ClientLimits/preparedStatements``.
  case tooManyStatements(Int)
  /// A statement with this beginning has a zero byte, or is longer than ``ClientLimits/statementBytes``.
  case unencodableStatement(String)
}

extension ClientPlanError: CustomStringConvertible {
  /// What can't be made, why, and what to do about it.
  public var description: String {
    switch self {
    case .startup(let tenant, let error):
      "no client can say that it is for tenant \"\(tenant)\": \(error); name the tenant, the user and the "
        + "database otherwise"
    case .tooManyVariables(let script, let count):
      "\(script) draws \(count) variables: at most \(ClientLimits.variables) are possible"
    case .tooManyStatements(let count):
      "the mix has \(count) different statements, and \(ClientLimits.preparedStatements) can be prepared: "
        + "use mode extended, or several loads"
    case .unencodableStatement(let text):
      "a statement has a zero byte or more than \(ClientLimits.statementBytes) bytes: \(text)"
    }
  }
}
