/// The PostgreSQL servers that the simulated maps lead to.
enum MapServers {
  /// Ids with their addresses.
  static let addresses = [
    ("s1-a", "10.0.0.1:5432"), ("s1-b", "10.0.0.2:5432"), ("s2-a", "10.0.0.3:5432"),
    ("s2-b", "10.0.0.4:5432"),
  ]
}
