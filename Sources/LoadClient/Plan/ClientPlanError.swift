public import Wire

/// Why a load's messages can't be made.
public enum ClientPlanError: Error, Sendable, Hashable {
  /// The startup packet of a tenant's clients can't be made, for this reason.
  case startup(tenant: String, StartupPacketError)
  /// A script draws so many variables, more than ``ClientLimits/variables``.
  case tooManyVariables(script: String, Int)
  /// The load's mix has more different statements than ``ClientLimits/preparedStatements``.
  case tooManyStatements
  /// A statement with this beginning has a zero byte, or is longer than
  /// ``ClientLimits/statementBytes``.
  case unencodableStatement(String)
}

extension ClientPlanError: CustomStringConvertible {
  /// What can't be made, why, and what to do about it.
  public var description: String {
    switch self {
    case .startup(let tenant, let error):
      "no client can say that it is for tenant \"\(tenant)\": \(error); give the tenant, the user "
        + "or the database another name"
    case .tooManyVariables(let script, let count):
      "\(script) draws \(count) variables: at most \(ClientLimits.variables) are possible"
    case .tooManyStatements:
      "the mix has more than \(ClientLimits.preparedStatements) different statements, the most "
        + "that can be prepared: use mode extended, or several loads"
    case .unencodableStatement(let text):
      "a statement has a zero byte or more than \(ClientLimits.statementBytes) bytes: \(text)"
    }
  }
}
