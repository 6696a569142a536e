import NIOCore

/// Bounds of the JSON API.
enum APILimits {
  /// How old what the workers have said may be: requests that come together are answered from one survey.
  static let surveyAge: Duration = .milliseconds(400)
  /// How long workers have to answer; what the others have said is told then.
  static let surveyWait: Duration = .seconds(1)
  /// How often it is looked whether they have.
  static let surveyLook: TimeAmount = .milliseconds(2)
  /// Shards or pools in one answer, where it isn't said.
  static let rows = 200
  /// The most that can be asked for.
  static let mostRows = 1000
  /// Between two points of the series of latencies.
  static let step: Duration = .seconds(1)
  /// Points of the series: ten minutes.
  static let points = 600
  /// Longest id of a tenant, in bytes: longer ones exist nowhere.
  static let tenantBytes = 63
}
