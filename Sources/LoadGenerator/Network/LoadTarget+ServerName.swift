import LoadScenario

extension LoadTarget {
  /// The name that a connection asks for in TLS: the tenant's where whoever listens routes by it.
  func serverName(forTenant tenant: String) -> String? {
    if tenantPlace == .serverName || spoken == .tcp { return tenant + serverNameSuffix }
    return host == "localhost" ? host : nil
  }
}
