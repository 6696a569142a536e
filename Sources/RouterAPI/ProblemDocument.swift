/// What the API answers with where it can't answer: `application/problem+json`, RFC 9457.
public struct ProblemDocument: Codable, Sendable, Equatable, Error {
  /// The HTTP status.
  public var status: Int
  /// What is wrong, in a few words.
  public var title: String
  /// What happened to what, and what to do.
  public var detail: String

  /// A problem from its parts.
  public init(status: Int, title: String, detail: String) {
    self.status = status
    self.title = title
    self.detail = detail
  }
}
