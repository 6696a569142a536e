/// An answer of the control plane that says no: a problem document (RFC 9457).
public struct ControlProblem: Hashable, Sendable {
  /// The HTTP status.
  public var status: Int
  /// The stable name of the problem, such as `version-conflict`; nil when something other than the
  /// control plane answered.
  public var code: String?
  /// What kind of problem it is, for a person.
  public var title: String
  /// What exactly is wrong this time.
  public var detail: String?
  /// The correlation id or the path by which the control plane's log can be searched.
  public var instance: String?

  /// A problem from its parts.
  public init(
    status: Int, code: String? = nil, title: String, detail: String? = nil, instance: String? = nil
  ) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
    self.instance = instance
  }

  /// The problem in a body; whatever else came instead of one is told as it is.
  init(status: Int, body: [UInt8]) {
    guard let json = try? JSONValue(parsing: body), json.object != nil else {
      let text = String(decoding: body.prefix(300), as: UTF8.self)
      self.init(
        status: status, title: "status \(status)", detail: text.isEmpty ? nil : text)
      return
    }
    self.init(
      status: status, code: json["code"]?.string,
      title: json["title"]?.string ?? "status \(status)", detail: json["detail"]?.string,
      instance: json["instance"]?.string)
  }

  /// What a person can do about it, where more can be said than the problem's own detail does.
  var advice: String? {
    switch status {
    case 401: "give a token that the control plane knows (--token-file, SHARDWAY_TOKEN_FILE)"
    case 403: "this needs a token with a higher role"
    case 404: "look for the right id with `list`"
    case 412: "somebody changed it in the meantime: read it again, then decide"
    case 429, 503: "the control plane is busy or starting: try again in a moment"
    default: nil
    }
  }
}

extension ControlProblem: CustomStringConvertible {
  /// A sentence or two for a person.
  public var description: String {
    var text = title
    if let detail, detail != title { text += ": \(detail)" }
    text += " (\(code.map { "\($0), " } ?? "")HTTP \(status))"
    if let advice { text += "; \(advice)" }
    return text
  }
}
