public import Wire

/// What became of a statement.
public enum AdminOutcome: Sendable {
  /// The rows of the table that was asked for, and what is to be said about them.
  case rows([[String?]], notices: [String] = [])
  /// An order was carried out, and what is to be said about that.
  case done(notices: [String] = [])
  /// It was not.
  case failed(ErrorResponse)

  /// An error that leaves the connection as it is.
  public static func error(
    _ state: SQLState, _ message: String, detail: String? = nil, hint: String? = nil
  ) -> AdminOutcome {
    .failed(
      ErrorResponse(
        severity: .error, sqlState: state, message: message, detail: detail, hint: hint))
  }
}

/// What a console connection wants next. In order.
public enum AdminAction: Sendable {
  /// Send these bytes.
  case send([UInt8])
  /// Find out or do this, and tell ``AdminSession/finish(_:)``. The user is who ordered it.
  case run(AdminStatement, user: String)
  /// Another connection wants the statement of this one cancelled.
  case cancel(processID: Int32, key: [UInt8])
  /// A user is in.
  case loggedIn(user: String)
  /// One is not; whether it has tried a password.
  case rejected(user: String, isGuess: Bool)
  /// Close, when all was sent.
  case close
}
