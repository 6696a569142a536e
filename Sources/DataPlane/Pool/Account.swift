import Authentication
import Pooling

/// Who logs in to a tenant's servers and how: sessions of one account can share connections.
struct Account {
  /// The start-up packet that servers are sent. It tells an account from others: database, user, and what else has to be said at the start.
  let startup: [UInt8]
  let user: [UInt8]
  /// How the router proves to servers that it may; of the client that logged in last.
  var credential: Credential
  /// Sessions that belong to it.
  var sessions = 0
  /// The places of its pools among the worker's.
  var pools: [Int] = []
  /// What its servers report of themselves, once one has; new clients are told it.
  var greeting: GreetingTemplate?
  /// The same of the settings that follow clients: what those have that ask for nothing else.
  var parameters = ParameterValues()
}
