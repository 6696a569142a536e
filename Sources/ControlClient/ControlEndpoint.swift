internal import FoundationEssentials
internal import Glibc

/// Where a control plane is, and how to prove who asks.
public struct ControlEndpoint: Hashable, Sendable {
  /// `https://control.example:8443`, or `http://` on this machine.
  public var url: String
  /// A file with the bearer token; read for each request, so that it can be replaced.
  public var tokenFile: String?
  /// PEM certificates of the authorities to trust instead of the system's.
  public var certificateAuthorities: String?
  /// The PEM certificate chain to show to a control plane that asks for one.
  public var clientCertificate: String?
  /// The PEM key of that certificate.
  public var clientKey: String?

  /// A control plane at an address, with nothing else.
  public init(
    url: String, tokenFile: String? = nil, certificateAuthorities: String? = nil,
    clientCertificate: String? = nil, clientKey: String? = nil
  ) {
    self.url = url
    self.tokenFile = tokenFile
    self.certificateAuthorities = certificateAuthorities
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
  }

  /// The address without a slash at its end, checked.
  func base() throws(ControlClientError) -> String {
    guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
      throw .endpoint(url, reason: "it must be like https://control.example:8443")
    }
    guard parts.scheme == "https" || parts.scheme == "http" else {
      throw .endpoint(url, reason: "it must begin with https:// or http://")
    }
    guard parts.query == nil, parts.fragment == nil, parts.user == nil else {
      throw .endpoint(url, reason: "it has a user, a query or a fragment; leave that out")
    }
    guard parts.scheme == "https" || tokenFile == nil || Self.isLoopback(host) else {
      throw .endpoint(
        url, reason: "the token would cross the network in the clear; use https://")
    }
    return url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  /// The token in the file, without blanks around it.
  func token() throws(ControlClientError) -> String? {
    guard let tokenFile else { return nil }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: tokenFile))
    } catch {
      throw .file(path: tokenFile, purpose: "the token file", reason: Self.reason(error))
    }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    let text = words.count == 1 ? String(words[0]) : ""
    let isUsable = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    guard bytes.count <= ControlLimits.tokenBytes, !text.isEmpty, isUsable else {
      throw .file(
        path: tokenFile, purpose: "the token file",
        reason: "it must hold one token: one word of printable ASCII, at most"
          + " \(ControlLimits.tokenBytes) bytes")
    }
    return text
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "[::1]" || host == "::1" || host.hasPrefix("127.")
  }

  static func reason(_ error: any Error) -> String {
    guard let error = error as? CocoaError else { return "\(error)" }
    if let underlying = error.underlying as? POSIXError {
      return String(cString: strerror(underlying.code.rawValue))
    }
    return error.code == .fileReadNoSuchFile ? "no such file" : "\(error)"
  }
}
