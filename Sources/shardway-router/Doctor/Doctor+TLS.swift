import DataPlane

extension RouterSettings {
  /// Whether connections to servers are encrypted.
  var wantsTLSToServers: Bool { serverTLS != nil }
}
