/// Where a control plane is: `https://control.example.com:8443`, without a path behind it.
struct ControlPlaneURL: Hashable, CustomStringConvertible {
  let description: String
  let isEncrypted: Bool

  /// Why a text is no such URL, to be read after it.
  struct Fault: Error { let text: String }

  /// Reads a URL. A token is a secret: without encryption it goes to this machine only.
  init(_ text: String) throws(Fault) {
    guard let (scheme, rest) = Self.split(text) else {
      throw Fault(text: "must begin with https:// (or http:// for this machine)")
    }
    let authority = rest.last == "/" ? rest.dropLast() : rest
    guard !authority.isEmpty, !authority.contains(where: { "/?#@ ".contains($0) }),
      authority.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw Fault(text: "must be scheme, host and port, and nothing else") }
    let (host, port) = try Self.hostAndPort(authority)
    if let port, !(1...65_535).contains(port) {
      throw Fault(text: "has no port between 1 and 65535")
    }
    isEncrypted = scheme == "https"
    guard isEncrypted || Self.isThisMachine(host) else {
      throw Fault(text: "must be https:// for another machine: the token would travel in the open")
    }
    description = "\(scheme)://\(authority)"
  }

  private static func split(_ text: String) -> (scheme: String, rest: Substring)? {
    for scheme in ["https", "http"] where text.hasPrefix(scheme + "://") {
      return (scheme, text.dropFirst(scheme.count + 3))
    }
    return nil
  }

  private static func hostAndPort(_ text: Substring) throws(Fault) -> (host: Substring, port: Int?)
  {
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { throw Fault(text: "has a [ without ]") }
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.first == ":" else { throw Fault(text: "has no port behind ]") }
      return (text[...end], rest.isEmpty ? nil : Int(rest.dropFirst()) ?? 0)
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let host = parts.first, !host.isEmpty else {
      throw Fault(text: "must be host:port, or [IPv6]:port")
    }
    return (host, parts.count == 2 ? Int(parts[1]) ?? 0 : nil)
  }

  private static func isThisMachine(_ host: Substring) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && numbers[0] == 127 && numbers.allSatisfy { $0 != nil }
  }
}
