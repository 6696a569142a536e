/// What is under way on a connection.
struct Transaction {
  /// The index of the present step, and that behind the last.
  var step: Int32 = 0
  var end: Int32 = 0
  /// Whether the session has another tier than the load's.
  var tierIsAway = false
  /// Whether it is the one that increases its tenant's counter.
  var isWriter = false
  /// Why it has failed; nil as long as it has not.
  var failure: Failure?
  /// When the present step was sent.
  var sentAt: Int64 = 0
  /// How old what it reads may be.
  var boundNanoseconds: Int64 = 0
  /// What the session has written to its own counter.
  var written: Int64 = 0
  /// What it has read of its tenant's counter; nil where that is told to the ledger, or not read.
  var read: StalenessRead?

  /// None.
  init() {}
}

/// What has come of a step's answer.
struct Answer {
  /// Whether the statement has ended, well or not.
  var isOver = false
  /// Why it has failed; nil for a success.
  var failure: Failure?
  /// The first column of a row that a checker reads; nil where there is none.
  var number: Int64?
  /// Whether the second column is true.
  var flag = false
  /// What the router has proven, in milliseconds; nil where it told none.
  var provenMilliseconds: Int64?

  /// Nothing yet.
  init() {}
}

/// A message of the server's that comes in, perhaps in pieces.
struct IncomingMessage {
  var type: UInt8 = 0
  var bodyLength = 0
  /// Whether its body is wanted.
  var isWanted = false
  /// What has come of its body, if it didn't come at once.
  var kept: [UInt8] = []

  /// None.
  init() {}
}
